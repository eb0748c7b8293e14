//! What is started, how, and with which first request.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use secrets::SESSION_KEYS;
use serde_json::Value;
use tokio::process::Command;

use crate::first::{self, First};
use crate::world::World;

/// A program and the first request that it answers.
pub(crate) struct Subject {
    pub(crate) name: String,
    program: PathBuf,
    arguments: Vec<PathBuf>,
    first: First,
}

impl Subject {
    /// Everything that can be started here.
    pub(crate) fn all(world: &World) -> Vec<Self> {
        let binaries = binaries();
        let functions = first::functions(world).into_iter();
        let functions = functions.filter_map(|(name, first)| {
            let deployed = binaries.join(name).join("bootstrap");
            let built = binaries.join(name);
            let program = [deployed, built].into_iter().find(|it| it.is_file())?;
            Some(Self {
                name: name.to_owned(),
                program,
                arguments: Vec::new(),
                first,
            })
        });
        let others = [
            ("Python, boto3", variable("WEIR_BOTO3_PYTHON"), "handler.py"),
            (
                "Node.js, AWS SDK v3",
                variable("WEIR_SDK_V3_NODE"),
                "handler.mjs",
            ),
        ];
        let others = others.into_iter().filter_map(|(name, program, handler)| {
            Some(Self {
                name: name.to_owned(),
                program: program?,
                arguments: vec![folder().join("others").join(handler)],
                first: first::event(world),
            })
        });
        functions.chain(others).collect()
    }

    pub(crate) fn command(&self, world: &World, runtime_api: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_REGION", "local")
            .env("AWS_DEFAULT_REGION", "local")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL_DYNAMODB", &world.dynamodb)
            .env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &world.secrets_manager)
            // Whom to trust, in the words of rustls, boto3 and Node.js.
            .env("SSL_CERT_FILE", &world.authorities)
            .env("AWS_CA_BUNDLE", &world.authorities)
            .env("NODE_EXTRA_CA_CERTS", &world.authorities)
            .env("NODE_NO_WARNINGS", "1")
            .env("WEIR_METRICS", "off")
            .env("WEIR_TABLE_CONTROL", &world.tables.control)
            .env("WEIR_TABLE_EVENTS", &world.tables.events)
            .env("WEIR_TABLE_PROFILES", &world.tables.profiles)
            .env("WEIR_TABLE_ACTIVITY", &world.tables.activity)
            .env("WEIR_TABLE_RUNS", &world.tables.runs)
            .env("WEIR_SECRET_SESSION_KEYS", SESSION_KEYS)
            .stdout(Stdio::null())
            .kill_on_drop(true);
        if let Some(modules) = variable("WEIR_SDK_V3_MODULES") {
            command.env("WEIR_SDK_V3_MODULES", modules);
        }
        command
    }

    pub(crate) fn event(&self) -> String {
        self.first.event.to_string()
    }

    pub(crate) fn check(&self, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).unwrap();
        let expected = self.first.expected.as_object().unwrap();
        for (member, value) in expected {
            let found = answer.get(member);
            assert_eq!(found, Some(value), "{}: {answer}", self.name);
        }
    }
}

/// Where the functions are: `cargo xtask bench` says it.
fn binaries() -> PathBuf {
    let built = folder().join("../../../../target/release");
    variable("WEIR_BINARIES").unwrap_or(built)
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/cold_start"))
}

fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

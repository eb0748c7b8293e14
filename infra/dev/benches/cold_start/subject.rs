//! What is started, how, and with which first request.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use store::Tables;
use tokio::process::Command;

/// Where everything is that a process needs.
pub(crate) struct World {
    pub(crate) dynamodb: String,
    pub(crate) secrets_manager: String,
    pub(crate) authorities: PathBuf,
    pub(crate) tables: Tables,
    pub(crate) key: String,
}

pub(crate) struct Subject {
    pub(crate) name: String,
    program: PathBuf,
    arguments: Vec<PathBuf>,
    request: Request,
}

/// The first request, and the status of its answer.
#[derive(Clone, Copy)]
enum Request {
    Http {
        method: &'static str,
        path: &'static str,
        body: Option<&'static str>,
        status: u16,
    },
    Stream,
}

const EVENT: Request = Request::Http {
    method: "POST",
    path: "/event/ingest",
    body: Some(r#"{"name":"x","userId":"u"}"#),
    status: 204,
};

/// The functions. Those that want an administrator refuse the key after they have read it.
const FUNCTIONS: [(&str, Request); 6] = [
    ("ingest", EVENT),
    ("profiles", get("/profile/u", 404)),
    ("keys", get("/admin/v1/keys", 403)),
    ("dashboard", get("/dashboard", 200)),
    (
        "metrics-query",
        Request::Http {
            method: "POST",
            path: "/metrics/query",
            body: Some(r#"{"query":"SELECT 1"}"#),
            status: 403,
        },
    ),
    ("projector", Request::Stream),
];

const fn get(path: &'static str, status: u16) -> Request {
    Request::Http {
        method: "GET",
        path,
        body: None,
        status,
    }
}

impl Subject {
    /// Everything that can be started here.
    pub(crate) fn all() -> Vec<Self> {
        let binaries = binaries();
        let functions = FUNCTIONS.into_iter().filter_map(|(name, request)| {
            let deployed = binaries.join(name).join("bootstrap");
            let built = binaries.join(name);
            let program = [deployed, built].into_iter().find(|it| it.is_file())?;
            Some(Self {
                name: name.to_owned(),
                program,
                arguments: Vec::new(),
                request,
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
                request: EVENT,
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
            .stdout(Stdio::null())
            .kill_on_drop(true);
        if let Some(modules) = variable("WEIR_SDK_V3_MODULES") {
            command.env("WEIR_SDK_V3_MODULES", modules);
        }
        command
    }

    pub(crate) fn event(&self, key: &str) -> String {
        let Request::Http {
            method, path, body, ..
        } = self.request
        else {
            return json!({"Records": []}).to_string();
        };
        json!({
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {
                "authorization": format!("Bearer {key}"),
                "content-type": "application/json",
                "host": "weir.example",
            },
            "requestContext": {
                "requestId": "bench",
                "http": {"method": method, "path": path, "sourceIp": "203.0.113.7"}
            },
            "body": body,
            "isBase64Encoded": false
        })
        .to_string()
    }

    pub(crate) fn check(&self, answer: &[u8]) {
        let answer: Value = serde_json::from_slice(answer).unwrap();
        let expected = match self.request {
            Request::Http { status, .. } => json!(status),
            Request::Stream => Value::Null,
        };
        let status = answer.get("statusCode").unwrap_or(&Value::Null);
        assert_eq!(status, &expected, "{}: {answer}", self.name);
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

//! `cargo xtask smoke`: the template deployed to an emulator of AWS, used, and deleted again.
//!
//! What the emulator checks is less than AWS does: it knows no permissions and makes no routes of the
//! API. What it shows is that the stack comes up as the SAM CLI deploys it by `samconfig.toml`, that
//! each function starts with the environment that the template gives it, and that both streams lead
//! where they should.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::children::Child;
use crate::workspace::Workspace;
use crate::{http, ports, tools};

/// Any region will do.
const REGION: &str = "eu-west-1";
/// What samconfig.toml calls the stack that is deployed where nothing else is said.
const STACK: &str = "weir-dev";
/// Longer than the emulator takes to listen on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Deploy what `cargo xtask build` left, instead of a build without optimisation
    #[arg(long)]
    release: bool,
}

pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let python = tools::TEMPLATE.programs(workspace).await?;
    let folder = workspace.target("smoke");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    prepare(workspace, &python, options, &folder).await?;

    let mut emulator = Emulator::start(workspace, &folder).await?;
    tokio::select! {
        done = use_it(workspace, &python, &emulator.endpoint, &folder) => done?,
        error = emulator.process.ended() => return Err(error),
    }
    println!("the stack came up, was used and went");
    Ok(ExitCode::SUCCESS)
}

/// Leaves a template in the folder that the emulator can deploy, with the functions beside it.
async fn prepare(
    workspace: &Workspace,
    python: &Path,
    options: &Options,
    folder: &Path,
) -> Result<()> {
    if !options.release {
        // With the tests, as these are built: then nothing is built twice.
        let build = ["build", "--workspace", "--bins", "--tests", "--locked"];
        let build = workspace.cargo(build);
        workspace.children.run("cargo build", &build).await?;
    }
    let mut prepare = workspace.program(python.join("python"));
    prepare.args(["infra/smoke/prepare.py", "template.yaml"]);
    for function in workspace.functions() {
        let program = built(workspace, function, options)?;
        prepare.arg(format!("{function}={}", program.display()));
    }
    prepare.arg(folder);
    workspace.children.run("prepare.py", &prepare).await
}

fn built(workspace: &Workspace, function: &str, options: &Options) -> Result<PathBuf> {
    if !options.release {
        return Ok(workspace.target("debug").join(function));
    }
    let zip = workspace.target("lambda").join(function);
    let zip = zip.join("bootstrap.zip");
    if !zip.is_file() {
        bail!("{} is missing; run: cargo xtask build", zip.display());
    }
    Ok(zip)
}

async fn use_it(workspace: &Workspace, python: &Path, endpoint: &str, folder: &Path) -> Result<()> {
    let mut deploy = workspace.program(python.join("sam"));
    deploy.args(["deploy", "--no-progressbar", "--config-file"]);
    deploy.arg(workspace.path("samconfig.toml"));
    deploy
        .arg("--template-file")
        .arg(folder.join("template.yaml"));
    at(&mut deploy, endpoint);
    workspace.children.run("sam deploy", &deploy).await?;

    let mut check = workspace.program(python.join("python"));
    check.args(["infra/smoke/check.py", STACK, "events"]);
    at(&mut check, endpoint);
    workspace.children.run("check.py", &check).await
}

/// Leads a program of AWS to the emulator and nowhere else, whatever this machine is set to.
fn at(command: &mut Command, endpoint: &str) {
    for variable in [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ] {
        command.env_remove(variable);
    }
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "smoke")
        .env("AWS_SECRET_ACCESS_KEY", "smoke")
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_REGION", REGION)
        .env("SAM_CLI_TELEMETRY", "0")
        .env("PYTHONUNBUFFERED", "1");
}

/// The emulator, on loopback. Dropping it ends it and every function it started.
struct Emulator {
    process: Child,
    endpoint: String,
}

impl Emulator {
    async fn start(workspace: &Workspace, folder: &Path) -> Result<Self> {
        let programs = tools::SMOKE.programs(workspace).await?;
        let port = ports::any_free()?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let temporary = folder.join("tmp");
        std::fs::create_dir_all(&temporary)?;
        let log = folder.join("emulator.log");
        // It says a lot: to a file.
        let mut command = workspace.program("sh");
        command.args(["-c", "exec \"$0\" > \"$1\" 2>&1"]);
        command.arg(programs.join("ministack")).arg(&log);
        at(&mut command, &endpoint);
        command
            // Without it, it would listen to the network.
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("TMPDIR", &temporary);
        let mut process = workspace.children.spawn("the emulator", &command)?;
        println!("the emulator: {endpoint}, its log: {}", log.display());
        let listens = async {
            while http::status(port, "GET", "/_ministack/health", "")
                .await
                .is_err()
            {
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::select! {
            listens = tokio::time::timeout(PATIENCE, listens) => {
                listens.context("the emulator does not listen")?;
            }
            error = process.ended() => return Err(error.context(log.display().to_string())),
        }
        Ok(Self { process, endpoint })
    }
}

//! The stages of `cargo xtask test`.

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;
use tokio::process::Command;

use crate::workspace::Workspace;
use crate::{browser, clients, fuzz, template, tools};

/// Longer than the advisory database takes to arrive where it can be reached.
const ADVISORIES_PATIENCE: Duration = Duration::from_secs(45);

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    Format,
    Clippy,
    Deny,
    Machete,
    Template,
    Golden,
    Build,
    Tests,
    Snippet,
    Clients,
    Browser,
    Fuzz,
}

impl Stage {
    /// In the order in which they run.
    pub(crate) const ALL: [Self; 12] = [
        Self::Format,
        Self::Clippy,
        Self::Deny,
        Self::Machete,
        Self::Template,
        Self::Golden,
        Self::Build,
        Self::Tests,
        Self::Snippet,
        Self::Clients,
        Self::Browser,
        Self::Fuzz,
    ];

    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Self::Format => "the code is formatted",
            Self::Clippy => "no compiler or clippy warning",
            Self::Deny => "licences, sources and advisories of the dependencies",
            Self::Machete => "no unused dependency",
            Self::Template => "the SAM template, its translation, routes and variables",
            Self::Golden => "DuckDB still answers what the Metrics API is held against",
            Self::Build => "all binaries and tests compile",
            Self::Tests => {
                "unit, property, integration and end-to-end tests, and roles that give what these needed"
            }
            Self::Snippet => {
                "the browser snippet: types, tests, size, and that it is what its sources build to"
            }
            Self::Browser => "Chromium against a running system",
            Self::Clients => "real SDKs, agents and daemons against a running system",
            Self::Fuzz => "every decoder against made-up bytes, some seconds each",
        }
    }

    /// Whether the stage needs nothing but Rust.
    pub(crate) fn is_quick(self) -> bool {
        matches!(self, Self::Format | Self::Clippy | Self::Tests)
    }

    /// Runs the stage; a quick run leaves the end-to-end tests out.
    pub(crate) async fn run(self, workspace: &Workspace, quick: bool) -> Result<()> {
        match self {
            Self::Format => cargo(workspace, &["fmt", "--all", "--check"]).await,
            Self::Clippy => {
                let lint = ["clippy", "--workspace", "--all-targets", "--locked"];
                cargo(
                    workspace,
                    &[&lint[..], &["--", "--deny", "warnings"]].concat(),
                )
                .await
            }
            Self::Deny => deny(workspace).await,
            Self::Machete => {
                let program = tools::MACHETE.program(workspace).await?;
                let mut command = workspace.program(program);
                // By metadata: the library of dynoxide-rs is called dynoxide.
                command.args(["--with-metadata", "functions", "shared", "infra", "tests"]);
                workspace.children.run("cargo machete", &command).await
            }
            Self::Template => template::check(workspace).await,
            Self::Golden => {
                let programs = tools::GOLDEN.programs(workspace).await?;
                let mut command = workspace.program(programs.join("python"));
                command.args(["infra/golden/metrics.py", "--check"]);
                workspace.children.run("DuckDB", &command).await
            }
            Self::Build => {
                // With the tests: their dependencies take part in choosing features, so the
                // binaries are the very ones that the tests then run.
                cargo(
                    workspace,
                    &["build", "--workspace", "--bins", "--tests", "--locked"],
                )
                .await
            }
            Self::Tests if quick => {
                cargo(
                    workspace,
                    &["test", "--workspace", "--exclude", "api", "--locked"],
                )
                .await
            }
            Self::Tests => tests(workspace).await,
            Self::Snippet => browser::check_snippet(workspace).await,
            Self::Clients => clients::check(workspace).await,
            Self::Browser => browser::check(workspace).await,
            Self::Fuzz => fuzz::check(workspace).await,
        }
    }
}

/// Tells a command the programs that the end-to-end tests start: the gateway, the built functions and the emulator
/// of Lambda's loop.
pub(crate) async fn end_to_end(workspace: &Workspace, command: &mut Command) -> Result<()> {
    let gateway = tools::LAMBDA
        .programs(workspace)
        .await?
        .join("cargo-lambda");
    command
        .env("WEIR_CARGO_LAMBDA", gateway)
        .env("WEIR_BINARIES", workspace.target("debug"))
        .env("WEIR_EMULATOR", tools::emulator(workspace).await?);
    Ok(())
}

async fn tests(workspace: &Workspace) -> Result<()> {
    let record = template::permissions::record_path(workspace);
    if record.exists() {
        std::fs::remove_file(&record)?;
    }
    // All that fails is to be seen at once: a run takes long.
    let mut command = workspace.cargo(["test", "--workspace", "--locked", "--no-fail-fast"]);
    end_to_end(workspace, &mut command).await?;
    // What the functions ask of AWS in them is recorded.
    command.env("WEIR_PERMISSIONS", &record);
    workspace.children.run("cargo test", &command).await?;
    let translated = template::translate(workspace).await?;
    template::permissions::check(workspace, &template::Template::read(&translated)?)
}

async fn deny(workspace: &Workspace) -> Result<()> {
    let program = tools::CHECKS.programs(workspace).await?.join("cargo-deny");
    let run = async |arguments: &[&str]| {
        let mut command = workspace.program(&program);
        command.args(arguments);
        workspace.children.run("cargo deny", &command).await
    };
    run(&["--workspace", "check", "bans", "licenses", "sources"]).await?;
    // The other checks are about this repository alone; this one asks the world.
    let fetched = tokio::time::timeout(
        ADVISORIES_PATIENCE,
        run(&["--log-level", "off", "fetch", "db"]),
    )
    .await;
    if matches!(fetched, Ok(Ok(()))) {
        return run(&["--workspace", "check", "--disable-fetch", "advisories"]).await;
    }
    println!("advisories: not checked, for the advisory database cannot be reached from here");
    Ok(())
}

async fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let name = arguments
        .first()
        .map_or("cargo".to_owned(), |first| format!("cargo {first}"));
    workspace
        .children
        .run(&name, &workspace.cargo(arguments.iter().copied()))
        .await
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        formatter.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

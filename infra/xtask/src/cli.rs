//! What can be typed after `cargo xtask`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::children::Children;
use crate::workspace::Workspace;
use crate::{
    bench, bootstrap, cost, guard, openapi, pictures, rebuild, release, smoke, template, test, up,
};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Run, test and check Weir"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Project(ProjectCommand),
    /// Run a program and end it when the parent of this process is gone
    #[command(hide = true)]
    Guard(guard::Options),
}

#[derive(Subcommand)]
pub(crate) enum ProjectCommand {
    /// Run everything on this machine: the AWS stand-in and all functions, on loopback
    Up(up::Options),
    /// Run every check and every test, or the stages named
    Test(test::Options),
    /// Check template.yaml: the linters, the translation, routes, variables, documents; and the roles,
    /// where `cargo xtask test tests` has run before
    CheckTemplate,
    /// Build the functions as they are deployed, and hold the size of each against its limit
    Build(release::Options),
    /// Deploy the template to an emulator of AWS, use it there, and delete it
    Smoke(smoke::Options),
    /// Measure, and hold each measure against its target
    Bench(bench::Options),
    /// Make a workspace with its keys and its first admin, and show the admin's API key
    Bootstrap(bootstrap::Options),
    /// Reckon what a million events cost, and from when on a container is cheaper
    Cost(cost::Options),
    /// Write the OpenAPI document of all routes
    Openapi,
    /// Take the pictures of the README: pages of a fresh Weir, with events sent meanwhile
    Pictures(pictures::Options),
    /// Delete all timelines, and build all projections again from the event log: of what
    /// `WEIR_TABLE_*` name, else of what `cargo xtask up` is running
    Rebuild,
}

impl ProjectCommand {
    pub(crate) async fn run(self, children: Children) -> Result<ExitCode> {
        let workspace = Workspace::locate(children).await?;
        match self {
            Self::Up(options) => up::run(&workspace, &options).await,
            Self::Test(options) => test::run(&workspace, &options).await,
            Self::CheckTemplate => template::run(&workspace).await,
            Self::Build(options) => release::run(&workspace, &options).await,
            Self::Smoke(options) => smoke::run(&workspace, &options).await,
            Self::Bench(options) => bench::run(&workspace, &options).await,
            Self::Bootstrap(options) => bootstrap::run(&workspace, &options).await,
            Self::Cost(options) => cost::run(&workspace, &options),
            Self::Openapi => openapi::run(&workspace).await,
            Self::Pictures(options) => pictures::run(&workspace, &options).await,
            Self::Rebuild => rebuild::run(&workspace).await,
        }
    }
}

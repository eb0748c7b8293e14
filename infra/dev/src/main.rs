//! What the commands of `cargo xtask` run of this workspace's own code: Weir's tables, secrets and first
//! workspace on the AWS stand-in, the projections, the OpenAPI document.
#![expect(clippy::print_stderr, reason = "a command speaks on the terminal")]

mod bootstrap;
mod data;
mod once;
mod openapi;
mod people;
mod read_log;
mod ready;
mod rebuild;
mod sdk;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve AWS on loopback, with Weir's tables and its first workspace in it
    Serve(serve::Options),
    /// Make a workspace with its keys and its first admin, in the store that the environment names
    Bootstrap(bootstrap::Options),
    /// Print the OpenAPI document of all functions
    Openapi,
    /// Build all projections again, in the store that the environment names
    Rebuild,
    /// Print the events of the log, in the store that the environment names
    ReadLog(read_log::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::run(&options).await,
        Command::Bootstrap(options) => bootstrap::run(&options).await,
        Command::Openapi => openapi::run(),
        Command::Rebuild => rebuild::run().await,
        Command::ReadLog(options) => read_log::run(&options).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

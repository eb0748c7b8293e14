//! What `cargo xtask up` and `cargo xtask rebuild` run in this workspace's own code: Weir's tables,
//! secrets and first workspace on the AWS stand-in.
#![expect(clippy::print_stderr, reason = "a command speaks on the terminal")]

mod data;
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
    /// Build all projections again, in the store that the environment names
    Rebuild,
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::run(&options).await,
        Command::Rebuild => rebuild::run().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! The project's commands: `cargo xtask --help` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks on the terminal"
)]

mod bench;
mod bootstrap;
mod browser;
mod children;
mod chromium;
mod cli;
mod clients;
mod cost;
mod credentials;
mod fuzz;
mod gateway;
mod guard;
mod http;
mod openapi;
mod pictures;
mod ports;
mod rebuild;
mod release;
mod routes;
mod smoke;
mod stages;
mod stand_in;
mod syslog_ng;
mod template;
mod test;
mod tools;
mod up;
mod workspace;

use std::process::ExitCode;

use clap::Parser as _;

use crate::children::Children;
use crate::cli::{Cli, Command};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let command = match Cli::parse().command {
        Command::Project(command) => command,
        Command::Guard(options) => return guard::run(options).await,
    };
    let (children, all_ended) = Children::new();
    let outcome = tokio::select! {
        outcome = command.run(children) => outcome,
        signal = children::stop_signal() => signal.map(|()| ExitCode::from(130)),
    };
    // The command is gone by now, and its children were told to stop: wait until they did.
    all_ended.wait().await;
    outcome.unwrap_or_else(|error| {
        eprintln!("\nerror: {error:#}");
        ExitCode::FAILURE
    })
}

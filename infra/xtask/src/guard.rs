//! A process between this command and each program it starts.
//!
//! The parent holds the other end of the guard's standard input. When the parent ends, however it
//! ends, the kernel closes that pipe, and the guard ends its program: nothing is left behind even
//! by a `kill -9`.

use std::ffi::OsString;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;

use crate::children::stop_signal;

/// How long a program may take to end in good order.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<OsString>,
}

/// Runs the program to its end and answers with its exit code.
pub(crate) async fn run(options: Options) -> ExitCode {
    let Some((program, arguments)) = options.command.split_first() else {
        return ExitCode::FAILURE;
    };
    // A group of its own: a Ctrl-C on the terminal reaches only the command, which stops its
    // children in order.
    let spawned = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            eprintln!("error: {} cannot be started: {error}", program.display());
            return ExitCode::from(127);
        }
    };
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let ended = tokio::select! {
        status = child.wait() => status.ok(),
        () = parent_gone() => None,
        _ = stop_signal() => None,
    };
    let status = match ended {
        Some(status) => Some(status),
        None => stop(&mut child, group).await,
    };
    // What the program started and left running in its group.
    signal(group, Signal::TERM);
    status.map_or(ExitCode::FAILURE, exit_code)
}

async fn stop(child: &mut Child, group: Option<Pid>) -> Option<ExitStatus> {
    signal(group, Signal::TERM);
    if let Ok(status) = tokio::time::timeout(PATIENCE, child.wait()).await {
        return status.ok();
    }
    signal(group, Signal::KILL);
    child.wait().await.ok()
}

fn signal(group: Option<Pid>, signal: Signal) {
    if let Some(group) = group {
        // The group may have ended in the meantime: then there is nothing to signal.
        kill_process_group(group, signal).ok();
    }
}

/// Resolves when the standard input is closed.
async fn parent_gone() {
    let (gone, wait) = oneshot::channel::<()>();
    // A thread, for a blocking read in the runtime would keep the process from ending.
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut buffer = [0; 64];
        while matches!(input.read(&mut buffer), Ok(1..)) {}
        drop(gone);
    });
    wait.await.ok();
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

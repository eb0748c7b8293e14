//! The processes this command starts. Dropping a [`Child`] stops it and all it started.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};
use tokio::process::{ChildStdout, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

/// Starts children, each behind a [guard](crate::guard).
#[derive(Clone)]
pub(crate) struct Children {
    alive: mpsc::Sender<Infallible>,
}

/// Resolves when every child has ended.
pub(crate) struct AllEnded(mpsc::Receiver<Infallible>);

impl AllEnded {
    pub(crate) async fn wait(mut self) {
        self.0.recv().await;
    }
}

/// A running child. Dropping it stops it, in the background.
pub(crate) struct Child {
    name: String,
    ended: oneshot::Receiver<ExitStatus>,
    output: Option<ChildStdout>,
    _stop: oneshot::Sender<Infallible>,
}

impl Children {
    pub(crate) fn new() -> (Self, AllEnded) {
        let (alive, all_ended) = mpsc::channel(1);
        (Self { alive }, AllEnded(all_ended))
    }

    /// Starts a program. Its standard output can be taken from the child if the command says
    /// `stdout(Stdio::piped())` through [`Children::spawn_piped`].
    pub(crate) fn spawn(&self, name: &str, command: &Command) -> Result<Child> {
        self.start(name, command, Stdio::inherit())
    }

    /// The same, with the program's standard output for this command to read.
    pub(crate) fn spawn_piped(&self, name: &str, command: &Command) -> Result<Child> {
        self.start(name, command, Stdio::piped())
    }

    /// Runs a program to its end; anything but success is an error.
    pub(crate) async fn run(&self, name: &str, command: &Command) -> Result<()> {
        let status = self.spawn(name, command)?.wait().await?;
        if !status.success() {
            bail!("{name}: {status}");
        }
        Ok(())
    }

    /// Runs a program to its end and gives what it wrote to its standard output.
    pub(crate) async fn capture(&self, name: &str, command: &Command) -> Result<String> {
        use tokio::io::AsyncReadExt as _;

        let mut child = self.spawn_piped(name, command)?;
        let mut text = String::new();
        if let Some(mut output) = child.take_output() {
            output.read_to_string(&mut text).await?;
        }
        let status = child.wait().await?;
        if !status.success() {
            bail!("{name}: {status}");
        }
        Ok(text)
    }

    fn start(&self, name: &str, command: &Command, output: Stdio) -> Result<Child> {
        let mut process = guarded(command)?
            .stdin(Stdio::piped())
            .stdout(output)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let output = process.stdout.take();
        let (stop, stopped) = oneshot::channel::<Infallible>();
        let (report, ended) = oneshot::channel();
        let alive = self.alive.clone();
        tokio::spawn(async move {
            let lifeline = process.stdin.take();
            let status = tokio::select! {
                status = process.wait() => status,
                _ = stopped => {
                    // The guard sees the end of its input and ends the program.
                    drop(lifeline);
                    process.wait().await
                }
            };
            if let Ok(status) = status {
                report.send(status).ok();
            }
            drop(alive);
        });
        Ok(Child {
            name: name.to_owned(),
            ended,
            output,
            _stop: stop,
        })
    }
}

impl Child {
    /// Waits until the child ends by itself.
    pub(crate) async fn wait(&mut self) -> Result<ExitStatus> {
        (&mut self.ended)
            .await
            .with_context(|| format!("{} was lost", self.name))
    }

    /// Waits until the child ends by itself, where it should not: an error in any case.
    pub(crate) async fn ended(&mut self) -> anyhow::Error {
        match self.wait().await {
            Ok(status) => anyhow::anyhow!("{} ended ({status})", self.name),
            Err(error) => error,
        }
    }

    /// The standard output of a child started by [`Children::spawn_piped`], once.
    pub(crate) fn take_output(&mut self) -> Option<ChildStdout> {
        self.output.take()
    }
}

/// The same command, started by a guard in a process group of its own.
fn guarded(command: &Command) -> Result<Command> {
    let command = command.as_std();
    let mut guarded = Command::new(this_program()?);
    guarded
        .arg("guard")
        .arg("--")
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => guarded.env(name, value),
            None => guarded.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        guarded.current_dir(directory);
    }
    guarded.process_group(0);
    Ok(guarded)
}

/// The program that is running, also when a build has replaced its file meanwhile.
fn this_program() -> Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        return Ok(running);
    }
    std::env::current_exe().context("this command's own path is unknown")
}

/// Resolves at the first signal that asks this process to end.
pub(crate) async fn stop_signal() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

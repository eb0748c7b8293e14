//! A process that never outlives the test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// Runs a program and ends it when the standard input closes. The kernel closes it when the test
/// ends, however it ends: after a panic, in a static that is never dropped, by `kill -9`.
const GUARD: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
{ cat <&3 >/dev/null; kill -KILL "$child"; } 2>/dev/null &
exec 3<&-
wait "$child"
"#;

/// A program that runs; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Guarded {
    process: Child,
    log: PathBuf,
}

impl Guarded {
    /// Starts the program; what it prints goes to the end of the file `log`.
    pub(crate) fn start(command: &Command, log: &Path) -> Result<Self> {
        let output = File::options().create(true).append(true).open(log)?;
        let mut guarded = Command::new("sh");
        guarded
            .arg("-c")
            .arg(GUARD)
            .arg("guard")
            .arg(command.get_program());
        guarded.args(command.get_args());
        guarded.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        if let Some(directory) = command.get_current_dir() {
            guarded.current_dir(directory);
        }
        let process = guarded
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        Ok(Self {
            process,
            log: log.to_owned(),
        })
    }

    /// What the program has printed.
    pub(crate) fn printed(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // The guard ends with its program.
        self.process.wait().ok();
    }
}

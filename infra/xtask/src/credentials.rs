//! `credentials.json`: the addresses and keys of what is running, for scripts and tests.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;

use crate::stand_in::{Keys, Metrics};

/// What is not there is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credentials {
    pub(crate) base_url: String,
    /// Holds `{function}` in place of the function's name.
    pub(crate) invoke_url: String,
    pub(crate) dashboard_url: Option<String>,
    pub(crate) workspace_id: String,
    pub(crate) keys: Keys,
    pub(crate) metrics: Metrics,
    pub(crate) admin_api_key: String,
    pub(crate) aws: Value,
    pub(crate) oidc: Value,
}

impl Credentials {
    /// Writes the file in one step: a reader finds all of it or none.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        let unfinished = path.with_extension("json.tmp");
        let write = || {
            let mut options = OpenOptions::new();
            // For its owner alone: the file holds keys.
            options.write(true).create(true).truncate(true).mode(0o600);
            options.open(&unfinished)?.write_all(text.as_bytes())?;
            std::fs::rename(&unfinished, path)
        };
        write().with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Removes the file of an earlier run, so that nobody takes it for this one's.
    pub(crate) fn remove(path: &Path) -> Result<()> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be removed", path.display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

//! What the sensors of a workspace are to do: set, listed, rolled back.

use event::WorkspaceId;
use serde_json::Value;
use store::{AuditAction, ConfigVersion, ConfigVersions, RemoteConfig, Store, StoreError};

use crate::by::Changes;
use crate::invalid::Findings;
use crate::{By, ControlError};

/// Largest remote configuration, in bytes of its JSON.
pub const MAX_CONFIG_BYTES: usize = 64 * 1024;
/// How deep a remote configuration may nest; the object itself counts 1.
pub const MAX_CONFIG_NESTING: usize = 32;

/// The use cases of the remote configuration. Clones share the connection.
#[derive(Debug, Clone)]
pub struct RemoteConfigs {
    store: Store,
}

impl RemoteConfigs {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The newest configuration; `None` where none was ever set.
    pub async fn current(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Option<RemoteConfig>, ControlError> {
        Ok(self.store.remote_config(workspace).await?)
    }

    /// The versions before `before`, or the newest ones: `limit` at most, the newest first.
    pub async fn versions(
        &self,
        workspace: &WorkspaceId,
        before: Option<u64>,
        limit: u16,
    ) -> Result<ConfigVersions, ControlError> {
        let versions = self
            .store
            .remote_config_versions(workspace, before, limit)
            .await?;
        Ok(versions)
    }

    /// One version with its content.
    pub async fn version(
        &self,
        workspace: &WorkspaceId,
        version: u64,
    ) -> Result<RemoteConfig, ControlError> {
        let found = self.store.remote_config_version(workspace, version).await?;
        found.ok_or_else(|| {
            let what = "version";
            StoreError::NotFound { what }.into()
        })
    }

    /// Sets the configuration: a JSON object, kept to the letter, as the version after `expected`.
    ///
    /// [`ControlError::Invalid`] with what is wrong; [`StoreError::VersionStale`] where the newest
    /// version is not `expected`; 0 where there is none.
    pub async fn set(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        expected: u64,
        config: &str,
    ) -> Result<RemoteConfig, ControlError> {
        Self::check(config)?;
        self.put(workspace, by, expected, config.to_owned(), None)
            .await
    }

    /// Whether this text may be set: [`ControlError::Invalid`] with what is wrong, and with line and
    /// column where it is no JSON.
    pub fn check(config: &str) -> Result<(), ControlError> {
        let mut findings = Findings::default();
        findings.accept("config", check(config));
        findings.into_result()
    }

    /// Makes the content of an earlier version the newest one again.
    ///
    /// As [`RemoteConfigs::set`]; not found where there is no such version.
    pub async fn roll_back(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        expected: u64,
        to: u64,
    ) -> Result<RemoteConfig, ControlError> {
        let earlier = self.version(workspace, to).await?;
        self.put(workspace, by, expected, earlier.config, Some(to))
            .await
    }

    async fn put(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        expected: u64,
        config: String,
        restored_from: Option<u64>,
    ) -> Result<RemoteConfig, ControlError> {
        let version = expected.saturating_add(1);
        let changes = Changes::default()
            .replace("version", expected, version)
            .set("bytes", config.len())
            .set("restoredFrom", restored_from);
        let action = AuditAction::RemoteConfigChanged;
        let entry = by.noted(action, workspace.as_str(), None, changes);
        let config = RemoteConfig {
            version: ConfigVersion {
                version,
                created_at: by.at,
                creator: by.actor.clone(),
                restored_from,
            },
            config,
        };
        self.store
            .put_remote_config(workspace, &config, &entry)
            .await?;
        tracing::info!(%workspace, version, "remote configuration set");
        Ok(config)
    }
}

fn check(config: &str) -> Result<(), String> {
    if config.len() > MAX_CONFIG_BYTES {
        return Err(format!("must be at most {MAX_CONFIG_BYTES} bytes of JSON"));
    }
    let value: Value = serde_json::from_str(config).map_err(|error| unreadable(&error))?;
    if !value.is_object() {
        return Err("must be a JSON object".to_owned());
    }
    if nesting(&value) > MAX_CONFIG_NESTING {
        return Err(too_deep());
    }
    Ok(())
}

/// Where the text stops being JSON, and what is wrong there: a word of the grammar, never a value.
fn unreadable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    if reason == "recursion limit exceeded" {
        return too_deep();
    }
    format!("line {}, column {}: {reason}", error.line(), error.column())
}

fn too_deep() -> String {
    format!("must nest at most {MAX_CONFIG_NESTING} deep")
}

/// How deep the value nests. The parser has a bound of its own, so the recursion has one too.
fn nesting(value: &Value) -> usize {
    let inner = match value {
        Value::Array(values) => values.iter().map(nesting).max(),
        Value::Object(members) => members.values().map(nesting).max(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return 0,
    };
    1 + inner.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(config: &str) -> String {
        check(config).unwrap_err()
    }

    #[test]
    fn what_is_no_json_is_named_with_its_line_and_column() {
        assert_eq!(check("{\"rules\": []}\n"), Ok(()));
        let deep = |levels| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        assert_eq!(check(&deep(32)), Ok(()));
        for (config, why) in [
            (
                "{\n  \"a\": 1\n  \"b\": 2\n}",
                "line 3, column 3: expected `,` or `}`",
            ),
            ("{\"a\": secret}", "line 1, column 7: expected value"),
            ("{", "line 1, column 1: EOF while parsing an object"),
            ("[]", "must be a JSON object"),
            (&deep(33), "must nest at most 32 deep"),
            (&deep(1_000), "must nest at most 32 deep"),
        ] {
            assert_eq!(refused(config), why);
        }
    }
}

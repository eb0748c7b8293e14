//! The first workspace, its keys and its first admin, asked for by an invocation of the function
//! itself: `{"bootstrap": {"workspace": "acme", "name": "Acme"}}`.
//!
//! No HTTP request can ask for it. The gateway wraps each in an event of its own, with the caller's
//! body as a text in it; whoever invokes the function directly has AWS's permission to.

use control::ControlError;
use edge::Runtime;
use event::WorkspaceId;
use secrets::Secrets;
use serde::{Deserialize, Serialize};

/// What a new API key of the first admin is called, where it is not the first.
const KEY_NAME: &str = "Bootstrap";

/// The payload of such an invocation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invocation {
    /// What is asked for.
    pub bootstrap: Bootstrap,
}

/// What is to be made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Bootstrap {
    /// The workspace's id: 1 to 32 characters of `a-z`, `0-9` and `-`.
    pub workspace: WorkspaceId,
    /// What people call it; the id if absent.
    pub name: Option<String>,
    /// Whether the first admin gets one more API key, where it has one already.
    #[serde(default)]
    pub new_admin_key: bool,
}

/// What there is now. What is shown once is there where it was made just now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The service account that administers it.
    pub admin_account: String,
    /// An API key of that account.
    pub admin_api_key: Option<String>,
    /// The metrics key, by its id.
    pub metrics_key_id: String,
    /// The metrics key's client secret.
    pub metrics_client_secret: Option<String>,
    /// What to do next.
    pub note: &'static str,
}

/// Makes the workspace, its keys and its first admin, each unless it exists.
pub async fn bootstrap(
    runtime: &Runtime,
    secrets: &Secrets,
    request: &Bootstrap,
) -> Result<Made, ControlError> {
    let Bootstrap {
        workspace,
        name,
        new_admin_key,
    } = request;
    let (store, clock) = (&runtime.store, runtime.clock.as_ref());
    let name = name.as_deref().unwrap_or(workspace.as_str());
    let made = control::bootstrap(store, secrets, clock, workspace, name).await?;
    let mut key = made.admin.key;
    if key.is_none() && *new_admin_key {
        key = Some(control::new_admin_key(store, clock, workspace, KEY_NAME).await?);
    }
    let note = if key.is_some() {
        "Keep what is shown here: it is not shown again. The admin API key reveals and makes all \
         other keys."
    } else {
        "The workspace has an admin whose API key was shown when it was made. Ask with newAdminKey \
         (--new-admin-key) for another one."
    };
    Ok(Made {
        workspace: made.workspace,
        admin_account: made.admin.account.name,
        admin_api_key: key.map(|key| key.expose().to_owned()),
        metrics_key_id: made.metrics.key.id().to_string(),
        metrics_client_secret: made
            .metrics
            .client_secret
            .map(|secret| secret.expose().to_owned()),
        note,
    })
}

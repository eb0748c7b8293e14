//! Keys as answers show them.

use control::{KeyView, ListedKey};
use event::{KeyId, Timestamp};
use http::HeaderValue;
use policy::{Actor, Policy, PolicyDraft, Warning};
use serde::Serialize;
use store::{KeyEntry, KeyVersion};
use utoipa::ToSchema;

use crate::openapi::schema;

/// A key without its policy and its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key {
    /// Public; logs may name it.
    #[schema(example = "3fYx9QkLm2Ab")]
    id: String,
    /// Unique in the workspace.
    name: String,
    #[schema(value_type = schema::KeyKind)]
    kind: &'static str,
    tags: Vec<String>,
    #[schema(value_type = schema::KeyState)]
    state: &'static str,
    creator: Creator,
    /// In milliseconds since 1970, as all times.
    created_at: i64,
    /// From then on the key is refused; `null`: never.
    expires_at: Option<i64>,
    /// Until then the text before the last rotation works too; `null`: it does not.
    previous_expires_at: Option<i64>,
    /// Counts the changes of the policy, from 1.
    policy_version: u64,
    /// When the key was used last, to the hour; `null`: never, or not within 400 days.
    last_used_at: Option<i64>,
}

/// Who made a key.
#[derive(Debug, Serialize, ToSchema)]
struct Creator {
    /// `bootstrap`, `service_account` or `person`.
    kind: &'static str,
    /// The id of the API key, or the person's subject.
    id: String,
    name: String,
}

/// A key with its policy.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyWithPolicy {
    #[serde(flatten)]
    key: Key,
    #[schema(value_type = schema::Policy)]
    policy: PolicyDraft,
}

/// Something about a member that is allowed but perhaps not meant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notice {
    /// Where.
    #[schema(example = "policy.addresses[3].cidr")]
    path: String,
    /// What.
    #[schema(example = "host bits were set: kept as 10.0.0.0/8")]
    message: String,
}

impl Key {
    pub(crate) fn new(listed: &ListedKey, now: Timestamp) -> Self {
        let ListedKey {
            entry,
            last_used_at,
        } = listed;
        let KeyEntry {
            id,
            kind,
            state,
            expires_at,
            previous_expires_at,
            version,
            details,
            rotated_at: _,
        } = entry;
        let previous = previous_expires_at.filter(|until| *until > now);
        Self {
            id: id.to_string(),
            name: details.name.clone(),
            kind: kind.as_str(),
            tags: details.tags.clone(),
            state: state.as_str(),
            creator: Creator::new(&details.creator),
            created_at: details.created_at.as_millis(),
            expires_at: expires_at.map(Timestamp::as_millis),
            previous_expires_at: previous.map(Timestamp::as_millis),
            policy_version: version.policy,
            last_used_at: last_used_at.map(Timestamp::as_millis),
        }
    }
}

impl Creator {
    fn new(actor: &Actor) -> Self {
        Self {
            kind: actor.kind(),
            id: actor.id().to_owned(),
            name: actor.to_string(),
        }
    }
}

impl KeyWithPolicy {
    pub(crate) fn new(view: &KeyView, now: Timestamp) -> Self {
        Self {
            key: Key::new(&view.listed, now),
            policy: shown(&view.policy),
        }
    }
}

impl Notice {
    pub(crate) fn all(warnings: &[Warning]) -> Vec<Self> {
        let notice = |warning: &Warning| Self {
            path: warning.path.clone(),
            message: warning.reason.to_string(),
        };
        warnings.iter().map(notice).collect()
    }
}

fn shown(policy: &Policy) -> PolicyDraft {
    policy.clone().into()
}

/// The version of a key, as `ETag` has it.
pub(crate) fn etag(version: KeyVersion) -> HeaderValue {
    // Digits and a dot are a header's value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The path of a key.
pub(crate) fn location(id: &KeyId) -> HeaderValue {
    let path = format!("/admin/v1/keys/{id}");
    // Letters, digits and slashes are a header's value.
    HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/admin/v1/keys"))
}

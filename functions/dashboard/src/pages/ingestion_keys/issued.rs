//! The text of a key, on its way to somebody.

use axum::Json;
use axum::response::{IntoResponse, Response};
use control::{CreatedKey, RotatedKey};
use event::KeyId;
use policy::ApiKey;
use serde_json::json;

use crate::moment::Moment;
use crate::shown_once::Secret;

/// The text of a key, and what to say about it. Its `Debug` says nothing of the text.
#[derive(Debug)]
pub(crate) struct Issued {
    key: ApiKey,
    pub(crate) heading: String,
    pub(crate) words: String,
}

impl Issued {
    pub(super) fn made(made: CreatedKey) -> Self {
        let name = &made.view.listed.entry.details.name;
        Self {
            heading: format!("{name} is made"),
            words: "This is the key. Store it where your secrets are; admins can reveal it again."
                .to_owned(),
            key: made.key,
        }
    }

    pub(super) fn rotated(rotated: RotatedKey) -> Self {
        let words = match rotated.previous_expires_at.map(Moment::from) {
            Some(until) => format!(
                "This is the new key. The one before it works until {} UTC.",
                until.minute
            ),
            None => "This is the new key. The one before it has ended.".to_owned(),
        };
        let older = " A still older one, of a rotation that was not over, has ended now.";
        Self {
            heading: "Rotated".to_owned(),
            words: words + if rotated.older_ended { older } else { "" },
            key: rotated.key,
        }
    }

    pub(super) fn revealed(key: ApiKey) -> Self {
        Self {
            heading: "Revealed".to_owned(),
            words: "The audit log has noted this. The key is hidden again after a minute."
                .to_owned(),
            key,
        }
    }

    pub(crate) fn id(&self) -> &KeyId {
        self.key.id()
    }

    pub(crate) fn text(&self) -> &str {
        self.key.expose()
    }

    /// For a page without anything else.
    pub(super) fn alone(&self) -> [Secret; 1] {
        [Secret {
            id: "issued-key",
            name: "Key",
            hint: self.words.clone(),
            text: self.text().to_owned(),
        }]
    }

    /// For a script that copies it; and where to go then.
    pub(super) fn to_script(&self, next: Option<&str>) -> Response {
        Json(json!({"key": self.text(), "next": next})).into_response()
    }
}

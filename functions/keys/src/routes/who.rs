//! Who did something, as answers show them.

use policy::Actor;
use serde::Serialize;
use utoipa::ToSchema;

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Who {
    /// `bootstrap`, `service_account` or `person`.
    kind: &'static str,
    /// The id of the API key, or the person's subject.
    id: String,
    /// The service account's name, or the person's.
    name: String,
}

impl Who {
    pub(crate) fn new(actor: &Actor) -> Self {
        Self {
            kind: actor.kind(),
            id: actor.id().to_owned(),
            name: actor.to_string(),
        }
    }
}

//! Audit entries as DynamoDB has them.

use aws_sdk_dynamodb::types::AttributeValue;
use event::WorkspaceId;
use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Map, Value};

use super::{AuditAction, AuditEntry};
use crate::StoreError;
use crate::actor::ActorAttributes;
use crate::fields::{Fields, moment, text};
use crate::schema::Item;
use crate::schema::control::{self, attribute};

const WHAT: &str = "audit entry";
const ACTOR: ActorAttributes = ActorAttributes {
    kind: attribute::ACTOR_KIND,
    id: attribute::ACTOR_ID,
    name: attribute::ACTOR,
};
/// Keeps entries of the same millisecond apart.
const RANDOM_CHARS: usize = 8;
/// Largest text of the changes, in bytes; a policy of a thousand rows is described by its counts.
const MAX_CHANGES: usize = 100 * 1024;

pub(super) fn to_item(workspace: &WorkspaceId, entry: &AuditEntry) -> Result<Item, StoreError> {
    let random = Alphanumeric.sample_string(&mut rand::rng(), RANDOM_CHARS);
    let mut item = control::audit(workspace, entry.at, &random).into_item();
    ACTOR.write(&entry.actor, &mut item);
    let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    set(attribute::AT, moment(entry.at));
    set(attribute::ACTION, text(entry.action.as_str()));
    set(attribute::SUBJECT, text(&entry.subject));
    if let Some(name) = &entry.subject_name {
        set(attribute::NAME, text(name));
    }
    if let Some(address) = entry.address {
        set(attribute::ADDRESS, text(address.to_string()));
    }
    if let Some(id) = &entry.request_id {
        set(attribute::REQUEST_ID, text(id));
    }
    if !entry.changes.is_empty() {
        let json = serde_json::to_string(&entry.changes);
        let json = json.map_err(|_| StoreError::Corrupt { what: WHAT })?;
        if json.len() > MAX_CHANGES {
            return Err(StoreError::TooLarge { what: WHAT });
        }
        set(attribute::CHANGES, text(json));
    }
    Ok(item)
}

pub(super) fn from_item(item: &Item) -> Result<AuditEntry, StoreError> {
    let fields = Fields::new(item, WHAT);
    let address = match fields.optional_text(attribute::ADDRESS)? {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| fields.corrupt())?),
    };
    let changes: Map<String, Value> = match fields.optional_text(attribute::CHANGES)? {
        None => Map::new(),
        Some(json) => serde_json::from_str(json).map_err(|_| fields.corrupt())?,
    };
    let optional = |name| Ok::<_, StoreError>(fields.optional_text(name)?.map(str::to_owned));
    Ok(AuditEntry {
        at: fields.moment(attribute::AT)?,
        actor: ACTOR.read(fields)?,
        address,
        request_id: optional(attribute::REQUEST_ID)?,
        action: fields.parsed(attribute::ACTION, AuditAction::parse)?,
        subject: fields.text(attribute::SUBJECT)?.to_owned(),
        subject_name: optional(attribute::NAME)?,
        changes,
    })
}

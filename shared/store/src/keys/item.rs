//! Key items, index items and sealed texts as DynamoDB has them.

use aws_sdk_dynamodb::types::AttributeValue;
use event::{KeyId, WorkspaceId};
use policy::{KeyKind, KeyRecord, KeyState, PreviousSecret, SecretHash};

use super::{KeyDetails, KeyEntry, SealedSecret};
use crate::StoreError;
use crate::fields::{Fields, bytes, moment, number, text};
use crate::schema::Item;
use crate::schema::control::{self, attribute};

pub(super) fn from_record(record: &KeyRecord) -> Item {
    let mut item = control::key_state(&record.id).into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::WORKSPACE, text(record.workspace.as_str()));
    set(attribute::KIND, text(record.kind.as_str()));
    set(attribute::SECRET, bytes(*record.secret.as_bytes()));
    set(attribute::STATE, text(record.state.as_str()));
    set(attribute::POLICY_VERSION, number(record.policy_version));
    if let Some(previous) = &record.previous {
        set(attribute::PREVIOUS_SECRET, bytes(*previous.hash.as_bytes()));
        set(attribute::PREVIOUS_EXPIRES_AT, moment(previous.expires_at));
    }
    if let Some(expires_at) = record.expires_at {
        set(attribute::EXPIRES_AT, moment(expires_at));
    }
    item
}

pub(super) fn to_record(id: &KeyId, item: &Item) -> Result<KeyRecord, StoreError> {
    let fields = Fields::new(item, "key");
    let hash = |bytes: &[u8]| {
        bytes
            .try_into()
            .map(SecretHash::from_bytes)
            .map_err(|_| fields.corrupt())
    };
    let previous = match fields.optional_bytes(attribute::PREVIOUS_SECRET)? {
        None => None,
        Some(bytes) => Some(PreviousSecret {
            hash: hash(bytes)?,
            expires_at: fields.moment(attribute::PREVIOUS_EXPIRES_AT)?,
        }),
    };
    let version = fields.number(attribute::POLICY_VERSION)?;
    Ok(KeyRecord {
        id: id.clone(),
        workspace: fields.parsed(attribute::WORKSPACE, |text| WorkspaceId::parse(text).ok())?,
        kind: fields.parsed(attribute::KIND, KeyKind::parse)?,
        secret: hash(fields.bytes(attribute::SECRET)?)?,
        previous,
        state: fields.parsed(attribute::STATE, KeyState::parse)?,
        expires_at: fields.optional_moment(attribute::EXPIRES_AT)?,
        policy_version: u64::try_from(version).map_err(|_| fields.corrupt())?,
    })
}

pub(super) fn from_details(record: &KeyRecord, details: &KeyDetails) -> Item {
    let mut item = control::index(&record.workspace, &record.id).into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::KEY_ID, text(record.id.as_str()));
    set(attribute::KIND, text(record.kind.as_str()));
    set(attribute::STATE, text(record.state.as_str()));
    set(attribute::NAME, text(&details.name));
    set(
        attribute::TAGS,
        AttributeValue::L(details.tags.iter().map(text).collect()),
    );
    set(attribute::CREATOR, text(&details.creator));
    set(attribute::CREATED_AT, moment(details.created_at));
    if let Some(expires_at) = record.expires_at {
        set(attribute::EXPIRES_AT, moment(expires_at));
    }
    item
}

pub(super) fn to_entry(item: &Item) -> Result<KeyEntry, StoreError> {
    let fields = Fields::new(item, "key in a list");
    Ok(KeyEntry {
        id: fields.parsed(attribute::KEY_ID, |text| KeyId::parse(text).ok())?,
        kind: fields.parsed(attribute::KIND, KeyKind::parse)?,
        state: fields.parsed(attribute::STATE, KeyState::parse)?,
        expires_at: fields.optional_moment(attribute::EXPIRES_AT)?,
        details: KeyDetails {
            name: fields.text(attribute::NAME)?.to_owned(),
            tags: fields.texts(attribute::TAGS)?,
            creator: fields.text(attribute::CREATOR)?.to_owned(),
            created_at: fields.moment(attribute::CREATED_AT)?,
        },
    })
}

pub(super) fn from_sealed(record: &KeyRecord, sealed: &SealedSecret) -> Item {
    let mut item = control::sealed(&record.id).into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::WORKSPACE, text(record.workspace.as_str()));
    set(attribute::RING_KEY, text(&sealed.ring_key));
    set(
        attribute::SEALED,
        bytes(sealed.nonce_and_ciphertext.clone()),
    );
    item
}

pub(super) fn to_sealed(item: &Item) -> Result<SealedSecret, StoreError> {
    let fields = Fields::new(item, "sealed secret");
    Ok(SealedSecret {
        ring_key: fields.text(attribute::RING_KEY)?.to_owned(),
        nonce_and_ciphertext: fields.bytes(attribute::SEALED)?.to_vec(),
    })
}

//! Key items, index items and sealed texts as DynamoDB has them.

use aws_sdk_dynamodb::types::AttributeValue;
use event::{KeyId, WorkspaceId};
use policy::{
    Actor, KeyKind, KeyRecord, KeyState, PreviousClientSecret, PreviousSecret, Role, SecretHash,
};

use super::{KeyDetails, KeyEntry, KeyVersion, SealedSecret};
use crate::StoreError;
use crate::actor::CREATOR;
use crate::fields::{Fields, bytes, moment, number, text};
use crate::schema::Item;
use crate::schema::control::{self, attribute};

pub(crate) fn from_record(record: &KeyRecord) -> Item {
    let mut item = control::key_state(&record.id).into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::WORKSPACE, text(record.workspace.as_str()));
    set(attribute::KIND, text(record.kind.as_str()));
    set(attribute::SECRET, bytes(*record.secret.as_bytes()));
    set(attribute::STATE, text(record.state.as_str()));
    set(attribute::POLICY_VERSION, number(record.policy_version));
    if let Some(role) = record.role {
        set(attribute::ROLE, text(role.as_str()));
    }
    if let Some(account) = &record.account {
        set(attribute::ACCOUNT, text(account));
    }
    if let Some(previous) = &record.previous {
        set(attribute::PREVIOUS_SECRET, bytes(*previous.hash.as_bytes()));
        set(attribute::PREVIOUS_EXPIRES_AT, moment(previous.expires_at));
    }
    if let Some(version) = &record.client_secret {
        set(attribute::CLIENT_SECRET, text(version));
    }
    if let Some(previous) = &record.previous_client_secret {
        set(attribute::PREVIOUS_CLIENT_SECRET, text(&previous.version));
        let until = attribute::PREVIOUS_CLIENT_SECRET_EXPIRES_AT;
        set(until, moment(previous.expires_at));
    }
    if let Some(expires_at) = record.expires_at {
        set(attribute::EXPIRES_AT, moment(expires_at));
    }
    item
}

pub(crate) fn to_record(id: &KeyId, item: &Item) -> Result<KeyRecord, StoreError> {
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
    let previous_client_secret = match fields.optional_text(attribute::PREVIOUS_CLIENT_SECRET)? {
        None => None,
        Some(version) => Some(PreviousClientSecret {
            version: version.to_owned(),
            expires_at: fields.moment(attribute::PREVIOUS_CLIENT_SECRET_EXPIRES_AT)?,
        }),
    };
    let version = fields.number(attribute::POLICY_VERSION)?;
    Ok(KeyRecord {
        id: id.clone(),
        workspace: fields.parsed(attribute::WORKSPACE, |text| WorkspaceId::parse(text).ok())?,
        kind: fields.parsed(attribute::KIND, KeyKind::parse)?,
        role: match fields.optional_text(attribute::ROLE)? {
            None => None,
            Some(name) => Some(Role::parse(name).ok_or_else(|| fields.corrupt())?),
        },
        account: fields.optional_text(attribute::ACCOUNT)?.map(str::to_owned),
        secret: hash(fields.bytes(attribute::SECRET)?)?,
        previous,
        state: fields.parsed(attribute::STATE, KeyState::parse)?,
        expires_at: fields.optional_moment(attribute::EXPIRES_AT)?,
        client_secret: fields
            .optional_text(attribute::CLIENT_SECRET)?
            .map(str::to_owned),
        previous_client_secret,
        policy_version: u64::try_from(version).map_err(|_| fields.corrupt())?,
    })
}

pub(super) fn from_details(record: &KeyRecord, details: &KeyDetails) -> Item {
    let mut item = control::index(&record.workspace, &record.id).into_item();
    CREATOR.write(&details.creator, &mut item);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::KEY_ID, text(record.id.as_str()));
    set(attribute::KIND, text(record.kind.as_str()));
    set(attribute::STATE, text(record.state.as_str()));
    set(attribute::NAME, text(&details.name));
    set(attribute::TAGS, tags(&details.tags));
    set(attribute::CREATED_AT, moment(details.created_at));
    set(attribute::POLICY_VERSION, number(KeyVersion::FIRST.policy));
    set(attribute::VERSION, number(KeyVersion::FIRST.details));
    if let Some(expires_at) = record.expires_at {
        set(attribute::EXPIRES_AT, moment(expires_at));
    }
    item
}

pub(super) fn to_entry(item: &Item) -> Result<KeyEntry, StoreError> {
    let fields = Fields::new(item, "key in a list");
    let version = |name| {
        // Entries from before there were changes have none.
        let version = fields.optional_number(name)?.unwrap_or(1);
        u64::try_from(version).map_err(|_| fields.corrupt())
    };
    Ok(KeyEntry {
        id: fields.parsed(attribute::KEY_ID, |text| KeyId::parse(text).ok())?,
        kind: fields.parsed(attribute::KIND, KeyKind::parse)?,
        state: fields.parsed(attribute::STATE, KeyState::parse)?,
        expires_at: fields.optional_moment(attribute::EXPIRES_AT)?,
        previous_expires_at: fields.optional_moment(attribute::PREVIOUS_EXPIRES_AT)?,
        rotated_at: fields.optional_moment(attribute::ROTATED_AT)?,
        version: KeyVersion {
            policy: version(attribute::POLICY_VERSION)?,
            details: version(attribute::VERSION)?,
        },
        details: KeyDetails {
            name: fields.text(attribute::NAME)?.to_owned(),
            tags: fields.texts(attribute::TAGS)?,
            creator: creator(fields)?,
            created_at: fields.moment(attribute::CREATED_AT)?,
        },
    })
}

pub(super) fn tags(tags: &[String]) -> AttributeValue {
    AttributeValue::L(tags.iter().map(text).collect())
}

/// The item that holds a name against a second key.
pub(super) fn name_holder(workspace: &WorkspaceId, name: &str, id: &KeyId) -> Item {
    let mut item = control::name(workspace, name).into_item();
    item.insert(attribute::KEY_ID.to_owned(), text(id.as_str()));
    item
}

/// Entries from before there were kinds of creators are the bootstrap's: nobody else made keys.
fn creator(fields: Fields<'_>) -> Result<Actor, StoreError> {
    match fields.optional_text(CREATOR.kind)? {
        None => Ok(Actor::Bootstrap),
        Some(_) => CREATOR.read(fields),
    }
}

pub(super) fn from_sealed(workspace: &WorkspaceId, id: &KeyId, sealed: &SealedSecret) -> Item {
    let mut item = control::sealed(id).into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::WORKSPACE, text(workspace.as_str()));
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

//! A new key, sealed and stored.

use event::{Timestamp, WorkspaceId};
use policy::{ApiKey, KeyKind, KeyRecord, Policy};
use secrets::Secrets;
use store::{AuditAction, KeyDetails, KeyEntry, KeyVersion, NewKey, SealedSecret, Store};

use super::audited;
use crate::by::Changes;
use crate::{By, ControlError};

/// What a new key is made of.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: KeyKind,
    pub(crate) tags: &'a [String],
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) policy: Policy,
}

/// Makes a key. Its text is sealed where the kind can be revealed.
pub(crate) async fn issue(
    store: &Store,
    secrets: &Secrets,
    workspace: &WorkspaceId,
    by: &By,
    order: Order<'_>,
) -> Result<(ApiKey, KeyEntry), ControlError> {
    let key = ApiKey::generate(order.kind, &mut rand::rng());
    let sealed = seal(secrets, &key).await?;
    let changes = Changes::default()
        .set("name", order.name)
        .set("kind", order.kind.as_str())
        .set("tags", order.tags.to_vec())
        .set("expiresAt", audited::moment(order.expires_at))
        .set("policy", audited::policy(&order.policy));
    let new = NewKey {
        record: KeyRecord {
            expires_at: order.expires_at,
            ..KeyRecord::issued(&key, workspace.clone())
        },
        details: KeyDetails {
            name: order.name.to_owned(),
            tags: order.tags.to_vec(),
            creator: by.actor.clone(),
            created_at: by.at,
        },
        policy: order.policy,
        sealed,
    };
    let entry = by.did(AuditAction::KeyCreated, key.id(), order.name, changes);
    store.create_key(&new, &entry).await?;
    tracing::info!(%workspace, key = %key.id(), kind = %order.kind, "key made");
    let entry = KeyEntry {
        id: new.record.id,
        kind: new.record.kind,
        state: new.record.state,
        expires_at: new.record.expires_at,
        previous_expires_at: None,
        rotated_at: None,
        version: KeyVersion::FIRST,
        details: new.details,
    };
    Ok((key, entry))
}

/// The key's text, sealed where its kind can be revealed.
pub(super) async fn seal(
    secrets: &Secrets,
    key: &ApiKey,
) -> Result<Option<SealedSecret>, ControlError> {
    if key.kind().revealable() {
        Ok(Some(secrets.seal(key).await?))
    } else {
        Ok(None)
    }
}

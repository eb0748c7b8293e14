//! A window's list, written.

use event::WorkspaceId;
use sha2::{Digest, Sha256};

use super::document::Document;
use super::{LiveEvent, LiveWindow, RETENTION};
use crate::fields::{bytes, number};
use crate::schema::TTL;
use crate::schema::activity::attribute;
use crate::schema::live;
use crate::{Store, StoreError};

impl Store {
    /// Lists the newest events of a window for a day: one write of one unit, whatever the number of
    /// events. The same window written again changes nothing.
    pub async fn put_live(
        &self,
        workspace: &WorkspaceId,
        window: LiveWindow,
    ) -> Result<(), StoreError> {
        let total = window.total();
        let events = window.selected();
        let Some(newest) = events.iter().map(|event| event.received_at).max() else {
            return Ok(());
        };
        let body = Document::pack(&events, newest, total)?;
        let mut item = live::window(workspace, newest, digest(&events)).into_item();
        item.insert(attribute::BODY.to_owned(), bytes(body));
        let expires_at = newest.plus(RETENTION);
        item.insert(TTL.to_owned(), number(expires_at.as_secs()));
        self.put_activity(workspace, item, "listing live events")
            .await
    }
}

/// Over keys and ids, in the order of selection.
fn digest(events: &[LiveEvent]) -> u64 {
    let mut hash = Sha256::new();
    for event in events {
        hash.update(event.key_id.as_str());
        hash.update(event.id.len().to_be_bytes());
        hash.update(&event.id);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let (digest, _) = hash.split_first_chunk().unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*digest)
}

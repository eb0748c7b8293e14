//! The event log: chunks, each written once whatever is sent again.
//!
//! A chunk's key is a function of the accepted events, so a request that comes again meets its own
//! chunk there: the put's condition refuses the second copy, and that is a success.

mod append;
mod item;
mod range;
mod scan;

use std::net::IpAddr;

use event::chunk::ChunkKey;
use event::codec::{self, Decoded};
use event::{Event, KeyId, Provenance, Signal, Source, Timestamp, WorkspaceId};
use policy::SecretSlot;

use crate::StoreError;

pub use range::ChunkPages;
pub use scan::ChunkScan;

/// How the events of a chunk came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkMeta {
    /// Whose they are.
    pub workspace: WorkspaceId,
    /// What they are.
    pub signal: Signal,
    /// The wire format.
    pub source: Source,
    /// The key that the sender showed.
    pub key_id: KeyId,
    /// Which of the key's secrets it was.
    pub slot: SecretSlot,
    /// Whether another chunk opens the request: of the chunks of a request all but one.
    pub continues_request: bool,
    /// Where the request came from, where the workspace keeps that.
    pub address: Option<IpAddr>,
    /// When the request arrived.
    pub received_at: Timestamp,
    /// When the log may forget the chunk; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// A chunk as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChunk {
    /// How its events came in.
    pub meta: ChunkMeta,
    /// Its place.
    pub key: ChunkKey,
    /// The latest event time; the earliest is the key's.
    pub max_time: Timestamp,
    /// Number of events.
    pub count: u32,
    /// The names that occur, sorted; `None`: too many to be listed, so any may.
    pub names: Option<Vec<String>>,
    /// The events, encoded.
    pub blob: Vec<u8>,
}

impl StoredChunk {
    /// The events.
    pub fn events(&self) -> Result<Vec<Event<'static>>, StoreError> {
        let decoded = codec::decode(&self.meta.workspace, &self.blob);
        let Decoded { events, .. } = decoded.map_err(|_| StoreError::Corrupt { what: "chunk" })?;
        Ok(events)
    }

    /// How each of its events came in.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            received_at: self.meta.received_at,
            key_id: self.meta.key_id.clone(),
            source: self.meta.source,
        }
    }

    /// Whether an event of that name may be in it.
    pub fn may_hold(&self, name: &str) -> bool {
        self.names
            .as_ref()
            .is_none_or(|names| names.iter().any(|held| held == name))
    }
}

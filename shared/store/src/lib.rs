//! DynamoDB: the only crate that knows a table's layout.
//!
//! [`Store`] offers what the functions need in the words of the domain:
//!
//! * keys, their policies, and workspaces (table *control*),
//! * the event log: chunks, written once whatever is sent again (table *events*),
//! * profiles, their links and tombstones, and timelines (table *profiles*),
//! * table *activity* holds what may be lost after a while: usage, checkpoints, caches.
//!
//! Every write reports its write units, its time and its throttles to [`telemetry::Metrics`]. Calls
//! are tried three times at most; what still fails is [`StoreError::Unavailable`], and trying the
//! same again later is safe for every call of this crate.

mod batch;
mod client;
mod error;
mod fields;
mod keys;
mod log;
mod meter;
mod packed;
mod pause;
mod profiles;
mod query;
mod schema;
mod store;
mod timeline;
mod transaction;
mod workspaces;

pub use client::client;
pub use error::{Cause, StoreError};
pub use keys::{KeyDetails, KeyEntry, NewKey, SealedSecret};
pub use log::{Appended, ChunkMeta, ChunkPages, ChunkScan, StoredChunk};
pub use profiles::{ProfileRead, StoredProfile, Tombstones};
pub use schema::tables::{TableDefinition, create_tables, tables};
pub use store::{Store, Tables};
pub use timeline::{Cursor, TimelineEntry, TimelinePage, TimelineQuery, TimelineWindow};
pub use workspaces::WorkspaceSettings;

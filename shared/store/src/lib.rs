//! DynamoDB: the only crate that knows a table's layout.
//!
//! [`Store`] offers what the functions need in the words of the domain:
//!
//! * keys, their policies, workspaces and the audit log (table *control*),
//! * the event log: chunks, written once whatever is sent again (table *events*),
//! * profiles, their links and tombstones, and timelines (table *profiles*),
//! * usage of keys, who sent what with them, samples of what was refused: what may be lost after a
//!   while (table *activity*).
//!
//! Every write reports its write units, its time and its throttles to [`telemetry::Metrics`]. Calls
//! are tried three times at most; what still fails is [`StoreError::Unavailable`], and trying the
//! same again later is safe for every call of this crate.

mod accounts;
mod actor;
mod audit;
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
mod refused;
mod remote_config;
mod schema;
mod sequence;
mod store;
mod timeline;
mod traffic;
mod transaction;
mod usage;
mod workspaces;

pub use accounts::{
    AccountChange, AccountKey, Ended, MAX_LIVING_KEYS, NewAccountKey, ServiceAccount,
};
pub use audit::{AuditAction, AuditEntry, AuditPage, AuditQuery, RecordedEntry};
pub use client::client;
pub use error::{Cause, StoreError};
pub use keys::{KeyChange, KeyDetails, KeyEntry, KeyVersion, NewDetails, NewKey, SealedSecret};
pub use log::{Appended, ChunkMeta, ChunkPages, ChunkScan, StoredChunk};
pub use profiles::{ProfileRead, StoredProfile, Tombstones};
pub use refused::RefusedSample;
pub use remote_config::{ConfigVersion, ConfigVersions, RemoteConfig};
pub use schema::tables::{TableDefinition, create_tables, tables};
pub use sequence::Sequence;
pub use store::{Store, Tables};
pub use timeline::{Cursor, TimelineEntry, TimelinePage, TimelineQuery, TimelineWindow};
pub use traffic::{KeyTraffic, Sender, TrafficChunk, TrafficPart};
pub use usage::{
    AcceptedCounts, DirectCounts, HourUsage, KeyUsage, Receipt, StreamedReceipt, UsagePart,
};
pub use workspaces::WorkspaceSettings;

//! DynamoDB: the only crate that knows a table's layout.
//!
//! [`Store`] offers what the functions need in the words of the domain:
//!
//! * keys, their policies, workspaces and the audit log (table *control*),
//! * the event log: chunks, written once whatever is sent again (table *events*),
//! * profiles, their links and tombstones, and timelines (table *profiles*),
//! * usage of keys, who sent what with them, the newest of what was accepted and samples of what was
//!   refused: what may be lost after a while (table *activity*),
//! * workflows (table *control*), their runs, and the queue of what is due (table *runs*).
//!
//! Every write reports its write units, its time and its throttles to [`telemetry::Metrics`]. Calls
//! are tried three times at most; what still fails is [`StoreError::Unavailable`], and trying the
//! same again later is safe for every call of this crate.

mod accounts;
mod actor;
mod answers;
mod attempts;
mod audit;
mod batch;
mod client;
mod documents;
mod error;
mod fields;
mod keys;
mod live;
mod log;
mod meter;
mod metrics;
mod packed;
mod parallel;
mod pause;
mod profiles;
mod put;
mod query;
mod query_log;
mod refused;
mod remote_config;
mod runs;
mod schema;
mod sequence;
mod store;
mod timeline;
mod token_keys;
mod traffic;
mod transaction;
mod usage;
mod workflows;
mod workspaces;

pub use accounts::{
    AccountChange, AccountKey, Ended, MAX_LIVING_KEYS, NewAccountKey, ServiceAccount,
};
pub use answers::{AnswerPage, Found, KeptPage, NewAnswer, Wanted};
pub use audit::{AuditAction, AuditEntry, AuditPage, AuditQuery, RecordedEntry};
pub use client::client;
pub use error::{Cause, StoreError};
pub use keys::{KeyChange, KeyDetails, KeyEntry, KeyVersion, NewDetails, NewKey, SealedSecret};
pub use live::{LiveEvent, LiveEvents, LiveWindow};
pub use log::{ChunkMeta, ChunkPages, ChunkScan, StoredChunk};
pub use metrics::{MetricVariable, SavedMetric, VariableKind};
pub use profiles::{MAX_LINKS, ProfileRead, StoredProfile, Tombstones};
pub use query_log::{QueryRun, QuerySource};
pub use refused::RefusedSample;
pub use remote_config::{ConfigVersion, ConfigVersions, RemoteConfig};
pub use runs::{
    DestinationState, Due, DueWork, LeaseOf, Once, RunPage, RunsOf, Started, StoredRun,
};
pub use schema::tables::{TableDefinition, create_tables, tables};
pub use sequence::Sequence;
pub use store::{Store, Tables};
pub use timeline::{Cursor, TimelineEntry, TimelinePage, TimelineQuery, TimelineWindow};
pub use token_keys::TokenKey;
pub use traffic::{KeyTraffic, Sender, TrafficChunk, TrafficPart};
pub use usage::{
    AcceptedCounts, DirectCounts, HourUsage, KeyUsage, Receipt, StreamedReceipt, UsagePart,
};
pub use workflows::{
    ApiTrigger, NewVersion, StoredWorkflow, WorkflowSecret, WorkflowVersion, WorkflowVersions,
};
pub use workspaces::WorkspaceSettings;

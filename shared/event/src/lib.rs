//! Events, profiles, their identifiers and the chunk codec.
//!
//! Pure: no I/O, no AWS type, no clock. Time comes in as a [`Timestamp`]; who needs "now" is handed
//! a [`Clock`].

pub mod chunk;
pub mod codec;
mod escaped;
mod event;
pub mod fingerprint;
pub mod ids;
pub mod profile;
pub mod signal;
pub mod time;

pub use chunk::{Chunk, ChunkKey};
pub use escaped::escaped_len;
pub use event::{Event, EventId, Provenance};
pub use fingerprint::{Content, RequestMark, fingerprint, idempotent_id};
pub use ids::{
    EventName, IdError, KeyId, MetricId, RunId, ServiceAccountId, TriggerId, UserId, WorkflowId,
    WorkspaceId,
};
pub use profile::{ProfileId, ProfileKind, ProfileUpdate, Properties, Property};
pub use signal::{Signal, Source};
pub use time::{Clock, Day, Timestamp};

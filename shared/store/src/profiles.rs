//! Profiles, their links and their tombstones.
//!
//! Each id, of a known user or of an anonymous device, keeps an item of its own; what a user's
//! profile shows is merged from the linked ones when it is read. So updates of different ids never
//! wait for each other, and a link can be undone.
//!
//! A deletion leaves a tombstone with its time on the user and on every linked device. What was
//! received or dated at or before that time stays gone: later updates, timeline items that are
//! projected late, a rebuild. What is received afterwards makes the user visible again, with
//! nothing but the new.

mod delete;
mod document;
mod edge;
mod item;
mod link;
mod read;
mod tombstones;
mod update;

use event::{Properties, UserId};

pub use tombstones::Tombstones;

pub(crate) use read::Identity;

/// What is known of a user.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileRead {
    /// There is a profile.
    Found(StoredProfile),
    /// There is none, but there are events of the user.
    OnlyEvents,
    /// The user was deleted, and nothing was received since.
    Deleted,
    /// Nothing was ever received.
    Unknown,
}

/// A user's profile, merged with those of the linked anonymous ids.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredProfile {
    /// The user.
    pub id: UserId,
    /// The anonymous ids linked with effect, sorted.
    pub anonymous_ids: Vec<UserId>,
    /// What senders set, the latest of each.
    pub properties: Properties,
    /// What SDKs said about the user's devices, the latest of each.
    pub device_data: Properties,
    /// The user's id in another system, the latest one.
    pub external_id: Option<String>,
}

//! Profiles, their links and their tombstones.
//!
//! Each id, of a known user or of an anonymous device, keeps an item of its own; what a user's
//! profile shows is merged from the linked ones when it is read. So updates of different ids never
//! wait for each other, and a link can be undone.
//!
//! A caller names a profile by its id alone: that is the user of that id or, where nothing is known of
//! such a user, the device. A device shows what is its own, also while a user has it; a deletion takes
//! the user and the device.
//!
//! A deletion leaves a tombstone with its time on both, and on every linked device. What was
//! received or dated at or before that time stays gone: later updates, timeline items that are
//! projected late, a rebuild. What is received afterwards makes the profile visible again, with
//! nothing but the new.

mod delete;
mod document;
mod edge;
mod identity;
mod item;
mod link;
mod read;
mod tombstones;
mod update;

use event::{Properties, UserId};

pub use edge::MAX_LINKS;
pub use tombstones::Tombstones;

pub(crate) use identity::Identity;

/// What is known of a user or of a device.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileRead {
    /// There is a profile.
    Found(StoredProfile),
    /// There is none, but there are events.
    OnlyEvents,
    /// The profile was deleted, and nothing was received since.
    Deleted,
    /// Nothing was ever received.
    Unknown,
}

/// A user's profile, merged with those of the linked anonymous ids; or that of a device.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredProfile {
    /// The user or the device.
    pub id: UserId,
    /// The linked anonymous ids, sorted; none of a device.
    pub anonymous_ids: Vec<UserId>,
    /// What senders set, the latest of each.
    pub properties: Properties,
    /// What SDKs said about the user's devices, the latest of each.
    pub device_data: Properties,
    /// The user's id in another system, the latest one.
    pub external_id: Option<String>,
}

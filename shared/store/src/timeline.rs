//! Timelines: a user's events, newest first.
//!
//! The projector writes one item per profile and window ([`Store::put_timelines`]), under the time
//! of its newest event. Reading merges the items of the user and of the linked anonymous ids
//! ([`Store::timeline`]): an item whose newest event is of time T holds nothing newer, so the items
//! are opened one after the other, only as far as the page needs.
//!
//! An item expires with the last of its events, and holds only events that expire on the same day. What has
//! expired is shown no more, also before the database has deleted it.
//!
//! An event may lie in several items: windows overlap when the stream delivers again, and senders
//! repeat. It is shown once. Its place is its time and its id; entries of the same place are one,
//! wherever they lie, so a cursor behind a place is behind all of them. Two entries of one id with
//! *different* times are one event too, of which the newer is shown; within a page that is seen
//! directly. Over the border of a page only an event *without a time of its own* is looked up in
//! what earlier pages showed: it alone takes a new time from each receipt. It is looked up among
//! those received within a day of it, [`REPEAT_WINDOW`], where a sender's retries lie.

mod clear;
mod cursor;
mod lane;
mod merge;
mod page;
mod repeats;
mod weight;
mod write;

use std::time::Duration;

use event::{Event, EventName, ProfileId, Provenance, Timestamp};

pub use cursor::Cursor;

/// Within this time of its first receipt an event without a time of its own is recognised when it
/// comes again, also where the two are on different pages.
pub(crate) const REPEAT_WINDOW: Duration = Duration::from_hours(24);

/// An event in a timeline, and how it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineEntry {
    /// The event.
    pub event: Event<'static>,
    /// Receipt, key and wire format.
    pub provenance: Provenance,
    /// When it may be forgotten: with its chunk in the log. `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// What one window of the projector brought for one profile.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineWindow {
    /// Whose events they are: [`Event::profile`].
    pub profile: ProfileId,
    /// The events, in any order.
    pub entries: Vec<TimelineEntry>,
}

/// Which part of a timeline is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineQuery {
    /// Most entries of the page; at least 1 is assumed.
    pub limit: usize,
    /// Behind which entry the page begins; `None`: with the newest.
    pub cursor: Option<Cursor>,
    /// Only events of that name.
    pub name: Option<EventName>,
}

/// A page of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelinePage {
    /// Newest first. Fewer than wanted where they are large, and also none where much had to be passed
    /// over.
    pub entries: Vec<TimelineEntry>,
    /// Where the next page begins; `None`: this is the last one.
    pub next: Option<Cursor>,
}

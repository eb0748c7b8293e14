//! The Integration API's own format, as the UserFlux SDKs send it.
//!
//! The fast path reads the whole body in one pass into [`wire`] types that borrow from it. Only
//! when that fails does [`diagnose`] read it again, member by member, to say what is wrong where
//! and to keep the good events of a batch.

mod check;
mod diagnose;
mod wire;

use event::Timestamp;
use event::profile::ProfileUpdate;

use super::{Invalid, Outcome, Unreadable};

/// Most events one batch may carry.
pub const MAX_EVENTS: usize = 1_000;
/// Largest event, in bytes of its `properties` and `deviceData`.
pub const MAX_EVENT_BYTES: usize = 256 * 1024;

/// Reads the body of `POST /event/ingest`: one event.
pub fn event(body: &str, received_at: Timestamp) -> Result<Outcome<'_>, Unreadable> {
    match serde_json::from_str(body) {
        Ok(wire) => Ok(check::event(wire, received_at)),
        Err(_) => diagnose::event(body, received_at),
    }
}

/// Reads the body of `POST /event/ingest/batch`: `{"events": […]}`, at most [`MAX_EVENTS`].
/// The outcomes are in the order of the body.
pub fn batch(body: &str, received_at: Timestamp) -> Result<Vec<Outcome<'_>>, Unreadable> {
    match serde_json::from_str(body) {
        Ok(wire::Batch {
            events:
                Some(wire::Capped {
                    items,
                    overflow: false,
                }),
        }) => Ok(items
            .into_iter()
            .map(|wire| check::event(wire, received_at))
            .collect()),
        _ => diagnose::batch(body, received_at),
    }
}

/// Reads the body of `POST /profile`.
pub fn profile(
    body: &str,
    received_at: Timestamp,
) -> Result<Result<ProfileUpdate<'_>, Invalid>, Unreadable> {
    match serde_json::from_str(body) {
        Ok(wire) => Ok(check::profile(wire, received_at)),
        Err(_) => diagnose::profile(body, received_at),
    }
}

//! The slow path: reads a body member by member to say what is wrong where.
//!
//! Messages name the place, the type expected and the type found, never a value.

use std::borrow::Cow;

use event::Timestamp;
use event::profile::ProfileUpdate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::wire::{self, Capped, Millis};
use super::{MAX_EVENTS, check};
use crate::sources::json::{at, malformed};
use crate::sources::{Invalid, Outcome, Unreadable};

pub(super) fn event(body: &str, received_at: Timestamp) -> Result<Outcome<'_>, Unreadable> {
    let object = object(body)?;
    Ok(members(object).and_then(|wire| check::event(wire, received_at)))
}

pub(super) fn profile(
    body: &str,
    received_at: Timestamp,
) -> Result<Result<ProfileUpdate<'_>, Invalid>, Unreadable> {
    let object = object(body)?;
    Ok(members(object).and_then(|wire| check::profile(wire, received_at)))
}

pub(super) fn batch(body: &str, received_at: Timestamp) -> Result<Vec<Outcome<'_>>, Unreadable> {
    let object = object(body)?;
    let batch: wire::RawBatch<'_> =
        serde_json::from_str(object.get()).map_err(|error| malformed(&error))?;
    let events = batch.events.ok_or_else(|| at("events", "is missing"))?;
    if kind(events) != "an array" {
        let message = format!("must be an array, not {}", kind(events));
        return Err(at("events", &message));
    }
    let events: Capped<&RawValue> =
        serde_json::from_str(events.get()).map_err(|error| malformed(&error))?;
    if events.overflow {
        return Err(Unreadable::TooMany { max: MAX_EVENTS });
    }
    let outcome = |raw| match kind(raw) {
        "an object" => members(raw).and_then(|wire| check::event(wire, received_at)),
        other => Err(Invalid::at("", format!("must be an object, not {other}"))),
    };
    Ok(events.items.into_iter().map(outcome).collect())
}

/// The body as one JSON object.
fn object(body: &str) -> Result<&RawValue, Unreadable> {
    if body.trim_ascii().is_empty() {
        return Err(at("line 1, column 1", "the body is empty"));
    }
    let raw: &RawValue = serde_json::from_str(body).map_err(|error| malformed(&error))?;
    match kind(raw) {
        "an object" => Ok(raw),
        other => Err(at(
            "line 1, column 1",
            &format!("must be an object, not {other}"),
        )),
    }
}

/// The members one by one, each still as text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMembers<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default)]
    user_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    anonymous_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    session_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    external_id: Option<&'a RawValue>,
}

fn members(object: &RawValue) -> Result<wire::Event<'_>, Invalid> {
    // Every member is well-formed by now, so only a member that is named twice fails here.
    let raw: RawMembers<'_> = serde_json::from_str(object.get())
        .map_err(|_| Invalid::at("", "names one of its members twice"))?;
    let texts = [
        ("id", raw.id),
        ("name", raw.name),
        ("userId", raw.user_id),
        ("anonymousId", raw.anonymous_id),
        ("sessionId", raw.session_id),
        ("externalId", raw.external_id),
    ];
    let text = |raw: Option<&RawValue>| serde_json::from_str::<String>(raw?.get()).ok();
    let (id, name) = (text(raw.id), text(raw.name));
    texts
        .into_iter()
        .try_for_each(|(path, text)| expect::<String>(path, text, "a string"))
        .and_then(|()| expect::<Millis>("timestamp", raw.timestamp, "a number"))
        .map_err(|invalid| invalid.of(id.map(Cow::Owned)).named(name.map(Cow::Owned)))?;
    serde_json::from_str(object.get())
        .map_err(|_| Invalid::at("", "has a member that cannot be read or is named twice"))
}

fn expect<T: DeserializeOwned>(
    path: &'static str,
    raw: Option<&RawValue>,
    wanted: &str,
) -> Result<(), Invalid> {
    let Some(raw) = raw else {
        return Ok(());
    };
    if serde_json::from_str::<T>(raw.get()).is_ok() {
        return Ok(());
    }
    let found = kind(raw);
    Err(Invalid::at(
        path,
        if found == wanted {
            format!("is not {wanted} that can be read: an escape or the range is wrong")
        } else {
            format!("must be {wanted}, not {found}")
        },
    ))
}

/// What kind of JSON value this is, told by its first byte.
fn kind(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

//! From the members of a body to a valid event.

use std::borrow::Cow;

use edge::{MAX_NESTING, nesting_exceeds};
use event::Timestamp;
use event::ids::{check_event_name, check_id};
use event::profile::ProfileUpdate;
use serde_json::value::RawValue;

use super::MAX_EVENT_BYTES;
use super::wire::{self, Millis, Text};
use crate::sources::{Draft, Invalid, Members, time};

/// The event of these members.
pub(super) fn event(
    wire::Event(wire): wire::Event<'_>,
    received_at: Timestamp,
) -> Result<Draft<'_>, Invalid> {
    let id = wire.id.as_ref().map(|Text(id)| id.clone());
    let name = wire.name.as_ref().map(|Text(name)| name.clone());
    draft(wire, received_at).map_err(|invalid| invalid.of(id).named(name))
}

fn draft(wire: wire::Members<'_>, received_at: Timestamp) -> Result<Draft<'_>, Invalid> {
    let Some(Text(name)) = wire.name else {
        return Err(Invalid::at("name", "is missing"));
    };
    check_event_name(&name).map_err(|fault| Invalid::at("name", fault.to_string()))?;
    Ok(Draft {
        id: optional_id(wire.id, "id")?,
        name,
        members: members(
            [
                wire.user_id,
                wire.anonymous_id,
                wire.session_id,
                wire.external_id,
            ],
            wire.timestamp,
            [wire.properties, wire.device_data],
            received_at,
        )?,
    })
}

/// The profile update of these members; id, name and session are ignored.
pub(super) fn profile(
    wire::Event(wire): wire::Event<'_>,
    received_at: Timestamp,
) -> Result<ProfileUpdate<'_>, Invalid> {
    let members = members(
        [wire.user_id, wire.anonymous_id, None, wire.external_id],
        wire.timestamp,
        [wire.properties, wire.device_data],
        received_at,
    )?;
    Ok(ProfileUpdate {
        user_id: members.user_id,
        anonymous_id: members.anonymous_id,
        external_id: members.external_id,
        timestamp: members.timestamp,
        time_given: members.time_given,
        properties: members.properties,
        device_data: members.device_data,
    })
}

fn members<'a>(
    [user, anonymous, session, external]: [Option<Text<'a>>; 4],
    time: Option<Millis>,
    [properties, device]: [Option<&'a RawValue>; 2],
    received_at: Timestamp,
) -> Result<Members<'a>, Invalid> {
    let user_id = optional_id(user, "userId")?;
    let anonymous_id = optional_id(anonymous, "anonymousId")?;
    if user_id.is_none() && anonymous_id.is_none() {
        return Err(Invalid::at(
            "userId",
            "is missing, and so is anonymousId: one is needed",
        ));
    }
    let members = Members {
        timestamp: time.map_or(Ok(received_at), |time| in_range(time, received_at))?,
        time_given: time.is_some(),
        user_id,
        anonymous_id,
        session_id: optional_id(session, "sessionId")?,
        external_id: optional_id(external, "externalId")?,
        properties: object(properties, "properties")?,
        device_data: object(device, "deviceData")?,
    };
    let stored = [&members.properties, &members.device_data];
    if stored
        .into_iter()
        .flatten()
        .map(|text| text.len())
        .sum::<usize>()
        > MAX_EVENT_BYTES
    {
        let message = format!("is larger than {} KB", MAX_EVENT_BYTES / 1024);
        return Err(Invalid::too_large(message));
    }
    Ok(members)
}

fn optional_id<'a>(
    text: Option<Text<'a>>,
    path: &'static str,
) -> Result<Option<Cow<'a, str>>, Invalid> {
    text.map(|Text(text)| match check_id(&text) {
        Ok(()) => Ok(text),
        Err(fault) => Err(Invalid::at(path, fault.to_string())),
    })
    .transpose()
}

fn in_range(Millis(millis): Millis, received_at: Timestamp) -> Result<Timestamp, Invalid> {
    let timestamp = Timestamp::from_millis(millis);
    let message = "must be milliseconds since 1970, at most 10 years ago and 1 day ahead";
    if time::is_possible(timestamp, received_at) {
        Ok(timestamp)
    } else {
        Err(Invalid::at("timestamp", message))
    }
}

fn object<'a>(
    raw: Option<&'a RawValue>,
    path: &'static str,
) -> Result<Option<Cow<'a, str>>, Invalid> {
    let Some(text) = raw.map(RawValue::get) else {
        return Ok(None);
    };
    if !text.starts_with('{') {
        return Err(Invalid::at(path, "must be an object"));
    }
    if nesting_exceeds(text, MAX_NESTING).is_some() {
        return Err(Invalid::at(
            path,
            format!("is nested deeper than {MAX_NESTING} levels"),
        ));
    }
    Ok(Some(Cow::Borrowed(text)))
}

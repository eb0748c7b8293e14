//! Real user monitoring: what happens in browsers and apps.
//!
//! `{"sessionAttributes": {…}, "events": [{"type", "id", "timestamp", "attributes": {…}, …}]}`

mod who;

use std::borrow::Cow;

use event::ids::{check_event_name, check_id};
use event::{Event, ProfileUpdate, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::who::Who;
use super::json::{self, Member, for_each};
use super::json_logs::moment;
use super::records::MAX_RECORD_BYTES;
use super::records::{Outcomes, too_large};
use super::{Draft, Invalid, Members, Outcome, Unreadable};

/// Most events one request may carry.
pub const MAX_EVENTS: usize = 1_000;
/// Most profile updates one request may carry: each is a few reads and writes, one after the other, for
/// of two links of a device the first wins.
pub const MAX_UPDATES: usize = 100;
/// The type of an event that says who the user is.
pub const IDENTIFY: &str = "identify";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(borrow)]
    session_attributes: Option<&'a RawValue>,
    #[serde(borrow)]
    events: Option<&'a RawValue>,
}

/// Reads a body. An event's type is its name; its properties are its other members as they were sent;
/// the session's attributes are the data of its device.
pub fn decode(body: &[u8], received_at: Timestamp) -> Result<Vec<Outcome<'_>>, Unreadable> {
    let body: Body<'_> = json::object(json::utf8(body)?)?;
    let events = body
        .events
        .ok_or_else(|| json::at("events", "is missing"))?;
    let session = body.session_attributes.map(RawValue::get);
    if session.is_some_and(|json| !json.starts_with('{')) {
        return Err(json::at("sessionAttributes", "must be an object"));
    }
    let who = session.map(Who::of).unwrap_or_default();
    let mut outcomes = Outcomes::new(received_at);
    let (mut count, mut updates) = (0, 0);
    for_each(Some(events), "events", |raw| {
        count += 1;
        if count > MAX_EVENTS {
            return Err(Unreadable::TooMany { max: MAX_EVENTS });
        }
        let outcome = event(raw.get(), session, &who, received_at);
        outcomes.push(outcome.and_then(|draft| {
            updates += usize::from(draft.name == IDENTIFY);
            if draft.name == IDENTIFY && updates > MAX_UPDATES {
                let message =
                    format!("is one more than the {MAX_UPDATES} profile updates of a request");
                let invalid = Invalid::too_large(message);
                return Err(invalid.of(draft.id).named(Some(draft.name)));
            }
            Ok(draft)
        }))
    })?;
    Ok(outcomes.into_vec())
}

/// The profile update that an event of the type [`IDENTIFY`] stands for: its attributes are the
/// profile's properties. `None` for any other.
pub fn profile_update(event: &Event<'_>) -> Option<ProfileUpdate<'static>> {
    #[derive(Deserialize)]
    struct Properties<'a> {
        #[serde(borrow)]
        attributes: Option<&'a RawValue>,
    }

    if event.name != IDENTIFY {
        return None;
    }
    let owned = |text: &str| Cow::Owned(text.to_owned());
    let properties: Option<Properties<'_>> = event
        .properties
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok());
    let attributes = properties
        .and_then(|properties| properties.attributes)
        .map(RawValue::get);
    Some(ProfileUpdate {
        user_id: event.user_id.as_deref().map(owned),
        anonymous_id: event.anonymous_id.as_deref().map(owned),
        external_id: None,
        timestamp: event.timestamp,
        time_given: event.time_given,
        properties: attributes.map(owned),
        device_data: None,
    })
}

fn event<'a>(
    text: &'a str,
    session: Option<&'a str>,
    session_who: &Who<'a>,
    received_at: Timestamp,
) -> Outcome<'a> {
    if text.len() > MAX_RECORD_BYTES {
        return Err(too_large());
    }
    let (mut name, mut id, mut time) = (None, None, None);
    let (mut attributes, mut user_id) = (None, None);
    json::members(text, |member, value| match &*member {
        "type" => name = Some(value),
        "id" => id = Some(value).filter(|value| value.get() != "null"),
        "timestamp" => time = moment::parse(value.get()),
        "attributes" => attributes = Some(value.get()).filter(|json| *json != "null"),
        "userId" => user_id = Some(value.get()).filter(|json| *json != "null"),
        _ => {}
    })?;
    let id = id.map(|id| string(id).ok_or_else(|| Invalid::at("id", "must be a string")));
    let id = id.transpose()?.filter(|id| !id.is_empty());
    if let Some(id) = &id {
        check_id(id).map_err(|fault| Invalid::at("id", fault.to_string()))?;
    }
    let name = check_name(name).map_err(|invalid| invalid.of(id.clone()))?;
    let own = Who::of(text);
    if name == IDENTIFY && user_id.is_some() && own.user.is_none() {
        return Err(Invalid::at("userId", "must be a text of 1 to 128 characters").of(id));
    }
    let who = own
        .or_else(|| attributes.map(Who::of))
        .or_else(|| attributes.and_then(who::error_metadata).map(Who::of))
        .or_else(|| Some(session_who.clone()));
    if name == IDENTIFY {
        check_update(&who, attributes).map_err(|invalid| invalid.of(id.clone()))?;
    }
    let Who {
        user,
        anonymous,
        session: visit,
    } = who;
    let properties = json::rewrite(text, |name| match name {
        "type" | "id" => Member::Dropped,
        _ => Member::Kept,
    })?;
    Ok(Draft {
        id,
        name,
        members: Members {
            user_id: user,
            anonymous_id: anonymous,
            session_id: visit,
            ..Members::of_machine(
                time,
                received_at,
                properties.into(),
                session.map(Cow::Borrowed),
            )
        },
    })
}

/// Whether it is an update of a profile that `POST /profile` would take.
fn check_update(who: &Who<'_>, attributes: Option<&str>) -> Result<(), Invalid> {
    if who.user.is_none() && who.anonymous.is_none() {
        let message = "is missing, and so is anonymousId: one is needed";
        return Err(Invalid::at("userId", message));
    }
    if attributes.is_some_and(|json| !json.starts_with('{')) {
        return Err(Invalid::at("attributes", "must be an object"));
    }
    Ok(())
}

/// The name of an event: its type.
fn check_name(raw: Option<&RawValue>) -> Result<Cow<'_, str>, Invalid> {
    let name = raw.ok_or_else(|| Invalid::at("type", "is missing"))?;
    let name = string(name).ok_or_else(|| Invalid::at("type", "must be a string"))?;
    check_event_name(&name).map_err(|fault| Invalid::at("type", fault.to_string()))?;
    Ok(name)
}

/// The text of a JSON string.
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    serde_json::from_str(raw.get()).ok().map(|Text(text)| text)
}

//! One module per wire format: each turns a body into events, and names what it cannot use.
//!
//! Policy, storage and answers are shared; a source knows none of them.

pub mod firehose;
mod json;
pub mod json_logs;
pub mod otlp;
pub mod records;
pub mod rum;
mod time;
pub mod userflux;

use std::borrow::Cow;

use event::ids::{check_event_name, check_id};
use event::{
    Content, Event, EventId, RequestMark, Timestamp, WorkspaceId, fingerprint, idempotent_id,
};

/// What became of one event or record of a body.
pub type Outcome<'a> = Result<Draft<'a>, Invalid>;

/// An event as its source read it: valid, and without an id if the sender gave none. Bodies are
/// decoded while the key is being read; generated ids need the workspace, which only the key tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft<'a> {
    /// The sender's id.
    pub id: Option<Cow<'a, str>>,
    /// The event's name.
    pub name: Cow<'a, str>,
    /// Everything else.
    pub members: Members<'a>,
}

/// The members that events and profile updates share.
#[derive(Debug, Clone, PartialEq)]
pub struct Members<'a> {
    /// When it happened; the time of receipt where the sender gave none.
    pub timestamp: Timestamp,
    /// Whether the sender gave the time.
    pub time_given: bool,
    /// The known user.
    pub user_id: Option<Cow<'a, str>>,
    /// The anonymous device.
    pub anonymous_id: Option<Cow<'a, str>>,
    /// The session.
    pub session_id: Option<Cow<'a, str>>,
    /// The sender's own further id.
    pub external_id: Option<Cow<'a, str>>,
    /// A JSON object's text.
    pub properties: Option<Cow<'a, str>>,
    /// A JSON object's text.
    pub device_data: Option<Cow<'a, str>>,
}

impl<'a> Draft<'a> {
    /// The event, with an id: the sender's; else, where there is no time either, one made of the
    /// request's mark, the event's place in it and its content; else its fingerprint.
    pub fn identify(
        self,
        workspace: &WorkspaceId,
        mark: Option<RequestMark<'_>>,
        index: usize,
    ) -> Event<'a> {
        let Self { id, name, members } = self;
        let id = match (id, mark) {
            (Some(id), _) => EventId::Given(id),
            (None, Some(mark)) if !members.time_given => {
                let content = members.content(&name);
                EventId::Given(idempotent_id(workspace, mark, index, &content).into())
            }
            (None, _) => EventId::Fingerprint(fingerprint(workspace, &members.content(&name))),
        };
        Event {
            id,
            name,
            timestamp: members.timestamp,
            time_given: members.time_given,
            user_id: members.user_id,
            anonymous_id: members.anonymous_id,
            session_id: members.session_id,
            external_id: members.external_id,
            properties: members.properties,
            device_data: members.device_data,
        }
    }
}

impl<'a> Members<'a> {
    /// Those of a log record, a span or a data point: of no user and no device.
    fn of_machine(
        time: Option<Timestamp>,
        received_at: Timestamp,
        properties: Cow<'a, str>,
        device_data: Option<Cow<'a, str>>,
    ) -> Self {
        Self {
            timestamp: time.unwrap_or(received_at),
            time_given: time.is_some(),
            user_id: None,
            anonymous_id: None,
            session_id: None,
            external_id: None,
            properties: Some(properties),
            device_data,
        }
    }
}

impl Members<'_> {
    fn content<'m>(&'m self, name: &'m str) -> Content<'m> {
        Content {
            name,
            timestamp: self.timestamp,
            user_id: self.user_id.as_deref(),
            anonymous_id: self.anonymous_id.as_deref(),
            session_id: self.session_id.as_deref(),
            external_id: self.external_id.as_deref(),
            properties: self.properties.as_deref(),
            device_data: self.device_data.as_deref(),
        }
    }
}

/// Why the whole body is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Not JSON, or not of the shape that the route takes.
    Malformed {
        /// Where in the body: a member (`events`), or line and column.
        at: String,
        /// What is wrong there.
        message: String,
    },
    /// More events than one request may carry.
    TooMany {
        /// The limit.
        max: usize,
    },
}

/// Why one event of a body is of no use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The sender's id of the event, where it can be read.
    pub id: Option<String>,
    /// The event's name, where it is a good one.
    pub name: Option<String>,
    /// Which rule it breaks.
    pub fault: Fault,
    /// The offending member as a JSON path below the event; empty for the event itself.
    pub path: &'static str,
    /// What is wrong, in words; never a value of the event.
    pub message: String,
}

/// The kinds of fault an event can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A member is missing, of the wrong type or out of range.
    Invalid,
    /// Larger than an event may be.
    TooLarge,
}

impl Invalid {
    fn at(path: &'static str, message: impl Into<String>) -> Self {
        Self {
            id: None,
            name: None,
            fault: Fault::Invalid,
            path,
            message: message.into(),
        }
    }

    fn too_large(message: impl Into<String>) -> Self {
        Self {
            id: None,
            name: None,
            fault: Fault::TooLarge,
            path: "",
            message: message.into(),
        }
    }

    /// The same fault of the event with that id, if it is a good one.
    fn of(self, id: Option<Cow<'_, str>>) -> Self {
        let id = id.filter(|id| check_id(id).is_ok()).map(Cow::into_owned);
        Self { id, ..self }
    }

    /// The same fault of the event with that name, if it is a good one.
    fn named(self, name: Option<Cow<'_, str>>) -> Self {
        let name = name.filter(|name| check_event_name(name).is_ok());
        Self {
            name: name.map(Cow::into_owned),
            ..self
        }
    }
}

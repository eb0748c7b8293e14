//! One event, as every wire format brings it and every projection reads it.

use std::borrow::Cow;
use std::fmt;

use crate::fingerprint::{Content, fingerprint};
use crate::{KeyId, ProfileId, Source, Timestamp, UserId, WorkspaceId};

/// What makes an event the same event when it comes again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventId<'a> {
    /// The sender's own message id.
    Given(Cow<'a, str>),
    /// The [`fingerprint`] of the event's content. It is not stored: whoever decodes the event
    /// computes it again, so it must be the fingerprint and nothing else.
    Fingerprint(u128),
}

impl EventId<'_> {
    /// The id with its text copied.
    pub fn into_owned(self) -> EventId<'static> {
        match self {
            Self::Given(text) => EventId::Given(Cow::Owned(text.into_owned())),
            Self::Fingerprint(hash) => EventId::Fingerprint(hash),
        }
    }
}

/// The text as given, or 32 lower-case hexadecimal digits.
impl fmt::Display for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(text) => f.write_str(text),
            Self::Fingerprint(hash) => write!(f, "{hash:032x}"),
        }
    }
}

/// An accepted event. Its JSON stays the text that was sent, byte for byte, so that integers
/// beyond 2^53, the order of members and white space survive.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'a> {
    /// The sender's message id, or a fingerprint.
    pub id: EventId<'a>,
    /// What happened: 1 to 128 characters.
    pub name: Cow<'a, str>,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Whether the sender gave the time; if not, `timestamp` is the time of receipt.
    pub time_given: bool,
    /// The known user.
    pub user_id: Option<Cow<'a, str>>,
    /// The device of a user who may not be known yet.
    pub anonymous_id: Option<Cow<'a, str>>,
    /// The visit.
    pub session_id: Option<Cow<'a, str>>,
    /// The user's identifier in another system.
    pub external_id: Option<Cow<'a, str>>,
    /// The text of a JSON object.
    pub properties: Option<Cow<'a, str>>,
    /// The text of a JSON object.
    pub device_data: Option<Cow<'a, str>>,
}

impl Event<'_> {
    /// The event with every text copied.
    pub fn into_owned(self) -> Event<'static> {
        Event {
            id: self.id.into_owned(),
            name: owned(self.name),
            timestamp: self.timestamp,
            time_given: self.time_given,
            user_id: self.user_id.map(owned),
            anonymous_id: self.anonymous_id.map(owned),
            session_id: self.session_id.map(owned),
            external_id: self.external_id.map(owned),
            properties: self.properties.map(owned),
            device_data: self.device_data.map(owned),
        }
    }

    /// The profile in whose timeline the event appears: the known user's, else the anonymous
    /// one's. `None` where there is neither, or where the id is not valid.
    pub fn profile(&self) -> Option<ProfileId> {
        let known = self
            .user_id
            .as_deref()
            .and_then(|id| UserId::parse(id).ok());
        known.map(ProfileId::known).or_else(|| {
            let anonymous = self.anonymous_id.as_deref()?;
            UserId::parse(anonymous).ok().map(ProfileId::anonymous)
        })
    }

    /// Bytes of the event's texts.
    pub fn size(&self) -> usize {
        let id = match &self.id {
            EventId::Given(text) => text.len(),
            EventId::Fingerprint(_) => 0,
        };
        let optional = [
            &self.user_id,
            &self.anonymous_id,
            &self.session_id,
            &self.external_id,
            &self.properties,
            &self.device_data,
        ];
        let optional = optional.into_iter().flatten().map(|text| text.len());
        id + self.name.len() + optional.sum::<usize>()
    }

    /// The part of the event that its fingerprint covers.
    pub fn content(&self) -> Content<'_> {
        Content {
            name: &self.name,
            timestamp: self.timestamp,
            user_id: self.user_id.as_deref(),
            anonymous_id: self.anonymous_id.as_deref(),
            session_id: self.session_id.as_deref(),
            external_id: self.external_id.as_deref(),
            properties: self.properties.as_deref(),
            device_data: self.device_data.as_deref(),
        }
    }

    /// The fingerprint of the content, whatever the event's id is.
    pub fn fingerprint(&self, workspace: &WorkspaceId) -> u128 {
        fingerprint(workspace, &self.content())
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// How an event came in. In a timeline item each row has its own; a chunk has one for all its
/// rows, beside the blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// When the request arrived.
    pub received_at: Timestamp,
    /// The key that the sender showed.
    pub key_id: KeyId,
    /// The wire format.
    pub source: Source,
}

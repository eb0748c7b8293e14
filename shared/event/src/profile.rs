//! Profiles: who they are, and how updates in any order come to one state.

mod properties;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Event, EventId, Timestamp, UserId, WorkspaceId};

pub use properties::{Properties, Property};

/// The name that a profile update has as an event of the log.
const EVENT_NAME: &str = "profile";

/// Whether a profile is a user's or a device's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProfileKind {
    /// A user that the sender named.
    Known,
    /// A device whose user may not be known yet.
    Anonymous,
}

/// A profile of a workspace. A known and an anonymous profile of the same text are two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProfileId {
    /// Whose it is.
    pub kind: ProfileKind,
    /// The identifier.
    pub id: UserId,
}

impl ProfileId {
    /// The profile of a known user.
    pub const fn known(id: UserId) -> Self {
        Self {
            kind: ProfileKind::Known,
            id,
        }
    }

    /// The profile of a device.
    pub const fn anonymous(id: UserId) -> Self {
        Self {
            kind: ProfileKind::Anonymous,
            id,
        }
    }
}

/// What a sender says about a profile.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileUpdate<'a> {
    /// The known user. With an anonymous id beside it, the two are linked.
    pub user_id: Option<Cow<'a, str>>,
    /// The anonymous device.
    pub anonymous_id: Option<Cow<'a, str>>,
    /// The user's identifier in another system.
    pub external_id: Option<Cow<'a, str>>,
    /// When it was so.
    pub timestamp: Timestamp,
    /// Whether the sender gave the time; if not, `timestamp` is the time of receipt.
    pub time_given: bool,
    /// The text of a JSON object.
    pub properties: Option<Cow<'a, str>>,
    /// The text of a JSON object.
    pub device_data: Option<Cow<'a, str>>,
}

impl<'a> ProfileUpdate<'a> {
    /// The update as an event of [`Signal::Profiles`](crate::Signal::Profiles), to go through the
    /// same chunk codec.
    pub fn to_event(&self, workspace: &WorkspaceId) -> Event<'a> {
        let mut event = Event {
            id: EventId::Fingerprint(0),
            name: Cow::Borrowed(EVENT_NAME),
            timestamp: self.timestamp,
            time_given: self.time_given,
            user_id: self.user_id.clone(),
            anonymous_id: self.anonymous_id.clone(),
            session_id: None,
            external_id: self.external_id.clone(),
            properties: self.properties.clone(),
            device_data: self.device_data.clone(),
        };
        event.id = EventId::Fingerprint(event.fingerprint(workspace));
        event
    }

    /// The update that [`ProfileUpdate::to_event`] made into this event.
    pub fn from_event(event: Event<'a>) -> Self {
        Self {
            user_id: event.user_id,
            anonymous_id: event.anonymous_id,
            external_id: event.external_id,
            timestamp: event.timestamp,
            time_given: event.time_given,
            properties: event.properties,
            device_data: event.device_data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_comes_back_from_the_log_as_it_was() {
        let update = ProfileUpdate {
            user_id: Some("u".into()),
            anonymous_id: Some("a".into()),
            external_id: None,
            timestamp: Timestamp::from_millis(5),
            time_given: false,
            properties: Some(r#"{ "n" : 9007199254740993 }"#.into()),
            device_data: None,
        };
        let event = update.to_event(&WorkspaceId::parse("acme").unwrap());
        assert_eq!(
            event.profile(),
            Some(ProfileId::known(UserId::parse("u").unwrap()))
        );
        assert_eq!(ProfileUpdate::from_event(event), update);
    }
}

//! What a record says about itself: its time and its message, by the names that loggers use.

use std::fmt;

use event::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::moment;
use crate::sources::time;

/// Where the time may stand, the first of these that holds a possible one: `time` may be a duration too.
const TIMES: [&str; 4] = ["timestamp", "time", "ts", "date"];
/// Where the message may stand: the first of these that is there as a string, `message` as anything.
const MESSAGES: [&str; 6] = [MESSAGE, "msg", "log", "body", "content", "text"];
/// Where a log event has its message.
pub(super) const MESSAGE: &str = "message";

/// What was found in an object; deserializing it reads over the rest.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::sources) struct Found {
    times: [Option<Timestamp>; TIMES.len()],
    messages: [bool; MESSAGES.len()],
}

impl Found {
    /// When it happened, as far as a record that arrives now may say so.
    pub(super) fn time(&self, received_at: Timestamp) -> Option<Timestamp> {
        let mut times = self.times.into_iter().flatten();
        times.find(|&time| time::is_possible(time, received_at))
    }

    /// As [`Found::time`], known from elsewhere.
    pub(super) fn at(mut self, time: Timestamp) -> Self {
        self.times = [Some(time), None, None, None];
        self
    }

    /// The name of the member that holds the message.
    pub(super) fn message(&self) -> Option<&'static str> {
        let held = MESSAGES.into_iter().zip(self.messages);
        held.into_iter()
            .find_map(|(name, held)| held.then_some(name))
    }
}

/// The name of a member, as far as it matters.
enum Name {
    Time(usize),
    Message(usize),
    Other,
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl Visitor<'_> for NameVisitor {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a member")
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                let place = |names: &[&str]| names.iter().position(|known| *known == name);
                // No known name is longer: most are told apart by that.
                Ok(if name.len() > "timestamp".len() {
                    Name::Other
                } else if let Some(place) = place(&MESSAGES) {
                    Name::Message(place)
                } else {
                    place(&TIMES).map_or(Name::Other, Name::Time)
                })
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FoundVisitor;

        impl<'de> Visitor<'de> for FoundVisitor {
            type Value = Found;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Found, A::Error> {
                let mut found = Found::default();
                while let Some(name) = members.next_key()? {
                    match name {
                        Name::Other => {
                            members.next_value::<IgnoredAny>()?;
                        }
                        Name::Time(place) => {
                            let raw: &RawValue = members.next_value()?;
                            if let Some(time) = found.times.get_mut(place) {
                                *time = moment::parse(raw.get());
                            }
                        }
                        Name::Message(place) => {
                            let raw: &RawValue = members.next_value()?;
                            if let Some(held) = found.messages.get_mut(place) {
                                *held = place == 0 || raw.get().starts_with('"');
                            }
                        }
                    }
                }
                Ok(found)
            }
        }

        deserializer.deserialize_map(FoundVisitor)
    }
}

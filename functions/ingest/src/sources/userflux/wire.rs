//! The members of a body, borrowed from its text.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::MAX_EVENTS;

/// One event, or one profile update (which has no name). Members that are not listed are ignored.
#[derive(Debug)]
pub(super) struct Event<'a>(pub Members<'a>);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Members<'a> {
    #[serde(borrow, default)]
    pub id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub name: Option<Text<'a>>,
    #[serde(default)]
    pub timestamp: Option<Millis>,
    #[serde(borrow, default)]
    pub user_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub anonymous_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub session_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub external_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub properties: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub device_data: Option<&'a RawValue>,
}

/// Only an object will do: derived structs would take an array, member by member, too.
impl<'de: 'a, 'a> Deserialize<'de> for Event<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Event<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Members::deserialize(MapAccessDeserializer::new(map)).map(Event)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// A batch; `events` is `None` where the member is absent or null.
#[derive(Debug, Deserialize)]
pub(super) struct Batch<'a> {
    #[serde(borrow, default)]
    pub events: Option<Capped<Event<'a>>>,
}

/// A batch whose events are not yet read.
#[derive(Debug, Deserialize)]
pub(super) struct RawBatch<'a> {
    #[serde(borrow, default)]
    pub events: Option<&'a RawValue>,
}

/// A text that is borrowed unless it has escapes. (`Option<Cow<str>>` would always copy.)
#[derive(Debug)]
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// Milliseconds since the epoch. Fractions are cut off: some clocks report microseconds so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Millis(pub i64);

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MillisVisitor;

        impl Visitor<'_> for MillisVisitor {
            type Value = Millis;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of milliseconds")
            }

            fn visit_i64<E>(self, millis: i64) -> Result<Millis, E> {
                Ok(Millis(millis))
            }

            fn visit_u64<E>(self, millis: u64) -> Result<Millis, E> {
                Ok(Millis(i64::try_from(millis).unwrap_or(i64::MAX)))
            }

            #[expect(
                clippy::cast_possible_truncation,
                reason = "`as` saturates, and what it saturates to is out of range for any event"
            )]
            fn visit_f64<E>(self, millis: f64) -> Result<Millis, E> {
                Ok(Millis(millis as i64))
            }
        }

        deserializer.deserialize_any(MillisVisitor)
    }
}

/// Room made at first: enough for the batches of most clients.
const FIRST_CAPACITY: usize = 100;

/// The first [`MAX_EVENTS`] items of an array; the rest is read over without being kept, so that a
/// body of millions of tiny events cannot fill the memory.
#[derive(Debug)]
pub(super) struct Capped<T> {
    pub items: Vec<T>,
    pub overflow: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Capped<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CappedVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for CappedVisitor<T> {
            type Value = Capped<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::with_capacity(FIRST_CAPACITY);
                while items.len() < MAX_EVENTS {
                    match seq.next_element()? {
                        Some(item) => items.push(item),
                        None => {
                            return Ok(Capped {
                                items,
                                overflow: false,
                            });
                        }
                    }
                }
                let mut overflow = false;
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    overflow = true;
                }
                Ok(Capped { items, overflow })
            }
        }

        deserializer.deserialize_seq(CappedVisitor(PhantomData))
    }
}

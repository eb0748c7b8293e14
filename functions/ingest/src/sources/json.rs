//! Reading JSON without keeping more of it than is wanted.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Invalid, Unreadable};

/// The text of a body that has to be UTF-8.
pub(super) fn utf8(body: &[u8]) -> Result<&str, Unreadable> {
    std::str::from_utf8(body).map_err(|error| Unreadable::Malformed {
        at: format!("byte {}", error.valid_up_to()),
        message: "not UTF-8".to_owned(),
    })
}

/// The members of the object that a body is.
pub(super) fn object<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Unreadable> {
    if !body.trim_ascii_start().starts_with('{') {
        let message = if body.trim_ascii().is_empty() {
            "the body is empty"
        } else {
            "must be an object"
        };
        return Err(at("line 1, column 1", message));
    }
    serde_json::from_str(body).map_err(|error| malformed(&error))
}

/// Calls `take` with the text of each item of an array; an absent array and `null` have none.
pub(super) fn for_each<'a>(
    array: Option<&'a RawValue>,
    place: &str,
    take: impl FnMut(&'a RawValue) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let Some(array) = array.map(RawValue::get).filter(|text| *text != "null") else {
        return Ok(());
    };
    let mut deserializer = serde_json::Deserializer::from_str(array);
    match Items(take).deserialize(&mut deserializer) {
        Ok(result) => result,
        // Its text is JSON: so it is no array.
        Err(_) => Err(at(place, "must be an array")),
    }
}

struct Items<F>(F);

impl<'de, F: FnMut(&'de RawValue) -> Result<(), Unreadable>> DeserializeSeed<'de> for Items<F> {
    type Value = Result<(), Unreadable>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&'de RawValue) -> Result<(), Unreadable>> Visitor<'de> for Items<F> {
    type Value = Result<(), Unreadable>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut result = Ok(());
        while let Some(item) = items.next_element()? {
            // The rest is read over.
            if result.is_ok() {
                result = (self.0)(item);
            }
        }
        Ok(result)
    }
}

/// Where a text is no JSON, or of the wrong shape.
pub(super) fn malformed(error: &serde_json::Error) -> Unreadable {
    let message = match error.classify() {
        serde_json::error::Category::Eof => "the JSON text ends too early",
        serde_json::error::Category::Data => "the JSON text has a member of the wrong shape",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => {
            "the text is not valid JSON"
        }
    };
    at(
        &format!("line {}, column {}", error.line(), error.column()),
        message,
    )
}

pub(super) fn at(place: &str, message: &str) -> Unreadable {
    Unreadable::Malformed {
        at: place.to_owned(),
        message: message.to_owned(),
    }
}

/// What becomes of a member of an object.
pub(super) enum Member {
    Kept,
    Dropped,
    Renamed(&'static str),
}

/// The object with some members renamed or left out; what stays is the same text.
pub(super) fn rewrite(object: &str, decide: impl Fn(&str) -> Member) -> Result<String, Invalid> {
    let mut text = String::with_capacity(object.len() + 16);
    text.push('{');
    members(object, |name, value| {
        let name = match decide(&name) {
            Member::Kept => name,
            Member::Dropped => return,
            Member::Renamed(name) => name.into(),
        };
        if text.len() > 1 {
            text.push(',');
        }
        // A text always serialises.
        text.push_str(&serde_json::to_string(&name).unwrap_or_default());
        text.push(':');
        text.push_str(value.get());
    })?;
    text.push('}');
    Ok(text)
}

/// Calls `take` with the name and the text of each member of an object.
pub(super) fn members<'a>(
    object: &'a str,
    take: impl FnMut(Cow<'a, str>, &'a RawValue),
) -> Result<(), Invalid> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let read = deserializer.deserialize_map(Each(take));
    read.map_err(|_| Invalid::at("", "must be an object"))
}

struct Each<F>(F);

impl<'de, F: FnMut(Cow<'de, str>, &'de RawValue)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = members.next_key()? {
            (self.0)(name, members.next_value()?);
        }
        Ok(())
    }
}

/// The name of a member, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

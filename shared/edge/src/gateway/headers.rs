//! Headers as the members of a JSON object.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};

/// The gateway has joined repeated headers already. What is no header is left out: the gateway would
/// not have let it through.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<HeaderMap, D::Error> {
    source.deserialize_map(Headers)
}

struct Headers;

impl<'de> Visitor<'de> for Headers {
    type Value = HeaderMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of header values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<HeaderMap, A::Error> {
        let mut headers = HeaderMap::with_capacity(members.size_hint().unwrap_or(24));
        while let Some((name, value)) = members.next_entry::<String, String>()? {
            let name = HeaderName::try_from(name);
            let value = HeaderValue::try_from(value);
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.insert(name, value);
            }
        }
        Ok(headers)
    }
}

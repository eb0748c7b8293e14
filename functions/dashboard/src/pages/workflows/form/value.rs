//! A value that an author chooses. A field holds text alone, so its type stands beside it.

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::json_text::indented;
use super::path::Segment;

/// What the text of a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ValueKind {
    #[default]
    Text,
    Number,
    Boolean,
    /// A list of texts, with commas between them.
    Texts,
    /// Anything else: lists, objects, texts that a field cannot hold.
    Json,
}

impl ValueKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Text,
        Self::Number,
        Self::Boolean,
        Self::Texts,
        Self::Json,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Texts => "texts",
            Self::Json => "json",
        }
    }

    /// What people choose.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Boolean => "True or false",
            Self::Texts => "Texts with commas",
            Self::Json => "JSON",
        }
    }

    fn named(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.as_str() == name).unwrap_or_default()
    }
}

/// A value as somebody has typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) kind: ValueKind,
    pub(crate) text: String,
}

impl Value {
    /// One of a definition. A `tall` field can hold line breaks.
    pub(super) fn of(raw: &RawValue, tall: bool) -> Self {
        let json = raw.get();
        let shown = match json.bytes().next() {
            Some(b'"') => plain(json, tall).map(|text| (ValueKind::Text, text)),
            Some(b'-' | b'0'..=b'9') => Some((ValueKind::Number, json.to_owned())),
            Some(b't' | b'f') => Some((ValueKind::Boolean, json.to_owned())),
            Some(b'[') => texts(json).map(|text| (ValueKind::Texts, text)),
            Some(_) | None => None,
        };
        let (kind, text) = shown.unwrap_or_else(|| {
            let laid_out = indented(json);
            let text = if tall || !laid_out.contains('\n') {
                laid_out
            } else {
                super::json_text::compact(json)
            };
            (ValueKind::Json, text)
        });
        Self { kind, text }
    }

    /// As JSON; none where nothing is typed. What is wrong with it, where it is not of its type.
    pub(super) fn raw(&self) -> Result<Option<Box<RawValue>>, String> {
        let trimmed = self.text.trim();
        let json = match self.kind {
            ValueKind::Text if self.text.is_empty() => return Ok(None),
            ValueKind::Texts | ValueKind::Json if trimmed.is_empty() => return Ok(None),
            ValueKind::Text => Json::from(self.text.as_str()).to_string(),
            ValueKind::Number
                if trimmed.starts_with(|it: char| it == '-' || it.is_ascii_digit()) =>
            {
                let number = read(trimmed);
                return number.map(Some).map_err(|_| NO_NUMBER.to_owned());
            }
            ValueKind::Number => return Err(NO_NUMBER.to_owned()),
            ValueKind::Boolean => match trimmed.to_ascii_lowercase() {
                it if it == "true" || it == "false" => it,
                _ => return Err("must be true or false".to_owned()),
            },
            ValueKind::Texts => {
                let items = trimmed.split(',').map(str::trim);
                let items = items.filter(|item| !item.is_empty()).map(Json::from);
                Json::Array(items.collect()).to_string()
            }
            ValueKind::Json => return read(trimmed).map(Some),
        };
        read(&json).map(Some)
    }

    /// As JSON; an empty text where nothing is typed.
    pub(super) fn raw_or_empty(&self) -> Result<Option<Box<RawValue>>, String> {
        match (self.raw()?, self.kind) {
            (None, ValueKind::Text) => read("\"\"").map(Some),
            (None, _) => Err("must have a value".to_owned()),
            (value, _) => Ok(value),
        }
    }

    /// Whether nothing is typed.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Takes a field of a form in.
    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("kind", None)] => self.kind = ValueKind::named(&value),
            [("value", None)] => self.text = value,
            _ => {}
        }
    }
}

const NO_NUMBER: &str = "must be a number such as 5 or -2.5";

/// JSON as it is written; where it is none, at which place.
pub(super) fn read(text: &str) -> Result<Box<RawValue>, String> {
    let place = |error: &serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        format!("is not JSON that can be read: look at line {line}, column {column}")
    };
    // A raw value may hold numbers that are too large for any type.
    let is_read: Result<Json, _> = serde_json::from_str(text);
    is_read.map_err(|error| place(&error))?;
    RawValue::from_string(text.to_owned()).map_err(|error| place(&error))
}

/// A text that a field shows as it is. An empty one looks like none.
fn plain(json: &str, tall: bool) -> Option<String> {
    let text: String = serde_json::from_str(json).ok()?;
    let is_odd = |it: char| it.is_control() && !(tall && it == '\n');
    (!text.is_empty() && !text.contains(is_odd)).then_some(text)
}

/// A list of texts that commas can part.
fn texts(json: &str) -> Option<String> {
    let texts: Vec<String> = serde_json::from_str(json).ok()?;
    let is_plain = |text: &String| {
        !text.is_empty()
            && text.trim() == text
            && !text.contains(|it: char| it == ',' || it.is_control())
    };
    (!texts.is_empty() && texts.iter().all(is_plain)).then(|| texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: ValueKind, text: &str) -> Value {
        Value {
            kind,
            text: text.to_owned(),
        }
    }

    #[test]
    fn every_value_is_shown_with_its_type_and_comes_back_as_it_was() {
        use ValueKind::{Boolean, Json, Number, Text, Texts};
        for (json, kind, text) in [
            (r#""pro""#, Text, "pro"),
            (r#""5""#, Text, "5"),
            (r#"" 5 ""#, Text, " 5 "),
            (r#""""#, Json, r#""""#),
            (r#""a\nb""#, Json, r#""a\nb""#),
            ("5", Number, "5"),
            ("-1.50e3", Number, "-1.50e3"),
            ("true", Boolean, "true"),
            ("null", Json, "null"),
            (r#"["free","pro"]"#, Texts, "free, pro"),
            (r#"["a,b"]"#, Json, r#"["a,b"]"#),
            (r#"[" a"]"#, Json, r#"[" a"]"#),
            (r#"["a",1]"#, Json, r#"["a", 1]"#),
            ("[]", Json, "[]"),
            (r#"{"a":{"b":1}}"#, Json, r#"{"a":{"b":1}}"#),
        ] {
            let raw = RawValue::from_string(json.to_owned()).unwrap();
            let shown = Value::of(&raw, false);
            assert_eq!(shown, value(kind, text), "{json}");
            let again = shown.raw().unwrap().unwrap();
            assert_eq!(super::super::json_text::compact(again.get()), json);
        }
        let lines = RawValue::from_string(r#""a\nb""#.to_owned()).unwrap();
        assert_eq!(Value::of(&lines, true), value(Text, "a\nb"));
    }

    #[test]
    fn what_is_not_of_its_type_is_said() {
        use ValueKind::{Boolean, Json, Number, Text, Texts};
        let wrong = |kind, text| value(kind, text).raw().unwrap_err();
        for text in [
            "", "x", "01", "+1", ".5", "1e999", "1 2", "5,0", "NaN", "true",
        ] {
            assert_eq!(wrong(Number, text), NO_NUMBER, "{text}");
        }
        assert_eq!(wrong(Boolean, "yes"), "must be true or false");
        assert_eq!(
            wrong(Json, "{\n\"a\" 1}"),
            "is not JSON that can be read: look at line 2, column 5"
        );
        for kind in [Text, Texts, Json] {
            assert!(value(kind, "").raw().unwrap().is_none());
        }
        let list = value(Texts, " free,,pro , ").raw().unwrap().unwrap();
        assert_eq!(list.get(), r#"["free","pro"]"#);
        assert_eq!(
            value(Boolean, " True").raw().unwrap().unwrap().get(),
            "true"
        );
    }
}

//! Lists of rows that grow and shrink by buttons: conditions, headers, properties.

use serde_json::value::RawValue;

use super::condition::Condition;
use super::path::Segment;
use super::shape::Pairs;
use super::typed::{line, said};
use super::value::Value;
use crate::form::Errors;

/// A list of rows.
#[derive(Debug)]
pub(super) enum Rows<'a> {
    Conditions(&'a mut Vec<Condition>),
    Headers(&'a mut Vec<Header>),
    Properties(&'a mut Vec<Property>),
}

impl Rows<'_> {
    /// Adds an empty row: its place, and its first field.
    pub(super) fn add(self) -> (usize, &'static str) {
        fn push<T: Default>(rows: &mut Vec<T>) -> usize {
            rows.push(T::default());
            rows.len() - 1
        }
        match self {
            Self::Conditions(rows) => (push(rows), "path"),
            Self::Headers(rows) => (push(rows), "name"),
            Self::Properties(rows) => (push(rows), "name"),
        }
    }

    /// Takes the row of that place away.
    pub(super) fn remove(self, place: usize) {
        fn remove<T>(rows: &mut Vec<T>, place: usize) {
            if place < rows.len() {
                rows.remove(place);
            }
        }
        match self {
            Self::Conditions(rows) => remove(rows, place),
            Self::Headers(rows) => remove(rows, place),
            Self::Properties(rows) => remove(rows, place),
        }
    }
}

/// A header of a webhook as somebody has typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A property of a profile or an event as somebody has typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) value: Value,
}

impl Header {
    pub(super) fn all_of(pairs: Option<&Pairs<String>>) -> Vec<Self> {
        let pairs = pairs.iter().flat_map(|pairs| &pairs.0);
        let header = |(name, value): &(String, String)| Self {
            name: line(name),
            value: line(value),
        };
        pairs.map(header).collect()
    }

    /// What the rows say; an empty row says nothing.
    pub(super) fn shape(headers: &[Self], path: &str, wrong: &mut Errors) -> Pairs<String> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (place, header) in headers.iter().enumerate() {
            let name = header.name.trim();
            if name.is_empty() && header.value.is_empty() {
                continue;
            }
            if pairs.iter().any(|(other, _)| other == name) {
                let path = format!("{path}[{place}]");
                wrong.add(&path, "has the name of another header, too");
            }
            pairs.push((name.to_owned(), header.value.clone()));
        }
        Pairs(pairs)
    }

    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("name", None)] => self.name = value,
            [("value", None)] => self.value = value,
            _ => {}
        }
    }
}

impl Property {
    pub(super) fn all_of(pairs: Option<&Pairs<Box<RawValue>>>) -> Vec<Self> {
        let pairs = pairs.iter().flat_map(|pairs| &pairs.0);
        let property = |(name, raw): &(String, Box<RawValue>)| Self {
            name: line(name),
            value: Value::of(raw, true),
        };
        pairs.map(property).collect()
    }

    /// What the rows say; an empty row says nothing, and a name without a value an empty text.
    pub(super) fn shape(
        properties: &[Self],
        path: &str,
        wrong: &mut Errors,
    ) -> Pairs<Box<RawValue>> {
        let mut pairs: Vec<(String, Box<RawValue>)> = Vec::new();
        for (place, property) in properties.iter().enumerate() {
            let name = property.name.trim();
            if name.is_empty() && property.value.is_blank() {
                continue;
            }
            let path = format!("{path}[{place}]");
            if pairs.iter().any(|(other, _)| other == name) {
                wrong.add(&path, "has the name of another property, too");
            }
            if name.is_empty() {
                wrong.add(&path, "has no name");
            }
            let value = said(property.value.raw_or_empty(), &path, wrong);
            pairs.extend(value.map(|value| (name.to_owned(), value)));
        }
        Pairs(pairs)
    }

    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("name", None)] => self.name = value,
            _ => self.value.set(field, value),
        }
    }
}

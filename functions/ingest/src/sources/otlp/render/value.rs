//! Values, attributes, and the members of an object that are worth saying.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// An object, without the members that have their default value.
pub(super) struct Members<M>(M);

impl<M: SerializeMap> Members<M> {
    pub(super) fn new<S>(serializer: S) -> Result<Self, S::Error>
    where
        S: Serializer<SerializeMap = M, Error = M::Error>,
    {
        serializer.serialize_map(None).map(Self)
    }

    pub(super) fn entry<T>(&mut self, name: &str, value: &T) -> Result<(), M::Error>
    where
        T: Serialize + ?Sized,
    {
        self.0.serialize_entry(name, value)
    }

    pub(super) fn optional<T>(&mut self, name: &str, value: Option<&T>) -> Result<(), M::Error>
    where
        T: Serialize + ?Sized,
    {
        value.map_or(Ok(()), |value| self.entry(name, value))
    }

    pub(super) fn number<T>(&mut self, name: &str, number: T) -> Result<(), M::Error>
    where
        T: Serialize + Default + PartialEq + Copy,
    {
        self.optional(
            name,
            Some(&number).filter(|number| **number != T::default()),
        )
    }

    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<(), M::Error> {
        self.optional(name, Some(text).filter(|text| !text.is_empty()))
    }

    pub(super) fn id(&mut self, name: &str, id: &[u8]) -> Result<(), M::Error> {
        self.optional(name, Some(&Hex(id)).filter(|_| !id.is_empty()))
    }

    pub(super) fn double(&mut self, name: &str, number: Option<f64>) -> Result<(), M::Error> {
        self.optional(name, number.map(Double).as_ref())
    }

    pub(super) fn attributes(&mut self, name: &str, list: &[KeyValue]) -> Result<(), M::Error> {
        self.optional(name, Some(&Attributes(list)).filter(|_| !list.is_empty()))
    }

    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl Iterator<Item = T>,
    ) -> Result<(), M::Error>
    where
        T: Serialize,
    {
        let items: Vec<T> = items.collect();
        self.optional(name, Some(&items).filter(|items| !items.is_empty()))
    }

    pub(super) fn end(self) -> Result<M::Ok, M::Error> {
        self.0.end()
    }
}

/// A value of any type; one that is not set is `null`.
pub(super) struct Value<'a>(pub &'a AnyValue);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use any_value::Value as Any;
        match &self.0.value {
            Some(Any::StringValue(text)) => serializer.serialize_str(text),
            Some(Any::BoolValue(boolean)) => serializer.serialize_bool(*boolean),
            Some(Any::IntValue(number)) => serializer.serialize_i64(*number),
            Some(Any::DoubleValue(number)) => Double(*number).serialize(serializer),
            Some(Any::ArrayValue(array)) => serializer.collect_seq(array.values.iter().map(Value)),
            Some(Any::KvlistValue(list)) => Attributes(&list.values).serialize(serializer),
            Some(Any::BytesValue(bytes)) => {
                serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
            }
            // An index into a table that these requests do not have.
            Some(Any::StringValueStrindex(_)) | None => serializer.serialize_unit(),
        }
    }
}

/// Attributes as an object.
pub(super) struct Attributes<'a>(pub &'a [KeyValue]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|KeyValue { key, value, .. }| (key, value.as_ref().map(Value))),
        )
    }
}

/// A number that JSON may have no way to write.
pub(super) struct Double(pub f64);

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(number) = *self;
        if number.is_finite() {
            serializer.serialize_f64(number)
        } else if number.is_nan() {
            serializer.serialize_str("NaN")
        } else {
            serializer.serialize_str(if number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            })
        }
    }
}

/// An identifier in hexadecimal digits.
struct Hex<'a>(&'a [u8]);

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or(b'?');
        // Identifiers of traces have 16 bytes, of spans 8: those need no allocation.
        let mut short = [0_u8; 32];
        let mut long = Vec::new();
        let digits = if let Some(digits) = short.get_mut(..2 * self.0.len()) {
            digits
        } else {
            long.resize(2 * self.0.len(), 0);
            &mut long
        };
        for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(*byte)];
        }
        serializer.serialize_str(std::str::from_utf8(digits).unwrap_or_default())
    }
}

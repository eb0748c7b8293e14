//! Reading an item's attributes. What is missing or of another type makes the item corrupt.

use aws_sdk_dynamodb::types::AttributeValue;
use event::Timestamp;

use crate::StoreError;
use crate::schema::{Item, PK, SK};

/// An item and what it should be.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    item: &'a Item,
    what: &'static str,
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(item: &'a Item, what: &'static str) -> Self {
        Self { item, what }
    }

    /// The item is not what it should be.
    pub(crate) const fn corrupt(self) -> StoreError {
        StoreError::Corrupt { what: self.what }
    }

    pub(crate) fn pk(self) -> Result<&'a str, StoreError> {
        self.text(PK)
    }

    pub(crate) fn sk(self) -> Result<&'a str, StoreError> {
        self.text(SK)
    }

    pub(crate) fn text(self, name: &str) -> Result<&'a str, StoreError> {
        self.optional_text(name)?.ok_or_else(|| self.corrupt())
    }

    pub(crate) fn optional_text(self, name: &str) -> Result<Option<&'a str>, StoreError> {
        self.optional(name, |value| value.as_s().ok().map(String::as_str))
    }

    pub(crate) fn number(self, name: &str) -> Result<i64, StoreError> {
        self.optional_number(name)?.ok_or_else(|| self.corrupt())
    }

    pub(crate) fn optional_number(self, name: &str) -> Result<Option<i64>, StoreError> {
        self.optional(name, |value| value.as_n().ok()?.parse().ok())
    }

    pub(crate) fn moment(self, name: &str) -> Result<Timestamp, StoreError> {
        self.number(name).map(Timestamp::from_millis)
    }

    pub(crate) fn optional_moment(self, name: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.optional_number(name)?.map(Timestamp::from_millis))
    }

    pub(crate) fn bytes(self, name: &str) -> Result<&'a [u8], StoreError> {
        self.optional_bytes(name)?.ok_or_else(|| self.corrupt())
    }

    pub(crate) fn optional_bytes(self, name: &str) -> Result<Option<&'a [u8]>, StoreError> {
        self.optional(name, |value| value.as_b().ok().map(AsRef::as_ref))
    }

    pub(crate) fn optional_bool(self, name: &str) -> Result<Option<bool>, StoreError> {
        self.optional(name, |value| value.as_bool().ok().copied())
    }

    /// A list of texts; absent is empty.
    pub(crate) fn texts(self, name: &str) -> Result<Vec<String>, StoreError> {
        let Some(values) = self.optional(name, |value| value.as_l().ok())? else {
            return Ok(Vec::new());
        };
        let text = |value: &AttributeValue| value.as_s().cloned().map_err(|_| self.corrupt());
        values.iter().map(text).collect()
    }

    /// Reads the text with `parse`, which knows its values.
    pub(crate) fn parsed<T>(
        self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        parse(self.text(name)?).ok_or_else(|| self.corrupt())
    }

    fn optional<T>(
        self,
        name: &str,
        read: impl FnOnce(&'a AttributeValue) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        match self.item.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.corrupt()),
        }
    }
}

/// A number, as DynamoDB has it.
pub(crate) fn number(value: impl ToString + Copy) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A moment, in milliseconds since the epoch.
pub(crate) fn moment(value: Timestamp) -> AttributeValue {
    number(value.as_millis())
}

/// A text.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A list of texts.
pub(crate) fn texts(values: impl Iterator<Item = impl Into<String>>) -> AttributeValue {
    AttributeValue::L(values.map(text).collect())
}

/// Bytes.
pub(crate) fn bytes(value: impl Into<Vec<u8>>) -> AttributeValue {
    AttributeValue::B(value.into().into())
}

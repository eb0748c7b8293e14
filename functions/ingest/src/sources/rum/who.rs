//! Whose event it is, by the names under which the SDKs say so.

use std::borrow::Cow;

use event::ids::check_id;
use serde_json::value::RawValue;

use super::string;
use crate::sources::json;

/// The identifiers of an event, as far as they are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Who<'a> {
    pub user: Option<Cow<'a, str>>,
    pub anonymous: Option<Cow<'a, str>>,
    pub session: Option<Cow<'a, str>>,
}

impl<'a> Who<'a> {
    /// What an object says; nothing where it is none.
    pub(super) fn of(object: &'a str) -> Self {
        let mut who = Self::default();
        let _no_object = json::members(object, |name, value| match &*name {
            "userId" | "user.id" | "user_id" => who.user = id(value),
            "anonymousId" | "anonymous.id" | "anonymous_id" => who.anonymous = id(value),
            "sessionId" | "session.id" | "session_id" => who.session = id(value),
            _ => {}
        });
        who
    }

    /// This, and where it says nothing, the other.
    pub(super) fn or_else(self, other: impl FnOnce() -> Option<Self>) -> Self {
        if self.user.is_some() && self.anonymous.is_some() && self.session.is_some() {
            return self;
        }
        let other = other().unwrap_or_default();
        Self {
            user: self.user.or(other.user),
            anonymous: self.anonymous.or(other.anonymous),
            session: self.session.or(other.session),
        }
    }
}

/// The object in which the SDKs for errors keep what their users add.
pub(super) fn error_metadata(attributes: &str) -> Option<&str> {
    let mut found = None;
    json::members(attributes, |name, value| {
        if name == "error_metadata" {
            found = Some(value.get());
        }
    })
    .ok()?;
    found
}

/// A text or a number that can be an identifier.
fn id(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = match value.get().as_bytes().first()? {
        b'"' => string(value)?,
        b'-' | b'0'..=b'9' => value.get().into(),
        _ => return None,
    };
    Some(text).filter(|text| check_id(text).is_ok())
}

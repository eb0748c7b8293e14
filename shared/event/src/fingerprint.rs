//! Identifiers made from content, so that a sender who repeats itself without ids is recognised.
//!
//! The hash is XXH3 with 128 bits, not a cryptographic one. By accident two of 2^64 events collide;
//! on purpose, only the holder of a valid key can try, and who can make two events with one
//! fingerprint could as well have sent the other event itself. XXH3 reads an event in some 50 ns,
//! SHA-256 in 500 ns. The seed depends on the workspace: equal events of two tenants differ.

use std::cell::RefCell;

use serde_json::Value;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use crate::{KeyId, Timestamp, WorkspaceId};

/// What a fingerprint covers: all that the sender said, except an id and whether it gave the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content<'a> {
    /// The event's name.
    pub name: &'a str,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The known user.
    pub user_id: Option<&'a str>,
    /// The anonymous device.
    pub anonymous_id: Option<&'a str>,
    /// The visit.
    pub session_id: Option<&'a str>,
    /// The user's identifier in another system.
    pub external_id: Option<&'a str>,
    /// The text of a JSON object.
    pub properties: Option<&'a str>,
    /// The text of a JSON object.
    pub device_data: Option<&'a str>,
}

/// The fingerprint of an event's content within a workspace.
pub fn fingerprint(workspace: &WorkspaceId, content: &Content<'_>) -> u128 {
    Hasher::with(workspace, |hasher| {
        hasher.int(content.timestamp.as_millis());
        hasher.text(Some(content.name));
        hasher.text(content.user_id);
        hasher.text(content.anonymous_id);
        hasher.text(content.session_id);
        hasher.text(content.external_id);
        hasher.text(content.properties);
        hasher.text(content.device_data);
    })
}

/// What its sender marks a request with, as the same one again: one of the marks of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestMark<'a> {
    /// The sender's key, whose secret may change between two attempts.
    pub key_id: &'a KeyId,
    /// The mark, such as the value of `Idempotency-Key`.
    pub text: &'a str,
}

/// The id of the event at `index` of a marked request: the same for every retry of that request, at
/// whatever time and however its JSON is written, and another one for another content. 32 hexadecimal
/// digits.
pub fn idempotent_id(
    workspace: &WorkspaceId,
    mark: RequestMark<'_>,
    index: usize,
    content: &Content<'_>,
) -> String {
    let hash = Hasher::with(workspace, |hasher| {
        hasher.text(Some(mark.key_id.as_str()));
        hasher.text(Some(mark.text));
        hasher.int(i64::try_from(index).unwrap_or(i64::MAX));
        hasher.text(Some(content.name));
        hasher.text(content.user_id);
        hasher.text(content.anonymous_id);
        hasher.text(content.session_id);
        hasher.text(content.external_id);
        hasher.json(content.properties);
        hasher.json(content.device_data);
    });
    format!("{hash:032x}")
}

/// Gathers fields in one reused buffer, each behind its length, so that no two lists of fields give
/// the same bytes.
pub(crate) struct Hasher(Vec<u8>);

impl Hasher {
    /// The hash of what `feed` feeds. `feed` must not hash anything itself.
    pub(crate) fn with(workspace: &WorkspaceId, feed: impl FnOnce(&mut Self)) -> u128 {
        /// What a thread keeps of a buffer that once had to be larger.
        const KEPT: usize = 64 * 1024;
        thread_local! {
            static HASHER: RefCell<Hasher> = const { RefCell::new(Hasher(Vec::new())) };
        }
        let seed = xxh3_64(workspace.as_str().as_bytes());
        HASHER.with_borrow_mut(|hasher| {
            hasher.0.clear();
            feed(hasher);
            let hash = xxh3_128_with_seed(&hasher.0, seed);
            hasher.0.clear();
            hasher.0.shrink_to(KEPT);
            hash
        })
    }

    pub(crate) fn int(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn hash(&mut self, hash: u128) {
        self.0.extend_from_slice(&hash.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: Option<&str>) {
        // An absent text is not the empty one.
        self.int(
            text.and_then(|text| i64::try_from(text.len()).ok())
                .unwrap_or(-1),
        );
        self.0
            .extend_from_slice(text.unwrap_or_default().as_bytes());
    }

    /// What a JSON text says: white space, escapes and the order of members do not count.
    fn json(&mut self, text: Option<&str>) {
        let value = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        match value {
            Some(value) => self.text(Some(&value.to_string())),
            None => self.text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str) -> WorkspaceId {
        WorkspaceId::parse(name).unwrap()
    }

    const CONTENT: Content<'_> = Content {
        name: "login",
        timestamp: Timestamp::from_millis(1),
        user_id: Some("u"),
        anonymous_id: None,
        session_id: None,
        external_id: None,
        properties: Some("{}"),
        device_data: None,
    };

    #[test]
    fn a_fingerprint_never_changes_from_one_release_to_the_next() {
        let hash = fingerprint(&workspace("acme"), &CONTENT);
        assert_eq!(format!("{hash:032x}"), "027a46c26d5aa3384d2a8e31f74caf2f");
    }

    #[test]
    fn every_field_and_its_place_count() {
        let variants = [
            CONTENT,
            Content {
                name: "logout",
                ..CONTENT
            },
            Content {
                timestamp: Timestamp::from_millis(2),
                ..CONTENT
            },
            Content {
                user_id: None,
                anonymous_id: Some("u"),
                ..CONTENT
            },
            Content {
                anonymous_id: Some(""),
                ..CONTENT
            },
            Content {
                session_id: Some(""),
                ..CONTENT
            },
            Content {
                external_id: Some(""),
                ..CONTENT
            },
            Content {
                properties: None,
                device_data: Some("{}"),
                ..CONTENT
            },
            Content {
                name: "log",
                user_id: Some("inu"),
                ..CONTENT
            },
        ];
        let mut hashes: Vec<u128> = ["acme", "other"]
            .into_iter()
            .flat_map(|name| variants.map(|content| fingerprint(&workspace(name), &content)))
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 2 * variants.len());
    }

    #[test]
    fn a_mark_gives_each_event_of_its_request_an_id() {
        let [one, other] = ["000000000001", "000000000002"].map(|id| KeyId::parse(id).unwrap());
        let id = |key_id, text, index, content| {
            let mark = RequestMark { key_id, text };
            idempotent_id(&workspace("acme"), mark, index, &content)
        };
        let first = id(&one, "k", 0, CONTENT);
        let later = Content {
            timestamp: Timestamp::from_millis(2),
            ..CONTENT
        };
        assert_eq!(first, id(&one, "k", 0, later));
        for another in [
            id(&other, "k", 0, CONTENT),
            id(&one, "l", 0, CONTENT),
            id(&one, "k", 1, CONTENT),
            id(
                &one,
                "k",
                0,
                Content {
                    name: "logout",
                    ..CONTENT
                },
            ),
        ] {
            assert_ne!(first, another);
        }
    }

    #[test]
    fn the_same_json_written_otherwise_gives_the_same_id_to_a_marked_request() {
        let key_id = KeyId::parse("000000000001").unwrap();
        let id = |properties| {
            let mark = RequestMark {
                key_id: &key_id,
                text: "k",
            };
            let content = Content {
                properties: Some(properties),
                ..CONTENT
            };
            idempotent_id(&workspace("acme"), mark, 0, &content)
        };
        let one = id(r#"{"a":"é","b":{"c":1,"d":[1,2]}}"#);
        assert_eq!(one, id(r#"{ "b": {"d": [1, 2], "c": 1}, "a": "\u00e9" }"#));
        assert_ne!(one, id(r#"{"a":"é","b":{"c":1,"d":[2,1]}}"#));
    }
}

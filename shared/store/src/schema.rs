//! The layout of the tables: the only place that builds or parses a key and names an attribute.
//!
//! | table | partition key | sort key | item |
//! |---|---|---|---|
//! | control | `KEY#<key id>` | `STATE` | what the verdict needs, under 1 KB |
//! | | | `POLICY#<version>` | a version of the policy, immutable |
//! | | | `SEALED` | the key's text under a sealing key |
//! | | `WS#<workspace>` | `SETTINGS` | the workspace |
//! | | | `KEY#<key id>` | the key as lists show it |
//! | | | `KEYNAME#<name>` | holds the name against a second key |
//! | events | `<workspace>#<signal>#<day>#<shard>` | `<first time><digest>` | a chunk |
//! | profiles | `<workspace>#u#<user>`, `<workspace>#a#<anonymous>` | `EDGE#<anonymous>` | a link (user only) |
//! | | | `PROFILE` | properties, link, tombstone |
//! | | | `T<newest time><digest>` | a timeline item |
//! | | `<workspace>#x` | `u#<user>`, `a#<anonymous>` | index of the tombstones |
//! | activity | `<workspace>#…` | | what may be lost after a while |
//!
//! Names are short where items are many: DynamoDB bills them with every item.

pub(crate) mod control;
pub(crate) mod digest;
pub(crate) mod events;
pub(crate) mod moment;
pub(crate) mod profiles;
pub(crate) mod tables;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// The partition key's attribute, in every table.
pub(crate) const PK: &str = "pk";
/// The sort key's attribute, in every table.
pub(crate) const SK: &str = "sk";
/// When DynamoDB may delete the item, in seconds since the epoch.
pub(crate) const TTL: &str = "ttl";
/// Between the components of a key. No component but the last may contain it.
const SEPARATOR: char = '#';
/// After every character that a sort key of ours is made of behind its prefix.
pub(crate) const LAST: char = '~';

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self {
            pk: pk.into(),
            sk: sk.into(),
        }
    }

    /// The key as the SDK wants it; the start of an item, too.
    pub(crate) fn into_item(self) -> Item {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk)),
            (SK.to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

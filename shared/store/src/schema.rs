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
//! | | | `METRICSKEY` | holds the one metrics key's place |
//! | | | `ACCOUNT#<id>` | a service account |
//! | | | `ACCOUNTNAME#<name>` | holds the name against a second account |
//! | | | `ACCOUNTKEY#<account>#<key id>` | an API key as its account's list shows it |
//! | | | `REMOTECONFIG` | the newest remote configuration |
//! | | `WS#<workspace>#CONFIG` | `VERSION#<version>` | a version of it, immutable |
//! | | `WS#<workspace>#AUDIT` | `AUDIT#<time>-<random>` | an entry of the audit log |
//! | events | `<workspace>#<signal>#<day>#<shard>` | `<first time><digest>` | a chunk |
//! | profiles | `<workspace>#u#<user>`, `<workspace>#a#<anonymous>` | `EDGE#<anonymous>` | a link (user only) |
//! | | | `PROFILE` | properties, link, tombstone |
//! | | | `T<newest time><digest>` | a timeline item |
//! | | `<workspace>#x` | `u#<user>`, `a#<anonymous>` | index of the tombstones |
//! | activity | `<workspace>#usage#<day>` | `<key>#<signal>#<event day>` | what was accepted, by hour of receipt |
//! | | | `<key>#direct` | what was refused and read, by hour |
//! | | `<workspace>#seen` | `<key>` | when the key was last used |
//! | | `<workspace>#sent#<key>` | `<hour>#<signal>#<event day>` | addresses and names of an hour |
//! | | `<workspace>#refused#<day>` | `<time><salt>` | a sample of what was refused |
//!
//! Names are short where items are many: DynamoDB bills them with every item.

pub(crate) mod activity;
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

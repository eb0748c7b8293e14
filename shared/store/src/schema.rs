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
//! | | | `METRIC#<id>` | a saved metric |
//! | | | `METRICNAME#<name>` | holds the name against a second metric |
//! | | | `WORKFLOW#<id>` | a workflow as it is now |
//! | | | `TRIGGER#<id>` | which workflow a call starts |
//! | | `WS#<workspace>#WORKFLOW#<id>` | `VERSION#<version>` | a version of its definition, immutable |
//! | | `WS#<workspace>#CONFIG` | `VERSION#<version>` | a version of it, immutable |
//! | | `WS#<workspace>#AUDIT` | `AUDIT#<time>-<random>` | an entry of the audit log |
//! | | `TOKENKEYS` | `<key id>` | a public key of access tokens |
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
//! | | `<workspace>#ran#<day>` | `<time><salt>` | a query that ran |
//! | | `<workspace>#answer#<digest>#<page>` | `<computed>#<piece>`, the newest's start `00` | a page of a kept answer to a query |
//! | | `<workspace>#answer#<digest>` | `MARK` | somebody computes that answer |
//! | | `attempts#<digest>` | `<minute>` | who tried to get an access token, counted |
//! | | `<workspace>#live#<day>` | `<newest receipt><digest>` | the newest events of a window |
//! | runs | `<workspace>#run#<run>` | `RUN` | a run |
//! | | `<workspace>#workflow#<workflow>` | `<time><run>` | a run in its workflow's list |
//! | | `<workspace>#profile#<u or a>#<id>` | `<time><run>` | a run in its profile's list |
//! | | `<workspace>#dead` | `<time><run>` | a run that failed |
//! | | `<workspace>#once#<mark>` | `ONCE` | a call that started a run |
//! | | `<workspace>#destinations` | `<destination>` | how a destination answers |
//! | | `<workspace>#leases` | `W`, `D#<destination>` | who sends how much at the same time |
//! | | `due#<shard>` | `<time><workspace>#<run>`, `<time><workspace>@<workflow>` | what is due |
//!
//! Names are short where items are many: DynamoDB bills them with every item.

pub(crate) mod activity;
pub(crate) mod control;
pub(crate) mod digest;
pub(crate) mod events;
pub(crate) mod live;
pub(crate) mod metrics;
pub(crate) mod moment;
pub(crate) mod profiles;
pub(crate) mod runs;
pub(crate) mod tables;
pub(crate) mod workflows;

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

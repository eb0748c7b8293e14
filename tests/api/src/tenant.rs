//! A workspace with its keys: what one test works in.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use event::{KeyId, Timestamp, WorkspaceId};
use policy::{ApiKey, KeyKind, KeyRecord, KeyState, Policy};
use serde_json::{Value, json};
use store::{Store, WorkspaceSettings};

use crate::{Answer, Client, Series, Timeline, Weir, eventually, metrics, now};

type Item = HashMap<String, AttributeValue>;

/// A workspace that no other test uses.
#[derive(Debug)]
pub struct Tenant<'w> {
    weir: &'w Weir,
    store: Store,
    created_at: Timestamp,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its write-only key.
    pub write_only: Key,
    /// Its read & write key.
    pub read_write: Key,
}

/// A key that was issued.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its public identifier.
    pub id: KeyId,
    /// The whole text.
    pub text: String,
}

/// A key to issue. The default: write-only, enabled, without an expiry, from anywhere, all events.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What it is for.
    pub kind: KeyKind,
    /// Its policy, as JSON.
    pub policy: Value,
    /// Whether it is in use.
    pub state: KeyState,
    /// When its time is over.
    pub expires_at: Option<Timestamp>,
}

impl Default for NewKey {
    fn default() -> Self {
        Self {
            kind: KeyKind::WriteOnly,
            policy: json!({"addresses": "anywhere", "events": "all"}),
            state: KeyState::Enabled,
            expires_at: None,
        }
    }
}

impl NewKey {
    /// A write-only key with these address rules.
    pub fn from_addresses(addresses: &Value) -> Self {
        let policy = json!({"addresses": addresses, "events": "all"});
        Self {
            policy,
            ..Self::default()
        }
    }

    /// A write-only key with these event rules.
    pub fn for_events(events: &Value) -> Self {
        let policy = json!({"addresses": "anywhere", "events": events});
        Self {
            policy,
            ..Self::default()
        }
    }
}

impl<'w> Tenant<'w> {
    pub(crate) async fn create(weir: &'w Weir) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let workspace: WorkspaceId = format!("test-{number}").parse().expect("a workspace id");
        let store = weir.cloud().store();
        let created_at = now();
        let settings = WorkspaceSettings::new("test", created_at);
        let created = store.create_workspace(&workspace, &settings).await;
        created.expect("a new workspace");
        let write_only = issue(&store, &workspace, NewKey::default()).await;
        let read_write = NewKey {
            kind: KeyKind::ReadWrite,
            ..NewKey::default()
        };
        let read_write = issue(&store, &workspace, read_write).await;
        Self {
            weir,
            store,
            created_at,
            workspace,
            write_only,
            read_write,
        }
    }

    /// Issues one more key.
    pub async fn issue(&self, key: NewKey) -> Key {
        issue(&self.store, &self.workspace, key).await
    }

    /// For what an administrator does with keys.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// A client without a key.
    pub fn client(&self) -> Client {
        self.weir.client()
    }

    /// A client with the write-only key.
    pub fn writer(&self) -> Client {
        self.client().with_key(&self.write_only.text)
    }

    /// A client with the read & write key.
    pub fn reader(&self) -> Client {
        self.client().with_key(&self.read_write.text)
    }

    /// Sends an event.
    pub async fn track(&self, event: &Value) -> Answer {
        self.writer().post("/event/ingest", event).await
    }

    /// Sends events in one batch.
    pub async fn batch(&self, events: &[Value]) -> Answer {
        self.writer()
            .post("/event/ingest/batch", &json!({"events": events}))
            .await
    }

    /// Updates a profile.
    pub async fn identify(&self, update: &Value) -> Answer {
        self.writer().post("/profile", update).await
    }

    /// Reads a profile.
    pub async fn profile(&self, user: &str) -> Answer {
        self.reader().get(&format!("/profile/{user}")).await
    }

    /// Reads the first page of a timeline, as it is now.
    pub async fn timeline(&self, user: &str) -> Timeline {
        Timeline::of(
            &self
                .reader()
                .get(&format!("/profile/{user}/events?limit=1000"))
                .await,
        )
    }

    /// Waits until a timeline has at least so many events.
    pub async fn timeline_of(&self, user: &str, events: usize) -> Timeline {
        eventually(
            || self.timeline(user),
            |timeline| timeline.events.len() >= events,
        )
        .await
    }

    /// Waits until the projector has been through everything sent before: an event sent now is in
    /// the timeline.
    pub async fn projected(&self) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let user = format!("marker-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let answer = self.track(&json!({"name": "marker", "userId": user})).await;
        assert_eq!(answer.status, 204, "{answer}");
        self.timeline_of(&user, 1).await;
    }

    /// How many chunks the event log holds of the workspace.
    pub async fn chunks(&self) -> usize {
        let cloud = self.weir.cloud();
        let scan = cloud
            .dynamodb()
            .scan()
            .table_name(&cloud.tables().events)
            .consistent_read(true);
        let items: Result<Vec<_>, _> = scan.into_paginator().items().send().collect().await;
        // Whatever the key looks like: it begins with the workspace.
        let prefix = self.workspace.as_str();
        let belongs = |key: &String| {
            let rest = key.strip_prefix(prefix);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        let items = items.expect("a scan of the event log");
        items
            .iter()
            .filter(|item| {
                item.values()
                    .filter_map(|value| value.as_s().ok())
                    .any(belongs)
            })
            .count()
    }

    /// Gives a key a second version of its policy, and loses that: what no part of Weir does, but a
    /// restored backup may have done.
    pub async fn lose_the_policy_of(&self, key: &Key) {
        let before = self.control_items(key).await;
        let policy = Policy::default();
        let replaced = self.store.replace_policy(&key.id, 1, &policy).await;
        replaced.expect("a new version");
        let after = self.control_items(key).await;
        let mut lost: Vec<_> = after
            .keys()
            .filter(|key| !before.contains_key(*key))
            .collect();
        let (Some((pk, sk)), None) = (lost.pop(), lost.pop()) else {
            panic!("a new version of a policy is not one new item");
        };
        let cloud = self.weir.cloud();
        let delete = cloud
            .dynamodb()
            .delete_item()
            .table_name(&cloud.tables().control);
        let text = |value: &String| AttributeValue::S(value.clone());
        let deleted = delete.key("pk", text(pk)).key("sk", text(sk)).send().await;
        deleted.expect("a deletion");
    }

    /// The items of the control table that are about a key.
    async fn control_items(&self, key: &Key) -> BTreeMap<(String, String), Item> {
        let cloud = self.weir.cloud();
        let scan = cloud
            .dynamodb()
            .scan()
            .table_name(&cloud.tables().control)
            .consistent_read(true);
        let items: Result<Vec<_>, _> = scan.into_paginator().items().send().collect().await;
        let text = |item: &Item, name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        let keyed = |item: Item| Some(((text(&item, "pk")?, text(&item, "sk")?), item));
        let items = items
            .expect("a scan of the control table")
            .into_iter()
            .filter_map(keyed);
        items
            .filter(|((pk, _), _)| pk.contains(key.id.as_str()))
            .collect()
    }

    /// The values of the workspace's metrics; 0 where nothing was measured.
    pub async fn metrics(&self, series: &[Series]) -> Vec<f64> {
        metrics::read(
            &self.weir.cloud().cloudwatch(),
            self.workspace.as_str(),
            series,
        )
        .await
    }

    /// So many milliseconds before the workspace was made, as clients write it: one fixed moment, so
    /// that the order of events is that of their ages.
    pub const fn ago(&self, millis: i64) -> i64 {
        self.created_at.as_millis() - millis
    }
}

async fn issue(store: &Store, workspace: &WorkspaceId, key: NewKey) -> Key {
    let secret = ApiKey::generate(key.kind, &mut rand::rng());
    let mut record = KeyRecord::issued(&secret, workspace.clone());
    record.state = key.state;
    record.expires_at = key.expires_at;
    let policy: Policy = serde_json::from_value(key.policy).expect("a policy");
    let new = store::NewKey {
        record,
        policy,
        details: store::KeyDetails {
            name: format!("key {}", secret.id()),
            tags: Vec::new(),
            creator: "test".to_owned(),
            created_at: now(),
        },
        sealed: None,
    };
    store.create_key(&new).await.expect("a new key");
    Key {
        id: secret.id().clone(),
        text: secret.expose().to_owned(),
    }
}

//! A workspace with its keys: what one test works in.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use event::{KeyId, Timestamp, WorkspaceId};
use local::StandIn;
use policy::{Actor, ApiKey, KeyKind, KeyRecord, KeyState, Policy, Role};
use serde_json::{Value, json};
use store::{AuditAction, AuditEntry, KeyChange, NewDetails, Store, WorkspaceSettings};

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
    /// The role of its service account.
    pub role: Option<Role>,
}

impl Default for NewKey {
    fn default() -> Self {
        Self {
            kind: KeyKind::WriteOnly,
            policy: json!({"addresses": "anywhere", "events": "all"}),
            state: KeyState::Enabled,
            expires_at: None,
            role: None,
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
        let made = audit(AuditAction::WorkspaceCreated, workspace.as_str());
        let created = store.create_workspace(&workspace, &settings, &made).await;
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

    /// The id of the workspace's metrics key.
    pub async fn metrics_key(&self) -> String {
        let keys = self.store.list_keys(&self.workspace).await;
        let keys = keys.expect("the keys of a workspace");
        let metrics = keys.into_iter().find(|key| key.kind == KeyKind::Metrics);
        metrics.expect("a metrics key").id.to_string()
    }

    /// Issues one more key.
    pub async fn issue(&self, key: NewKey) -> Key {
        issue(&self.store, &self.workspace, key).await
    }

    /// A client with the API key of a service account that is an admin.
    pub async fn admin(&self) -> Client {
        let key = NewKey {
            kind: KeyKind::ServiceAccount,
            role: Some(Role::Admin),
            ..NewKey::default()
        };
        self.client().with_key(self.issue(key).await.text)
    }

    /// The AWS that the workspace is on.
    pub(crate) const fn stand_in(&self) -> &StandIn {
        &self.weir.cloud().stand_in
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

    /// Revokes a key.
    pub async fn revoke(&self, key: &Key) {
        let audit = audit(AuditAction::KeyChanged, key.id.as_str());
        let revoked = self.store.revoke(&self.change(key, &audit)).await;
        revoked.expect("a revocation");
    }

    /// Switches a key on or off.
    pub async fn set_enabled(&self, key: &Key, enabled: bool) {
        let audit = audit(AuditAction::KeyChanged, key.id.as_str());
        let change = self.change(key, &audit);
        let switched = self.store.set_enabled(&change, enabled).await;
        switched.expect("a change");
    }

    /// Sets when a key's time is over.
    pub async fn expire(&self, key: &Key, at: Timestamp) {
        let entry = self.store.key_entry(&self.workspace, &key.id).await;
        let details = entry.expect("a read").expect("a key").details;
        let audit = audit(AuditAction::KeyChanged, key.id.as_str());
        let new = NewDetails {
            name: details.name.clone(),
            tags: details.tags,
            expires_at: Some(at),
        };
        let change = self.change(key, &audit);
        let changed = self
            .store
            .change_details(&change, &details.name, &new)
            .await;
        changed.expect("a change");
    }

    /// Replaces the policy of a key, whose version is `current` until now.
    pub async fn replace_policy(&self, key: &Key, current: u64, policy: &Policy) {
        let audit = audit(AuditAction::KeyChanged, key.id.as_str());
        let change = self.change(key, &audit);
        let replaced = self.store.replace_policy(&change, current, policy).await;
        replaced.expect("a new version");
    }

    fn change<'a>(&'a self, key: &'a Key, audit: &'a AuditEntry) -> KeyChange<'a> {
        KeyChange {
            workspace: &self.workspace,
            id: &key.id,
            expected: None,
            audit,
        }
    }

    /// Gives a key a second version of its policy, and loses that: what no part of Weir does, but a
    /// restored backup may have done.
    pub async fn lose_the_policy_of(&self, key: &Key) {
        let before = self.control_items(key).await;
        self.replace_policy(key, 1, &Policy::default()).await;
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
    record.role = key.role;
    record.account = key.role.map(|role| format!("test {role}"));
    let policy: Policy = serde_json::from_value(key.policy).expect("a policy");
    let audit = audit(AuditAction::KeyCreated, secret.id().as_str());
    let new = store::NewKey {
        record,
        policy,
        details: store::KeyDetails {
            name: format!("key {}", secret.id()),
            tags: Vec::new(),
            creator: Actor::Bootstrap,
            created_at: now(),
        },
        sealed: None,
    };
    store.create_key(&new, &audit).await.expect("a new key");
    Key {
        id: secret.id().clone(),
        text: secret.expose().to_owned(),
    }
}

/// A line of the audit log about what a test makes by the store.
fn audit(action: AuditAction, subject: &str) -> AuditEntry {
    AuditEntry {
        at: now(),
        actor: Actor::Bootstrap,
        address: None,
        request_id: None,
        action,
        subject: subject.to_owned(),
        subject_name: None,
        changes: serde_json::Map::new(),
    }
}

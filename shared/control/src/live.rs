//! What comes in just now, accepted or not, and why not.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use event::{KeyId, Signal, Source, Timestamp, WorkspaceId};
use policy::KeyKind;
use store::{KeyEntry, LiveEvent, RefusedSample, Store, StoreError};

use crate::ControlError;
use crate::usage::known;

/// How far back the view goes.
pub const LIVE_RANGE: Duration = Duration::from_hours(24);
/// Refusals that are read before they are held against a name.
const MAX_SAMPLES: usize = 500;

/// What is wanted of what came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveQuery {
    /// What came with this key.
    pub key: Option<KeyId>,
    /// Names that contain this, whatever the case of their letters. A request that was refused as a
    /// whole tells no names: it is wanted whatever is asked for.
    pub name: Option<String>,
    /// What arrived from then on; `None`: in the last 24 hours.
    pub since: Option<Timestamp>,
    /// So many entries at most.
    pub limit: usize,
}

/// What came in last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// Newest first.
    pub entries: Vec<LiveEntry>,
    /// About how many accepted events of the same time are not listed, since more came in a second
    /// than are kept for this view.
    pub unlisted: u64,
}

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEntry {
    /// When its request arrived.
    pub at: Timestamp,
    /// The key it came with.
    pub key_id: KeyId,
    /// What people call the key; `None`: it is revoked.
    pub key_name: Option<String>,
    /// The event's name; `None`: a request that was refused as a whole, or a name that could not be
    /// read.
    pub name: Option<String>,
    /// What became of it.
    pub outcome: LiveOutcome,
}

/// What became of something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveOutcome {
    /// It is stored.
    Accepted {
        /// When it happened, as its sender says.
        time: Timestamp,
        /// The event's id.
        id: String,
        /// How many of that name came with the request, where they are not listed one by one.
        count: u64,
        /// What it is.
        signal: Signal,
        /// The wire format.
        source: Source,
    },
    /// It is not.
    Refused {
        /// The code of the answer.
        reason: String,
        /// The offending member as a JSON path in the body; empty for the event or the request itself.
        path: String,
        /// What is wrong there; empty where the code says it all.
        message: String,
        /// Where the request came from, where the workspace keeps that.
        address: Option<IpAddr>,
    },
}

/// The newest of what the workspace's keys brought, accepted or refused. Refusals are sampled: one a
/// second and process, and the first of each key and reason in a minute. Keys of service accounts bring
/// no events: what they are refused is not among it.
///
/// [`ControlError::NoSuchKey`] where the workspace has no such key, nor had it. Three queries, of a page
/// each for a busy workspace, and a read of the keys that are in no list; more where only a few entries
/// are wanted among many.
pub async fn live(
    store: &Store,
    workspace: &WorkspaceId,
    query: &LiveQuery,
    now: Timestamp,
) -> Result<Live, ControlError> {
    if let Some(key) = &query.key {
        known(store, workspace, key).await?;
    }
    let from = now.minus(LIVE_RANGE).max(query.since.unwrap_or_default());
    let name = query.name.as_ref().map(|name| name.to_lowercase());
    let is_named = |it: &str| {
        let holds = |name: &String| it.to_lowercase().contains(name.as_str());
        name.as_ref().is_none_or(holds)
    };
    let wanted = |event: &LiveEvent| {
        query.key.as_ref().is_none_or(|key| *key == event.key_id) && is_named(&event.name)
    };
    let samples = if name.is_some() {
        MAX_SAMPLES
    } else {
        query.limit
    };
    // On the heap: side by side they are too large for the future around them.
    let accepted = Box::pin(store.live_events(workspace, from, now, query.limit, wanted));
    let key = query.key.as_ref();
    let refused = Box::pin(store.refused_samples(workspace, key, from, now, samples));
    let keys = Box::pin(store.list_keys(workspace));
    let (accepted, refused, keys) = tokio::try_join!(accepted, refused, keys)?;
    let keys: BTreeMap<_, _> = keys.iter().map(|entry| (&entry.id, entry)).collect();
    let brought = refused.iter().map(|sample| &sample.key_id);
    let unlisted = brought.filter(|id| !keys.contains_key(id)).collect();
    let accounts = of_accounts(store, unlisted).await?;
    let is_shown = |sample: &RefusedSample| {
        !accounts.contains(&sample.key_id) && sample.name.as_deref().is_none_or(is_named)
    };
    let refused = refused.into_iter().filter(is_shown);
    let mut entries: Vec<_> = accepted.events.into_iter().map(LiveEntry::from).collect();
    entries.extend(refused.map(LiveEntry::from));
    // Stable: what arrived in one millisecond stays as its own list had it.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(query.limit);
    for entry in &mut entries {
        let key: Option<&&KeyEntry> = keys.get(&entry.key_id);
        entry.key_name = key.map(|key| key.details.name.clone());
    }
    Ok(Live {
        entries,
        unlisted: accepted.unlisted,
    })
}

/// Which of these keys are service accounts'. The workspace's list has neither them nor those that are
/// revoked.
pub(crate) async fn of_accounts(
    store: &Store,
    unlisted: BTreeSet<&KeyId>,
) -> Result<BTreeSet<KeyId>, StoreError> {
    let records = store.keys(unlisted).await?;
    let of_accounts = records
        .into_iter()
        .filter(|record| record.kind == KeyKind::ServiceAccount);
    Ok(of_accounts.map(|record| record.id).collect())
}

impl From<LiveEvent> for LiveEntry {
    fn from(event: LiveEvent) -> Self {
        Self {
            at: event.received_at,
            key_id: event.key_id,
            key_name: None,
            name: Some(event.name),
            outcome: LiveOutcome::Accepted {
                time: event.time,
                id: event.id,
                count: event.count,
                signal: event.signal,
                source: event.source,
            },
        }
    }
}

impl From<RefusedSample> for LiveEntry {
    fn from(sample: RefusedSample) -> Self {
        Self {
            at: sample.at,
            key_id: sample.key_id,
            key_name: None,
            name: sample.name,
            outcome: LiveOutcome::Refused {
                reason: sample.reason,
                path: sample.path,
                message: sample.message,
                address: sample.address,
            },
        }
    }
}

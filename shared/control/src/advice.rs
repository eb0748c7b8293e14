//! What could be better about a key, each with the one step that mends it.
//!
//! The rules are pure and stand in one table; here is gathered what they look at.

mod facts;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use event::{KeyId, Source, Timestamp, WorkspaceId};
use policy::{KeyKind, KeyState};
use store::{Cause, KeyEntry, KeyUsage, Store, StoreError};
use tokio::task::JoinSet;

use self::facts::{Facts, names, networks};
use crate::ControlError;
use crate::live::of_accounts;

/// How far back the rules look.
const RANGE: Duration = Duration::from_hours(8 * 24);
/// Keys of a workspace that are looked at, the newest ones.
const MAX_KEYS: usize = 200;
/// Keys read at the same time.
const MAX_READS: usize = 16;

/// Something that could be better about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// A key of a server that may be used from anywhere.
    OpenToAnywhere,
    /// A key that stands in public pages and may send events of any name.
    TakesEveryEvent {
        /// How many names it has sent lately: so short would the list be.
        names: usize,
    },
    /// One key for several senders.
    SeveralSources {
        /// The wire formats that came with it lately.
        formats: BTreeSet<Source>,
        /// How many networks it was used from, where that is too many for one sender.
        networks: Option<usize>,
    },
    /// A text that was not changed for long.
    OldSecret {
        /// Its age.
        days: u64,
    },
    /// More refusals in the last 24 hours than before.
    MoreRefusals {
        /// Refusals of the last 24 hours.
        lately: u64,
        /// Those of an average day of the week before.
        usual: u64,
        /// The most frequent code of the answer.
        reason: String,
    },
}

/// The advice about a key of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAdvice {
    /// What people call the key; `None`: it is revoked.
    pub name: Option<String>,
    /// Its kind; `None`: it is revoked.
    pub kind: Option<KeyKind>,
    /// At least one.
    pub advice: Vec<Advice>,
}

/// The advice about the workspace's keys; those without any are not among them. A key that is disabled
/// or revoked harms nobody, but that somebody goes on using it is said. Keys of service accounts get
/// no advice: they bring no events, and nobody sees their texts again.
///
/// A query per day for all keys together, two reads per key, and one of all keys that are revoked and
/// still used.
pub async fn advice(
    store: &Store,
    workspace: &WorkspaceId,
    now: Timestamp,
) -> Result<BTreeMap<KeyId, KeyAdvice>, ControlError> {
    let (mut keys, usage) = tokio::try_join!(
        store.list_keys(workspace),
        store.usage(workspace, None, now.minus(RANGE), now),
    )?;
    let known: BTreeMap<_, _> = keys
        .iter()
        .map(|key| (key.id.clone(), (key.details.name.clone(), key.kind)))
        .collect();
    let mut found = BTreeMap::new();
    for (id, used) in &usage {
        if !known.contains_key(id)
            && let Some(advice) = rules::rise(&used.hours, now)
        {
            found.insert(id.clone(), vec![advice]);
        }
    }
    let accounts = of_accounts(store, found.keys().collect()).await?;
    found.retain(|id, _| !accounts.contains(id));
    keys.sort_by_key(|key| std::cmp::Reverse(key.details.created_at));
    keys.truncate(MAX_KEYS);
    found.extend(about_all(store, workspace, keys, usage, now).await?);
    let advised = |(id, advice): (KeyId, Vec<Advice>)| {
        let (name, kind) = known.get(&id).cloned().unzip();
        (id, KeyAdvice { name, kind, advice })
    };
    Ok(found.into_iter().map(advised).collect())
}

/// The advice about some keys of the workspace; those without any are not among them.
///
/// A query per day for all keys together, and two reads per key.
pub async fn advice_about(
    store: &Store,
    workspace: &WorkspaceId,
    keys: Vec<KeyEntry>,
    now: Timestamp,
) -> Result<BTreeMap<KeyId, Vec<Advice>>, ControlError> {
    let only = match keys.as_slice() {
        [] => return Ok(BTreeMap::new()),
        [key] => Some(&key.id),
        _ => None,
    };
    let usage = store.usage(workspace, only, now.minus(RANGE), now).await?;
    Ok(about_all(store, workspace, keys, usage, now).await?)
}

/// Reads of several keys at the same time.
async fn about_all(
    store: &Store,
    workspace: &WorkspaceId,
    keys: Vec<KeyEntry>,
    mut usage: BTreeMap<KeyId, KeyUsage>,
    now: Timestamp,
) -> Result<BTreeMap<KeyId, Vec<Advice>>, StoreError> {
    let mut found = BTreeMap::new();
    let mut reads = JoinSet::new();
    for key in keys {
        if reads.len() == MAX_READS {
            joined(&mut reads, &mut found).await?;
        }
        let (store, workspace) = (store.clone(), workspace.clone());
        let used = usage.remove(&key.id).unwrap_or_default();
        reads.spawn(async move {
            let advice = about(&store, &workspace, &key, &used, now).await?;
            Ok((key.id, advice))
        });
    }
    while !reads.is_empty() {
        joined(&mut reads, &mut found).await?;
    }
    Ok(found)
}

async fn about(
    store: &Store,
    workspace: &WorkspaceId,
    key: &KeyEntry,
    usage: &KeyUsage,
    now: Timestamp,
) -> Result<Vec<Advice>, StoreError> {
    if key.kind == KeyKind::ServiceAccount {
        return Ok(Vec::new());
    }
    if key.state != KeyState::Enabled {
        return Ok(rules::rise(&usage.hours, now).into_iter().collect());
    }
    let (policy, traffic) = tokio::try_join!(
        store.policy(&key.id, key.version.policy),
        store.traffic(workspace, &key.id, now.minus(RANGE), now),
    )?;
    // A key that was revoked meanwhile has no policy any more.
    let Some(policy) = policy else {
        return Ok(Vec::new());
    };
    Ok(rules::judge(&Facts {
        kind: key.kind,
        policy: &policy,
        secret_since: key.rotated_at.unwrap_or(key.details.created_at),
        names: names(&traffic),
        networks: networks(&traffic),
        formats: &traffic.sources,
        hours: &usage.hours,
        now,
    }))
}

type Read = Result<(KeyId, Vec<Advice>), StoreError>;

async fn joined(
    reads: &mut JoinSet<Read>,
    found: &mut BTreeMap<KeyId, Vec<Advice>>,
) -> Result<(), StoreError> {
    let Some(read) = reads.join_next().await else {
        return Ok(());
    };
    let failed = |_| StoreError::Unavailable {
        operation: "reading what advice is about",
        cause: Cause::Failed,
    };
    let (key, advice) = read.map_err(failed)??;
    if !advice.is_empty() {
        found.insert(key, advice);
    }
    Ok(())
}

//! How keys are used.

use std::collections::BTreeMap;
use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use policy::{KeyKind, KeyRecord};
use store::{HourUsage, KeyUsage, RefusedSample, Store};

use crate::ControlError;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// The longest range of an answer: so long hours are kept.
pub const MAX_USAGE_RANGE: Duration = DAY.saturating_mul(35);
/// The range of a suggestion of names.
const SUGGESTION_RANGE: Duration = DAY.saturating_mul(8);
/// Most names that are suggested.
const MAX_SUGGESTIONS: usize = 100;
/// How long what was refused stays readable.
const SAMPLE_RANGE: Duration = DAY.saturating_mul(7);

/// The usage of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The first moment of each hour with anything, and what it had. Hours are those of receipt, UTC.
    pub hours: BTreeMap<Timestamp, HourUsage>,
    /// All of them together.
    pub total: HourUsage,
    /// When the key was last used: within seconds for the last 35 days, to the hour before.
    pub last_used: Option<Timestamp>,
}

/// The usage of a key in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsageSummary {
    /// Requests of the last 24 hours, by whole hours: accepted ones and those that bring no events.
    pub requests: u64,
    /// Refusals of the last 24 hours, by whole hours.
    pub refusals: u64,
    /// When the key was last used.
    pub last_used: Option<Timestamp>,
}

/// A name that a key has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The name.
    pub name: String,
    /// How often.
    pub events: u64,
}

/// The key's usage in the hours that begin from `from` (rounded down to its hour) on and before `to`.
///
/// A revoked key's usage stays readable under its id. [`ControlError::NoSuchKey`] where the workspace
/// has no such key.
pub async fn usage(
    store: &Store,
    workspace: &WorkspaceId,
    key: &KeyId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Usage, ControlError> {
    known(store, workspace, key).await?;
    let from = from.max(to.minus(MAX_USAGE_RANGE));
    let (mut usage, seen) = tokio::try_join!(
        store.usage(workspace, Some(key), from, to),
        store.last_used_of(workspace, key),
    )?;
    let KeyUsage { hours, last_used } = usage.remove(key).unwrap_or_default();
    let mut total = HourUsage::default();
    for hour in hours.values() {
        total.merge(hour);
    }
    Ok(Usage {
        hours,
        total,
        last_used: last_used.max(seen),
    })
}

/// The usage of all keys of the workspace in the last 24 hours, and when each was last used: three
/// queries of a page or a few for a thousand keys.
pub async fn summaries(
    store: &Store,
    workspace: &WorkspaceId,
    now: Timestamp,
) -> Result<BTreeMap<KeyId, UsageSummary>, ControlError> {
    let (mut summaries, seen) = tokio::try_join!(last_day(store, workspace, now), async {
        Ok(store.last_used(workspace).await?)
    })?;
    for (key, at) in seen {
        let summary = summaries.entry(key).or_default();
        summary.last_used = summary.last_used.max(Some(at));
    }
    Ok(summaries)
}

/// The usage of the keys that were used in the last 24 hours: two queries of a page or a few for a
/// thousand keys.
pub async fn last_day(
    store: &Store,
    workspace: &WorkspaceId,
    now: Timestamp,
) -> Result<BTreeMap<KeyId, UsageSummary>, ControlError> {
    // Twenty-four hours, the present one among them.
    let from = now.start_of_hour().minus(HOUR.saturating_mul(23));
    let usage = store.usage(workspace, None, from, now.plus(HOUR)).await?;
    let summed = usage.into_iter().map(|(key, used)| {
        let mut summary = UsageSummary {
            last_used: used.last_used,
            ..UsageSummary::default()
        };
        for hour in used.hours.values() {
            summary.requests += hour.requests + hour.calls.values().sum::<u64>();
            summary.refusals += hour.refused.values().sum::<u64>();
        }
        (key, summary)
    });
    Ok(summed.collect())
}

/// The names of events that the key has sent in the last eight days, the most frequent first, at most
/// a hundred.
pub async fn suggestions(
    store: &Store,
    workspace: &WorkspaceId,
    key: &KeyId,
    now: Timestamp,
) -> Result<Vec<Suggestion>, ControlError> {
    known(store, workspace, key).await?;
    let from = now.minus(SUGGESTION_RANGE);
    let traffic = store.traffic(workspace, key, from, now).await?;
    let mut names = BTreeMap::<String, u64>::new();
    for sender in traffic.senders.into_values() {
        for (name, events) in sender.events {
            *names.entry(name).or_default() += events;
        }
    }
    let mut suggestions: Vec<_> = names
        .into_iter()
        .map(|(name, events)| Suggestion { name, events })
        .collect();
    suggestions.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.events));
    suggestions.truncate(MAX_SUGGESTIONS);
    Ok(suggestions)
}

/// The newest samples of what was refused in the last seven days, newest first: of one key, also of a
/// revoked one, or of the whole workspace.
pub async fn refused(
    store: &Store,
    workspace: &WorkspaceId,
    key: Option<&KeyId>,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<RefusedSample>, ControlError> {
    if let Some(key) = key {
        known(store, workspace, key).await?;
    }
    let from = now.minus(SAMPLE_RANGE);
    let samples = store.refused_samples(workspace, key, from, now, limit);
    Ok(samples.await?)
}

/// Only a key of the workspace is known, in use or revoked. Those of service accounts are not among
/// the keys: only admins see them, elsewhere.
pub(crate) async fn known(
    store: &Store,
    workspace: &WorkspaceId,
    key: &KeyId,
) -> Result<(), ControlError> {
    let record = store.key(key).await?;
    let is_shown =
        |it: &KeyRecord| it.workspace == *workspace && it.kind != KeyKind::ServiceAccount;
    match record.filter(is_shown) {
        Some(_) => Ok(()),
        None => Err(ControlError::NoSuchKey),
    }
}

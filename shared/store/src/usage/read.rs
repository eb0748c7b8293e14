//! Usage, read back.

use std::collections::BTreeMap;
use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use tokio::task::JoinSet;

use crate::fields::Fields;
use crate::query::Range;
use crate::schema::Item;
use crate::schema::activity::{self, attribute};
use crate::store::Consistency;
use crate::{Cause, Store, StoreError};

const OPERATION: &str = "reading usage";
const WHAT: &str = "usage";
const HOUR: Duration = Duration::from_hours(1);
/// Days read at the same time.
const MAX_READS: usize = 8;

/// The usage of one key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyUsage {
    /// The hours with anything, by their first moment.
    pub hours: BTreeMap<Timestamp, HourUsage>,
    /// The newest accepted request of the days that were read; within a second or two where several
    /// shards of the stream bring its requests.
    pub last_used: Option<Timestamp>,
}

/// One hour of a key, by the time of receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HourUsage {
    /// Accepted events, profile updates and records.
    pub events: u64,
    /// Accepted requests that brought them.
    pub requests: u64,
    /// Those of the events that came with the previous secret.
    pub old_events: u64,
    /// Those of the requests that came with the previous secret.
    pub old_requests: u64,
    /// Refused requests, and refused events of accepted ones, by the code of the answer.
    pub refused: BTreeMap<String, u64>,
    /// Requests that bring no events, by operation.
    pub calls: BTreeMap<String, u64>,
}

impl HourUsage {
    /// Adds another hour's counts.
    pub fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.requests += other.requests;
        self.old_events += other.old_events;
        self.old_requests += other.old_requests;
        for (sums, more) in [
            (&mut self.refused, &other.refused),
            (&mut self.calls, &other.calls),
        ] {
            for (name, count) in more {
                *sums.entry(name.clone()).or_default() += count;
            }
        }
    }
}

impl Store {
    /// The usage of a key, or of all keys of the workspace, in the hours that begin from `from` on
    /// and before `to`. A key without any is not among them.
    ///
    /// One query per day; a day of a thousand keys is about a megabyte.
    pub async fn usage(
        &self,
        workspace: &WorkspaceId,
        key: Option<&KeyId>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<BTreeMap<KeyId, KeyUsage>, StoreError> {
        let mut usage = BTreeMap::new();
        let mut reads = JoinSet::new();
        let mut day = from.day();
        while from < to && day.start() < to {
            if reads.len() == MAX_READS {
                joined(&mut reads, &mut usage).await?;
            }
            let (low, high) = activity::usage_range(key);
            let range = Range {
                pk: activity::usage_partition(workspace, day),
                from: low,
                to: high,
            };
            let (store, start) = (self.clone(), day.start());
            reads.spawn(async move {
                let table = &store.tables().activity;
                let items = store
                    .query_all(table, &range, Consistency::Eventual, OPERATION)
                    .await?;
                Ok((start, items))
            });
            day = day.next();
        }
        while !reads.is_empty() {
            joined(&mut reads, &mut usage).await?;
        }
        for used in usage.values_mut() {
            let KeyUsage { hours, .. } = used;
            hours.retain(|hour, _| *hour >= from.start_of_hour() && *hour < to);
        }
        usage.retain(|_, used| !used.hours.is_empty());
        Ok(usage)
    }
}

type Read = Result<(Timestamp, Vec<Item>), StoreError>;

async fn joined(
    reads: &mut JoinSet<Read>,
    usage: &mut BTreeMap<KeyId, KeyUsage>,
) -> Result<(), StoreError> {
    let Some(read) = reads.join_next().await else {
        return Ok(());
    };
    let failed = |_| StoreError::Unavailable {
        operation: OPERATION,
        cause: Cause::Failed,
    };
    let (day, items) = read.map_err(failed)??;
    for item in &items {
        add_item(usage, day, item)?;
    }
    Ok(())
}

/// Adds an item of the day that begins at `day`.
fn add_item(
    usage: &mut BTreeMap<KeyId, KeyUsage>,
    day: Timestamp,
    item: &Item,
) -> Result<(), StoreError> {
    let fields = Fields::new(item, WHAT);
    let key = activity::usage_key(fields.sk()?).ok_or_else(|| fields.corrupt())?;
    let used = usage.entry(key).or_default();
    used.last_used = used
        .last_used
        .max(fields.optional_moment(attribute::LAST_USED)?);
    for attribute in item.keys() {
        let Some((prefix, hour, name)) = activity::numbered(attribute) else {
            continue;
        };
        if prefix == attribute::LANE {
            continue;
        }
        let count = u64::try_from(fields.number(attribute)?).map_err(|_| fields.corrupt())?;
        let hour = day.plus(HOUR.saturating_mul(hour.into()));
        let hour = used.hours.entry(hour).or_default();
        match (prefix, name) {
            (attribute::EVENTS, None) => hour.events += count,
            (attribute::REQUESTS, None) => hour.requests += count,
            (attribute::OLD_EVENTS, None) => hour.old_events += count,
            (attribute::OLD_REQUESTS, None) => hour.old_requests += count,
            (attribute::REFUSED, Some(name)) => {
                *hour.refused.entry(name.to_owned()).or_default() += count;
            }
            (attribute::CALLS, Some(name)) => {
                *hour.calls.entry(name.to_owned()).or_default() += count;
            }
            _ => return Err(fields.corrupt()),
        }
    }
    Ok(())
}

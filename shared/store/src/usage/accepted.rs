//! Chunks into usage, each once.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use event::Timestamp;

use super::{AcceptedCounts, RETENTION, StreamedReceipt, UsagePart};
use crate::fields::{Fields, moment, number, text};
use crate::meter::{Meter, units};
use crate::pause::pause;
use crate::schema::activity::{self, attribute, counter};
use crate::schema::{Key, TTL};
use crate::store::{Consistency, condition_failed};
use crate::{Cause, Sequence, Store, StoreError};

const OPERATION: &str = "counting usage";
/// Attempts where what was counted before has to be looked up.
const MAX_ATTEMPTS: u32 = 8;

impl Store {
    /// Counts the chunks of a window, each of them once: those that an earlier window counted are
    /// left out. The chunks of a shard come in the order of the stream.
    ///
    /// One write of one unit, whatever the number of chunks; a read and a second write where the
    /// stream delivered some of them again.
    pub async fn count_accepted(
        &self,
        part: &UsagePart,
        mut chunks: Vec<StreamedReceipt>,
    ) -> Result<(), StoreError> {
        for attempt in 0..MAX_ATTEMPTS {
            if chunks.is_empty() || self.add_window(part, &Window::of(&chunks)).await? {
                return Ok(());
            }
            if attempt > 0 {
                pause(attempt).await;
            }
            let counted = self.watermarks(part).await?;
            chunks.retain(|chunk| {
                counted
                    .get(&chunk.shard)
                    .is_none_or(|last| chunk.sequence > *last)
            });
        }
        Err(StoreError::Unavailable {
            operation: OPERATION,
            cause: Cause::Contended,
        })
    }

    /// Puts the sums in the place of what was counted. For a rebuild of a day that the stream holds
    /// no record of any more: watermarks are gone after this.
    pub async fn replace_accepted(
        &self,
        part: &UsagePart,
        counts: &AcceptedCounts,
    ) -> Result<(), StoreError> {
        let mut item = key(part).into_item();
        for (name, count) in counters(counts) {
            item.insert(name, number(count));
        }
        if let Some(last_used) = counts.last_used {
            item.insert(attribute::LAST_USED.to_owned(), moment(last_used));
        }
        item.insert(TTL.to_owned(), number(expiry(part).as_secs()));
        self.put_activity(&part.workspace, item, OPERATION).await
    }

    /// Whether the window was counted; if not, some of its chunks were before.
    async fn add_window(&self, part: &UsagePart, window: &Window) -> Result<bool, StoreError> {
        let meter = Meter::start(self.metrics(), &part.workspace);
        let mut call = self
            .client()
            .update_item()
            .table_name(&self.tables().activity)
            .set_key(Some(key(part).into_item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":ttl", number(expiry(part).as_secs()));
        let (mut add, mut set) = (Vec::new(), vec!["#ttl = :ttl".to_owned()]);
        let mut condition = Vec::new();
        for (name, count) in counters(&window.counts) {
            add.push(format!("{name} :{name}"));
            call = call.expression_attribute_values(format!(":{name}"), number(count));
        }
        if let Some(last_used) = window.counts.last_used {
            set.push(format!("{0} = :{0}", attribute::LAST_USED));
            let name = format!(":{}", attribute::LAST_USED);
            call = call.expression_attribute_values(name, moment(last_used));
        }
        for (shard, (first, last)) in &window.lanes {
            let lane = activity::lane(*shard);
            condition.push(format!(
                "(attribute_not_exists({lane}) OR {lane} < :{lane}from)"
            ));
            set.push(format!("{lane} = :{lane}"));
            call = call
                .expression_attribute_values(format!(":{lane}from"), text(first.as_str()))
                .expression_attribute_values(format!(":{lane}"), text(last.as_str()));
        }
        let mut update = format!("SET {}", set.join(", "));
        if !add.is_empty() {
            update = format!("{update} ADD {}", add.join(", "));
        }
        let call = call
            .update_expression(update)
            .condition_expression(condition.join(" AND "))
            .customize()
            .interceptor(meter.throttles::<UpdateItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(true)
            }
            Err(error) if condition_failed(&error) => {
                meter.written(1.0);
                Ok(false)
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(OPERATION, &error))
            }
        }
    }

    /// The last chunk counted of each shard.
    async fn watermarks(&self, part: &UsagePart) -> Result<BTreeMap<u8, Sequence>, StoreError> {
        let table = &self.tables().activity;
        let item = self
            .get(table, key(part), Consistency::Strong, OPERATION)
            .await?
            .unwrap_or_default();
        let fields = Fields::new(&item, "usage");
        let mut watermarks = BTreeMap::new();
        for name in item.keys() {
            if let Some((attribute::LANE, shard, None)) = activity::numbered(name) {
                let last = fields.parsed(name, Sequence::from_stored)?;
                watermarks.insert(shard, last);
            }
        }
        Ok(watermarks)
    }
}

/// Chunks that are counted by one write.
struct Window {
    counts: AcceptedCounts,
    /// Shard -> its first and its last chunk.
    lanes: BTreeMap<u8, (Sequence, Sequence)>,
}

impl Window {
    fn of(chunks: &[StreamedReceipt]) -> Self {
        let mut counts = AcceptedCounts::default();
        let mut lanes = BTreeMap::<u8, (Sequence, Sequence)>::new();
        for chunk in chunks {
            counts.add(&chunk.receipt);
            let place = &chunk.sequence;
            let lane = lanes.entry(chunk.shard);
            let (first, last) = lane.or_insert_with(|| (place.clone(), place.clone()));
            if place < first {
                first.clone_from(place);
            } else if place > last {
                last.clone_from(place);
            }
        }
        Self { counts, lanes }
    }
}

fn key(part: &UsagePart) -> Key {
    activity::accepted(
        &part.workspace,
        &part.key_id,
        part.received_on,
        part.signal,
        part.event_day,
    )
}

fn expiry(part: &UsagePart) -> Timestamp {
    part.received_on.next().start().plus(RETENTION)
}

/// The counters that are not zero, by attribute.
fn counters(counts: &AcceptedCounts) -> impl Iterator<Item = (String, u64)> {
    counts.hours.iter().flat_map(|(&hour, counts)| {
        [
            (attribute::EVENTS, counts.events),
            (attribute::REQUESTS, counts.requests),
            (attribute::OLD_EVENTS, counts.old_events),
            (attribute::OLD_REQUESTS, counts.old_requests),
        ]
        .into_iter()
        .filter(|&(_, count)| count > 0)
        .map(move |(prefix, count)| (counter(prefix, hour), count))
    })
}

//! When each key was last used, for longer than its hours are kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use event::{KeyId, Timestamp, WorkspaceId};

use crate::fields::{Fields, moment, number};
use crate::meter::{Meter, units};
use crate::query::Range;
use crate::schema::activity::{self, attribute};
use crate::schema::{LAST, TTL};
use crate::store::{Consistency, condition_failed};
use crate::{Store, StoreError};

const OPERATION: &str = "marking a key as used";
/// How long it is known when an unused key was last used.
const RETENTION: Duration = Duration::from_hours(400 * 24);
/// Keys whose mark a process remembers.
const MAX_REMEMBERED: usize = 10_000;

/// The hour in which this process last marked a key.
#[derive(Debug, Default)]
pub(crate) struct Marks(Mutex<HashMap<KeyId, i64>>);

impl Marks {
    fn is_made(&self, key: &KeyId, hour: i64) -> bool {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.get(key).is_some_and(|made| *made >= hour)
    }

    fn make(&self, key: &KeyId, hour: i64) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= MAX_REMEMBERED {
            marks.clear();
        }
        marks.insert(key.clone(), hour);
    }
}

impl Store {
    /// Notes that the key was used at that moment: one write per key, hour and process.
    pub async fn mark_used(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.marks().is_made(key, at.hour()) {
            return Ok(());
        }
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .update_item()
            .table_name(&self.tables().activity)
            .set_key(Some(activity::seen(workspace, key).into_item()))
            .update_expression("SET #used = :used, #ttl = :ttl")
            .condition_expression("attribute_not_exists(#used) OR #used < :used")
            .expression_attribute_names("#used", attribute::LAST_USED)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":used", moment(at))
            .expression_attribute_values(":ttl", number(at.plus(RETENTION).as_secs()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .interceptor(meter.throttles::<UpdateItemError>());
        match call.send().await {
            Ok(output) => meter.written(units(output.consumed_capacity())),
            // A later use is noted already.
            Err(error) if condition_failed(&error) => meter.written(1.0),
            Err(error) => {
                meter.failed();
                return Err(StoreError::from_sdk(OPERATION, &error));
            }
        }
        self.marks().make(key, at.hour());
        Ok(())
    }

    /// When each key of the workspace was last used, to the hour: a key's first use of its last
    /// hour. One query for a thousand keys.
    pub async fn last_used(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<BTreeMap<KeyId, Timestamp>, StoreError> {
        let range = Range {
            pk: activity::seen_partition(workspace),
            from: "0".to_owned(),
            to: LAST.to_string(),
        };
        let table = &self.tables().activity;
        let items = self
            .query_all(table, &range, Consistency::Eventual, "reading last uses")
            .await?;
        let entry = |item| {
            let fields = Fields::new(item, "last use");
            let key = KeyId::parse(fields.sk()?).map_err(|_| fields.corrupt())?;
            Ok((key, fields.moment(attribute::LAST_USED)?))
        };
        items.iter().map(entry).collect()
    }

    /// When the key was last used, to the hour.
    pub async fn last_used_of(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let (table, key) = (&self.tables().activity, activity::seen(workspace, key));
        let item = self
            .get(table, key, Consistency::Eventual, "reading a last use")
            .await?;
        item.as_ref()
            .map(|item| Fields::new(item, "last use").moment(attribute::LAST_USED))
            .transpose()
    }
}

//! Attempts, counted by minute: what many processes refuse together.

use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnValue;
use event::Timestamp;

use crate::fields::{Fields, number};
use crate::schema::TTL;
use crate::schema::metrics::{self, attribute};
use crate::{Store, StoreError};

const MINUTE: i64 = 60;
/// How long a count is kept.
const RETENTION: Duration = Duration::from_hours(1);

impl Store {
    /// Counts an attempt, and says how many there were within this minute: one write unit. `who` is a
    /// digest: what was tried, or from where, is nowhere readable.
    ///
    /// A call whose answer was lost on the way is repeated, and may then count twice.
    pub async fn count_attempt(&self, who: u128, now: Timestamp) -> Result<u64, StoreError> {
        let key = metrics::attempts(who, now.as_secs().div_euclid(MINUTE));
        let call = self
            .client()
            .update_item()
            .table_name(&self.tables().activity)
            .set_key(Some(key.into_item()))
            .update_expression("SET #ttl = :ttl ADD #count :one")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_names("#count", attribute::COUNT)
            .expression_attribute_values(":ttl", number(now.plus(RETENTION).as_secs()))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew);
        let output = call
            .send()
            .await
            .map_err(|error| StoreError::from_sdk("counting an attempt", &error))?;
        let item = output.attributes.unwrap_or_default();
        let fields = Fields::new(&item, "count of attempts");
        u64::try_from(fields.number(attribute::COUNT)?).map_err(|_| fields.corrupt())
    }
}

//! Who computes an answer.

use std::time::Duration;

use event::{Timestamp, WorkspaceId};

use crate::fields::{moment, number};
use crate::schema::TTL;
use crate::schema::metrics::{self, attribute};
use crate::store::condition_failed;
use crate::{Store, StoreError};

impl Store {
    /// Says that this process computes the answer, unless another one does: `false`. It counts until
    /// `until`, or until [`Store::unmark_answer`].
    pub async fn mark_answer(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut item = metrics::answer_mark(workspace, answer).into_item();
        item.insert(attribute::UNTIL.to_owned(), moment(until));
        let expires_at = until.plus(Duration::from_mins(5)).as_secs();
        item.insert(TTL.to_owned(), number(expires_at));
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().activity)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#until) OR #until <= :now")
            .expression_attribute_names("#until", attribute::UNTIL)
            .expression_attribute_values(":now", moment(now));
        match call.send().await {
            Ok(_) => Ok(true),
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(StoreError::from_sdk("marking an answer", &error)),
        }
    }

    /// Says that the answer is computed, or will not be.
    pub async fn unmark_answer(
        &self,
        workspace: &WorkspaceId,
        answer: u128,
    ) -> Result<(), StoreError> {
        let call = self
            .client()
            .delete_item()
            .table_name(&self.tables().activity)
            .set_key(Some(metrics::answer_mark(workspace, answer).into_item()));
        let done = call.send().await.map(drop);
        done.map_err(|error| StoreError::from_sdk("unmarking an answer", &error))
    }
}

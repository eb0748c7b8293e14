//! Several items changed together or not at all.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::builders::{DeleteBuilder, PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, TransactWriteItem};
use event::WorkspaceId;

use crate::error::is_throttle;
use crate::meter::{Meter, sum_of_units};
use crate::pause::pause;
use crate::{Cause, Store, StoreError};

/// Attempts where another writer is at one of the items.
const MAX_ATTEMPTS: u32 = 8;

/// The items of a transaction, in order.
#[derive(Debug, Default)]
pub(crate) struct Transaction(Vec<TransactWriteItem>);

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transacted {
    /// Everything was written.
    Done,
    /// Nothing was written: the condition of the item with that index did not hold.
    Refused(usize),
}

impl Transaction {
    pub(crate) fn put(mut self, put: PutBuilder) -> Result<Self, StoreError> {
        let put = put.build().map_err(incomplete)?;
        self.0.push(TransactWriteItem::builder().put(put).build());
        Ok(self)
    }

    pub(crate) fn update(mut self, update: UpdateBuilder) -> Result<Self, StoreError> {
        let update = update.build().map_err(incomplete)?;
        self.0
            .push(TransactWriteItem::builder().update(update).build());
        Ok(self)
    }

    pub(crate) fn delete(mut self, delete: DeleteBuilder) -> Result<Self, StoreError> {
        let delete = delete.build().map_err(incomplete)?;
        self.0
            .push(TransactWriteItem::builder().delete(delete).build());
        Ok(self)
    }
}

/// Every builder of this crate sets what is required, so this is never seen.
fn incomplete(_: BuildError) -> StoreError {
    StoreError::Corrupt {
        what: "transaction",
    }
}

impl Store {
    /// Writes the items together, again where another transaction was at one of them.
    pub(crate) async fn transact(
        &self,
        workspace: &WorkspaceId,
        operation: &'static str,
        transaction: Transaction,
    ) -> Result<Transacted, StoreError> {
        let mut attempt = 0;
        loop {
            match self
                .try_transact(workspace, operation, &transaction)
                .await?
            {
                Outcome::Done => return Ok(Transacted::Done),
                Outcome::Refused(index) => return Ok(Transacted::Refused(index)),
                Outcome::InTheWay(cause) if attempt + 1 == MAX_ATTEMPTS => {
                    return Err(StoreError::Unavailable { operation, cause });
                }
                Outcome::InTheWay(_) => pause(attempt).await,
            }
            attempt += 1;
        }
    }

    async fn try_transact(
        &self,
        workspace: &WorkspaceId,
        operation: &'static str,
        transaction: &Transaction,
    ) -> Result<Outcome, StoreError> {
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .transact_write_items()
            .set_transact_items(Some(transaction.0.clone()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .interceptor(meter.throttles::<TransactWriteItemsError>());
        match call.send().await {
            Ok(output) => {
                meter.written(sum_of_units(output.consumed_capacity()));
                Ok(Outcome::Done)
            }
            Err(error) => {
                meter.failed();
                outcome(&error).ok_or_else(|| StoreError::from_sdk(operation, &error))
            }
        }
    }
}

enum Outcome {
    Done,
    Refused(usize),
    InTheWay(Cause),
}

/// What a cancelled transaction says; `None` for other errors.
fn outcome(error: &SdkError<TransactWriteItemsError>) -> Option<Outcome> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return None;
    };
    let codes = || {
        cancelled
            .cancellation_reasons()
            .iter()
            .map(|reason| reason.code())
    };
    // A condition that does not hold is an answer, whatever else stood in the way.
    if let Some(index) = codes().position(|code| code == Some("ConditionalCheckFailed")) {
        return Some(Outcome::Refused(index));
    }
    if codes().any(|code| code == Some("TransactionConflict")) {
        return Some(Outcome::InTheWay(Cause::Contended));
    }
    codes()
        .any(is_throttle)
        .then_some(Outcome::InTheWay(Cause::Throttled))
}

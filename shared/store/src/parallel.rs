//! Several calls under way at the same time, never more than a few.

use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::{Cause, StoreError};

/// Most calls under way at the same time.
const MAX_CALLS: usize = 16;

/// What all of it comes to, in no order. The first error ends it: what is under way is given up then.
pub(crate) async fn in_parallel<T, W>(
    work: impl IntoIterator<Item = W>,
    operation: &'static str,
) -> Result<Vec<T>, StoreError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, StoreError>> + Send + 'static,
{
    let (mut calls, mut outcomes) = (JoinSet::new(), Vec::new());
    for work in work {
        if calls.len() == MAX_CALLS {
            outcomes.extend(next(&mut calls, operation).await?);
        }
        // What is logged of it belongs to the same request.
        calls.spawn(work.in_current_span());
    }
    while let Some(outcome) = next(&mut calls, operation).await? {
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

async fn next<T: Send + 'static>(
    calls: &mut JoinSet<Result<T, StoreError>>,
    operation: &'static str,
) -> Result<Option<T>, StoreError> {
    match calls.join_next().await {
        None => Ok(None),
        Some(Ok(outcome)) => outcome.map(Some),
        // The task was cancelled or panicked: nobody knows what became of it.
        Some(Err(_)) => Err(StoreError::Unavailable {
            operation,
            cause: Cause::Failed,
        }),
    }
}

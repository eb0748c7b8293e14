//! Many items in few calls: each is written or not on its own, so only writes that may be repeated.

mod read;
mod write;

use aws_sdk_dynamodb::error::BuildError;

use crate::StoreError;

/// Calls in a row that may leave everything over before the store gives up.
const MAX_IDLE_CALLS: u32 = 5;

/// Every builder of this crate sets what is required, so this is never seen.
fn incomplete(_: BuildError) -> StoreError {
    StoreError::Corrupt { what: "batch" }
}

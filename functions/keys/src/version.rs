//! Versions that are counted from 1: `ETag` in an answer, `If-Match` in a change.

pub(crate) use edge::{Expected, etag, if_match};

//! A panic answers 500, is logged without what it said, and the process goes on.

use std::any::Any;
use std::panic;

use axum::response::{IntoResponse, Response};

use crate::Problem;

/// The answer to the request in which something panicked.
pub(crate) fn answer(_payload: Box<dyn Any + Send>) -> Response {
    Problem::Internal.into_response()
}

/// From now on a panic is logged with its place and nothing else: its message may hold a part of a
/// client's data.
pub(crate) fn log_place_only() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

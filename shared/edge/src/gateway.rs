//! API Gateway HTTP APIs, payload format 2.0: an event in, a request for the router, an answer out.
//!
//! The event is read in one pass into what Weir needs of it, and its body moves on without a copy.

mod answer;
mod event;
mod headers;
mod path;

use axum::Router;
use tower::ServiceExt;

pub use answer::Answer;
pub use event::{Event, EventError};

/// Takes one event through the routes.
///
/// The only error is an event that the gateway does not send; what is wrong with a request is an
/// answer.
pub async fn call(router: Router, event: Event) -> Result<Answer, EventError> {
    let Ok(response) = router.oneshot(event.into_request()?).await;
    Ok(Answer::read(response).await)
}

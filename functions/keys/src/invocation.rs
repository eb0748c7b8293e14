//! What the function is invoked with: a request from the gateway, or the one other thing it does.

use axum::Router;
use control::ControlError;
use edge::gateway::{self, Answer, EventError};
use edge::{Runtime, read_json};
use secrets::Secrets;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bootstrap::{Invocation, Made, bootstrap};

/// The answer to an invocation.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// To the gateway.
    Http(Answer),
    /// To whoever invoked the function directly.
    Bootstrap(Box<Made>),
}

/// An invocation that the function cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    /// The payload is neither the gateway's nor ours.
    #[error("the payload is no invocation of this function: {0}")]
    Payload(String),
    /// The event is not what the gateway sends.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Something of the workspace could not be made.
    #[error("{error}{}", details(.error))]
    Bootstrap {
        /// Why.
        #[from]
        error: ControlError,
    },
}

/// All that is wrong with what was asked.
fn details(error: &ControlError) -> String {
    let ControlError::Invalid(errors) = error else {
        return String::new();
    };
    let each = errors.iter();
    let each = each.map(|error| format!("{}: {}", error.path, error.message));
    format!("; {}", each.collect::<Vec<_>>().join("; "))
}

/// Answers an invocation.
///
/// A payload from the gateway has a `requestContext` and no member `bootstrap` beside it, whatever
/// its caller sent.
pub async fn handle(
    routes: Router,
    runtime: &Runtime,
    secrets: &Secrets,
    payload: Value,
) -> Result<Outcome, InvocationError> {
    if payload.get("bootstrap").is_some() && payload.get("requestContext").is_none() {
        let Invocation { bootstrap: request } = read(&payload)?;
        let made = bootstrap(runtime, secrets, &request).await?;
        return Ok(Outcome::Bootstrap(Box::new(made)));
    }
    let event = serde_json::from_value(payload);
    let unknown = |_| InvocationError::Payload("it is not what the gateway sends".to_owned());
    let event = event.map_err(unknown)?;
    let answer = gateway::call(routes, event).await?;
    Ok(Outcome::Http(answer))
}

/// Reads the payload; what is wrong is named by its path.
fn read<T: DeserializeOwned>(payload: &Value) -> Result<T, InvocationError> {
    read_json(&payload.to_string())
        .map_err(|problem| InvocationError::Payload(problem.message().into_owned()))
}

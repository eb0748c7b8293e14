//! The loop of a function, and its end.

use std::future::Future;

use axum::Router;
use lambda_runtime::LambdaEvent;
use serde::{Deserialize, Serialize};
use tokio::signal::unix::{SignalKind, signal};
use tower::service_fn;
use tower::util::ThenLayer;

use crate::Runtime;
use crate::config::MetricsMode;
use crate::front::behind_front;
use crate::gateway::{self, Event};

/// The loop of a function ended: the Lambda runtime API does not answer, or the process may not
/// listen for signals.
#[derive(Debug, thiserror::Error)]
#[error("the function's loop ended")]
pub struct RunError(#[from] lambda_runtime::Error);

/// Serves the routes behind an HTTP API, for the life of the process.
///
/// The connection to DynamoDB is opened first, while the start is not yet anybody's waiting time.
pub async fn run(routes: Router, runtime: &Runtime) -> Result<(), RunError> {
    runtime.warm_up().await;
    // Once, instead of for every request.
    let routes = behind_front(routes, &runtime.config).with_state(());
    run_handler(
        move |event: Event| gateway::call(routes.clone(), event),
        runtime,
    )
    .await
}

/// Serves events of any other kind, for the life of the process: `handler` is called with the payload
/// of each.
///
/// Metrics and counts leave after an answer was sent, so no caller waits for them; what is left when
/// the process is told to end leaves then.
pub async fn run_handler<E, A, X, F>(
    handler: impl Fn(E) -> F,
    runtime: &Runtime,
) -> Result<(), RunError>
where
    E: for<'de> Deserialize<'de>,
    A: Serialize,
    X: Into<lambda_runtime::Error>,
    F: Future<Output = Result<A, X>>,
{
    flush_at_the_end(runtime).await?;
    let after_each = ThenLayer::new({
        let runtime = runtime.clone();
        move |sent: Result<(), lambda_runtime::Error>| {
            let runtime = runtime.clone();
            async move {
                runtime.flush_if_due().await;
                sent
            }
        }
    });
    let service = service_fn(|event: LambdaEvent<E>| {
        let answer = handler(event.payload);
        async move { answer.await.map_err(Into::<lambda_runtime::Error>::into) }
    });
    lambda_runtime::Runtime::new(service)
        .layer(after_each)
        .run()
        .await?;
    Ok(())
}

/// Flushes metrics and counts when the process is told to end.
async fn flush_at_the_end(runtime: &Runtime) -> Result<(), lambda_runtime::Error> {
    let flush = {
        let runtime = runtime.clone();
        move || async move { runtime.flush().await }
    };
    match runtime.config.metrics {
        // Lambda sends SIGTERM only to functions with an extension: this registers one. Where there
        // is no API for extensions, as in an emulator, that panics.
        MetricsMode::Emf => lambda_runtime::spawn_graceful_shutdown_handler(flush).await,
        MetricsMode::CloudWatch => {
            let mut terminate = signal(SignalKind::terminate())?;
            let mut interrupt = signal(SignalKind::interrupt())?;
            tokio::spawn(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                flush().await;
                #[expect(
                    clippy::exit,
                    reason = "whoever catches a signal has to end the process"
                )]
                std::process::exit(0);
            });
        }
        MetricsMode::Off => {}
    }
    Ok(())
}

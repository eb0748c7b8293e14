//! What Lambda offers a function's process: one event, and a place for the answer.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub(crate) struct RuntimeApi {
    pub(crate) address: String,
    answers: mpsc::Receiver<Bytes>,
    server: JoinHandle<std::io::Result<()>>,
}

struct Shared {
    event: String,
    answered: mpsc::Sender<Bytes>,
}

impl RuntimeApi {
    pub(crate) async fn serve(event: String) -> Self {
        let (answered, answers) = mpsc::channel(1);
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(response),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(response))
            .with_state(Arc::new(Shared { event, answered }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: listener.local_addr().unwrap().to_string(),
            answers,
            server: tokio::spawn(axum::serve(listener, routes).into_future()),
        }
    }

    /// The answer, as soon as it is there.
    pub(crate) async fn answer(&mut self) -> Bytes {
        self.answers.recv().await.unwrap()
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(api): State<Arc<Shared>>) -> impl IntoResponse {
    let headers = [
        (
            "lambda-runtime-aws-request-id",
            "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        ),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:local:0:function:bench",
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
        ),
    ];
    (headers, api.event.clone())
}

async fn response(State(api): State<Arc<Shared>>, answer: Bytes) -> axum::http::StatusCode {
    // Only the first answer counts.
    drop(api.answered.try_send(answer));
    axum::http::StatusCode::ACCEPTED
}

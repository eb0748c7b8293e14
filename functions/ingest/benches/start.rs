//! How long a fresh process of `ingest` takes to its first answer, against the AWS stand-in: from the
//! start of the process until its answer arrives at the Lambda runtime API, which this program plays.
//!
//! Needs the release binary: `cargo build --release --workspace --bins`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod measure;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use measure::at_most;
use policy::{ApiKey, KeyKind};
use serde_json::json;
use testkit::TestApp;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const RUNS: usize = 20;

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        best = best.min(first_answer(&app, &key).await);
    }
    println!("a fresh release process, the best of {RUNS}\n");
    at_most(
        "init and first answer",
        15.0,
        "ms",
        best.as_secs_f64() * 1e3,
    );
}

async fn first_answer(app: &TestApp, key: &ApiKey) -> Duration {
    let (answered, mut answers) = mpsc::channel(1);
    let runtime_api = Arc::new(RuntimeApi {
        event: event(key),
        answered,
    });
    let routes = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/{id}/response",
            post(response),
        )
        .with_state(runtime_api);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(axum::serve(listener, routes).into_future());

    let binary = binaries().join("ingest");
    let mut process = tokio::process::Command::new(binary);
    let tables = &app.runtime.config.tables;
    process
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "ingest")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .env("AWS_REGION", "local")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env(
            "AWS_ENDPOINT_URL_DYNAMODB",
            &app.stand_in.endpoints().dynamodb,
        )
        .env("WEIR_METRICS", "off")
        .env("WEIR_TABLE_CONTROL", &tables.control)
        .env("WEIR_TABLE_EVENTS", &tables.events)
        .env("WEIR_TABLE_PROFILES", &tables.profiles)
        .env("WEIR_TABLE_ACTIVITY", &tables.activity)
        .stdout(Stdio::null())
        .kill_on_drop(true);
    let started = Instant::now();
    let mut process = process.spawn().expect("the release binary is built");
    let answer: Bytes = answers.recv().await.unwrap();
    let took = started.elapsed();
    process.kill().await.unwrap();
    server.abort();
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["statusCode"], 204, "{answer}");
    took
}

/// What Lambda offers a function's process: one event, and a place for the answer.
struct RuntimeApi {
    event: String,
    answered: mpsc::Sender<Bytes>,
}

async fn next(State(api): State<Arc<RuntimeApi>>) -> impl IntoResponse {
    let headers = [
        (
            "lambda-runtime-aws-request-id",
            "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        ),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:local:0:function:ingest",
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
        ),
    ];
    (headers, api.event.clone())
}

async fn response(State(api): State<Arc<RuntimeApi>>, answer: Bytes) -> http::StatusCode {
    // Only the first answer counts.
    drop(api.answered.try_send(answer));
    http::StatusCode::ACCEPTED
}

fn event(key: &ApiKey) -> String {
    json!({
        "version": "2.0",
        "rawPath": "/event/ingest",
        "rawQueryString": "",
        "headers": {"authorization": format!("Bearer {}", key.expose())},
        "requestContext": {
            "requestId": "bench",
            "http": {"method": "POST", "path": "/event/ingest", "sourceIp": "203.0.113.7"}
        },
        "body": r#"{"name":"x","userId":"u"}"#,
        "isBase64Encoded": false
    })
    .to_string()
}

/// Where the release binaries are: `cargo xtask bench` says it.
fn binaries() -> PathBuf {
    let told = std::env::var_os("WEIR_BINARIES").map(PathBuf::from);
    told.unwrap_or_else(|| {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/release"))
    })
}

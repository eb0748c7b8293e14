//! Who gets webhooks, and takes its time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::StatusCode;
use serde_json::Value;

/// When the webhook of a call first came, by the call's number.
type Arrivals = Arc<Mutex<HashMap<usize, Instant>>>;

/// A destination on loopback.
pub(crate) struct Receiver {
    pub(crate) url: String,
    arrivals: Arrivals,
}

impl Receiver {
    /// A destination that answers after that time.
    pub(crate) async fn start(takes: Duration) -> Self {
        let arrivals = Arrivals::default();
        let take = async move |State(arrivals): State<Arrivals>, body: Bytes| {
            let now = Instant::now();
            let message: Value = serde_json::from_slice(&body).unwrap();
            let number = message["data"]["variables"]["n"].as_u64().unwrap();
            let number = usize::try_from(number).unwrap();
            arrivals.lock().unwrap().entry(number).or_insert(now);
            tokio::time::sleep(takes).await;
            StatusCode::NO_CONTENT
        };
        let routes = Router::new()
            .fallback(take)
            .with_state(Arc::clone(&arrivals));
        // A name, as destinations are: what the resolver lets through is part of the way.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, arrivals }
    }

    /// What has come so far.
    pub(crate) fn arrivals(&self) -> HashMap<usize, Instant> {
        self.arrivals.lock().unwrap().clone()
    }
}

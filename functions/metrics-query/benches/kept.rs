//! What a kept answer takes in the function, from the gateway's event to the answer: one call to the
//! store, which is the stand-in in this very process, included.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

use std::time::{Duration, Instant};

use edge::AccessToken;
use metrics_query::{MetricsQuery, Settings};
use policy::KeyKind;
use secrets::{TOKEN_SIGNING_KEYS, TokenKeys};
use serde_json::json;
use store::TokenKey;
use testkit::{Call, TestApp};

const HITS: usize = 500;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let app = TestApp::start().await;
    let settings = Settings::read(|_| None).unwrap();
    let router = MetricsQuery::new(&app.runtime, app.secrets_manager(), settings).router();
    let token = token(&app).await;
    let body = json!({"query": "SELECT name, count(*) FROM events GROUP BY name"});
    let ask = async || {
        let call = Call::new(router.clone(), "POST", "/metrics/query").token(&token);
        let started = Instant::now();
        let answer = call.json(&body).send().await;
        let millis = started.elapsed().as_secs_f64() * 1e3;
        assert_eq!(answer.status, 200, "{}", answer.body);
        (millis, answer.json()["cached"] == json!(true))
    };
    ask().await;
    let mut times = Vec::with_capacity(HITS);
    for _ in 0..HITS {
        let (millis, is_kept) = ask().await;
        assert!(is_kept);
        times.push(millis);
        // The note in the query log is not the caller's waiting time.
        app.runtime.flush().await;
    }
    times.sort_by(f64::total_cmp);
    for (name, at) in [("half of them", HITS / 2), ("99 of 100", HITS * 99 / 100)] {
        let name = format!("queries: a kept answer, {name}");
        let line = json!({"name": name, "value": times[at], "unit": "ms", "atMost": 5.0});
        println!("measure {line}");
    }
}

/// A token for the metrics key of the workspace.
async fn token(app: &TestApp) -> String {
    let keys = TokenKeys::new(app.secrets_manager(), TOKEN_SIGNING_KEYS);
    keys.create_if_missing().await.unwrap();
    let now = app.runtime.clock.now();
    let signing = keys.current().await.unwrap();
    let public = TokenKey {
        id: signing.id().to_owned(),
        public: signing.public().bytes.clone(),
        until: now.plus(Duration::from_hours(24)),
    };
    app.store.publish_token_key(&public, now).await.unwrap();
    let key = app.key(KeyKind::Metrics).await;
    let record = app.store.key(key.id()).await.unwrap().unwrap();
    let token = AccessToken::granted(&record, "version".to_owned(), now);
    token.sign(&signing)
}

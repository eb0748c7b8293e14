//! Equal questions to several processes.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use event::Clock;
use query::Limits;
use serde_json::{Value, json};
use testkit::{Call, Fault};

use crate::support::{Asking, router};

/// A process that computes the answer to a question, and has no memory in common with the one that is
/// asked.
struct Other<'a> {
    asking: &'a Asking,
    router: axum::Router,
    body: Value,
    digest: u128,
}

impl<'a> Other<'a> {
    /// It has begun to.
    async fn begins(asking: &'a Asking) -> Self {
        let body = json!({"query": "SELECT id FROM events ORDER BY id", "pageSize": 8});
        // A cursor names the question. What is kept of it expires.
        let first = asking.call_kept().json(&body).send().await.json();
        let (digest, _) = first["nextCursor"]
            .as_str()
            .unwrap()
            .split_once('.')
            .unwrap();
        let digest = BASE64_URL_SAFE_NO_PAD.decode(digest).unwrap();
        let digest = u128::from_be_bytes(digest.try_into().unwrap());
        let app = &asking.app;
        app.clock.advance(Duration::from_mins(5));
        let now = app.clock.now();
        let until = now.plus(Duration::from_hours(1));
        let marked = app.store.mark_answer(&app.workspace, digest, now, until);
        assert!(marked.await.unwrap());
        app.stand_in.clear_recorded();
        Self {
            asking,
            router: router(app, Limits::default()),
            body,
            digest,
        }
    }

    /// It keeps the answer, and is done.
    async fn ends(&self) {
        let call = Call::new(self.router.clone(), "POST", "/metrics/query");
        let call = call.key(&self.asking.key).json(&self.body);
        let answer = call.header("cache-control", "no-cache").send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let app = &self.asking.app;
        let unmarked = app.store.unmark_answer(&app.workspace, self.digest);
        unmarked.await.unwrap();
    }
}

async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn another_process_is_waited_for() {
    let asking = Asking::shop().await;
    let other = Other::begins(&asking).await;
    let looks = || {
        let calls = asking.app.stand_in.recorded().into_iter();
        calls.filter(|call| call.action == "BatchGetItem").count()
    };
    let ends = async {
        // When the question came, and again when the other process had it.
        until(|| looks() >= 2).await;
        other.ends().await;
    };
    let asked = asking.call_kept().json(&other.body).send();
    let (given, ()) = tokio::join!(asked, ends);
    assert_eq!(given.json()["cached"], json!(true));
}

#[tokio::test]
async fn an_answer_that_was_kept_before_the_turn_came_is_not_computed_again() {
    let asking = Asking::shop().await;
    let other = Other::begins(&asking).await;
    // The other process ends while the second attempt to take its turn is under way.
    let slow = Fault::slow(Duration::from_secs(1)).on_action("PutItem");
    let slow = slow.on_table("activity").skip(1).times(1);
    let attempt = asking.app.stand_in.faults().inject(slow);
    let ends = async {
        until(|| attempt.hits() == 1).await;
        other.ends().await;
    };
    let asked = asking.call_kept().json(&other.body).send();
    let (given, ()) = tokio::join!(asked, ends);
    assert_eq!(given.json()["cached"], json!(true));
}

#[tokio::test]
async fn waiting_for_another_process_counts_to_the_time_of_a_query() {
    let asking = Asking::shop().await;
    let other = Other::begins(&asking).await;
    let limits = Limits {
        time_ms: 200,
        ..Limits::default()
    };
    let hurried = router(&asking.app, limits);
    let call = Call::new(hurried, "POST", "/metrics/query").key(&asking.key);
    let answer = call.json(&other.body).send().await;
    assert_eq!(answer.code(), "time_limit");
    // It waited all the time, and computed nothing.
    let mut calls = asking.app.stand_in.recorded().into_iter();
    assert!(calls.all(|call| call.table.as_deref() != Some("events")));
}

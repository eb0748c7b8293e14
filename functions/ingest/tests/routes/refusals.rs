//! What is refused is counted for the key, and a crash takes little of it along.

use std::collections::BTreeMap;
use std::time::Duration;

use edge::{Runtime, Tally};
use event::Clock as _;
use policy::{
    AddressRow, AddressRules, ApiKey, EventPattern, EventRules, KeyKind, Policy, parse_network,
};
use serde_json::{Value, json};
use store::RefusedSample;
use testkit::{Answer, Call, Fault, TestApp};

fn elsewhere() -> Policy {
    let network = parse_network("10.0.0.0/8").unwrap().network;
    Policy {
        addresses: AddressRules::Specific(vec![AddressRow::new(network)]),
        ..Policy::default()
    }
}

fn only(name: &str) -> Policy {
    Policy {
        events: EventRules::Only(vec![EventPattern::parse(name).unwrap()]),
        ..Policy::default()
    }
}

async fn send(app: &TestApp, key: &ApiKey, names: &[&str]) -> Answer {
    let events: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "userId": "u"}))
        .collect();
    let batch = json!({"events": events});
    app.post("/event/ingest/batch")
        .key(key)
        .json(&batch)
        .send()
        .await
}

/// What anybody can read of the key's refusals at this moment.
async fn refused(app: &TestApp, key: &ApiKey) -> BTreeMap<String, u64> {
    let now = app.clock.now();
    let (from, to) = (
        now.minus(Duration::from_hours(3)),
        now.plus(Duration::from_hours(1)),
    );
    let usage = app.store.usage(&app.workspace, Some(key.id()), from, to);
    let mut sums = BTreeMap::new();
    for (_, usage) in usage.await.unwrap() {
        for (reason, count) in usage.hours.into_values().flat_map(|hour| hour.refused) {
            *sums.entry(reason).or_default() += count;
        }
    }
    sums
}

async fn samples(app: &TestApp, key: &ApiKey) -> Vec<RefusedSample> {
    let now = app.clock.now();
    let day = now.minus(Duration::from_hours(24));
    app.store
        .refused_samples(&app.workspace, Some(key.id()), day, now, 100)
        .await
        .unwrap()
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts
        .map(|(reason, count)| (reason.to_owned(), count))
        .into()
}

#[tokio::test]
async fn the_first_refusal_of_a_minute_is_counted_before_it_is_answered() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, elsewhere()).await;
    assert_eq!(send(&app, &key, &["a"]).await.code(), "ip_not_allowed");
    assert_eq!(refused(&app, &key).await, counts([("ip_not_allowed", 1)]));
    // Further ones of the minute wait.
    for _ in 0..5 {
        send(&app, &key, &["a"]).await;
    }
    assert_eq!(refused(&app, &key).await, counts([("ip_not_allowed", 1)]));
    // The next minute's first takes them along.
    app.clock.advance(Duration::from_mins(1));
    send(&app, &key, &["a"]).await;
    assert_eq!(refused(&app, &key).await, counts([("ip_not_allowed", 7)]));
}

#[tokio::test]
async fn what_waits_leaves_with_the_first_request_after_the_interval_or_at_the_end() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, only("a")).await;
    app.runtime.flush_if_due().await;
    for _ in 0..3 {
        send(&app, &key, &["a", "b", "c"]).await;
        app.runtime.flush_if_due().await;
    }
    assert_eq!(
        refused(&app, &key).await,
        counts([("event_not_allowed", 2)])
    );
    app.clock.advance(app.runtime.config.metrics_interval);
    app.runtime.flush_if_due().await;
    assert_eq!(
        refused(&app, &key).await,
        counts([("event_not_allowed", 6)])
    );
    send(&app, &key, &["b"]).await;
    app.runtime.flush().await;
    assert_eq!(
        refused(&app, &key).await,
        counts([("event_not_allowed", 7)])
    );
}

#[tokio::test]
async fn a_crash_loses_less_than_a_thousand_refused_requests() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, elsewhere()).await;
    for sent in 1..=1_200 {
        send(&app, &key, &["a"]).await;
        // Nobody flushes: this is what a crash would leave at this moment.
        if sent % 300 == 0 {
            let left = refused(&app, &key).await["ip_not_allowed"];
            assert!(left <= sent && sent - left < 1_000, "{left} of {sent}");
        }
    }
    assert!(refused(&app, &key).await["ip_not_allowed"] >= 1_000);
}

#[tokio::test]
async fn every_way_to_be_refused_is_counted_under_its_reason() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, only("a")).await;
    let call = |path| app.post(path).key(&key);
    send(&app, &key, &["a", "b"]).await;
    call("/event/ingest").text("{").send().await;
    call("/event/ingest")
        .json(&json!({"name": "a"}))
        .send()
        .await;
    call("/profile").json(&json!({})).send().await;
    call("/json/rum").json(&json!({})).send().await;
    app.get("/profile/u").key(&key).send().await;
    app.runtime.flush().await;
    assert_eq!(
        refused(&app, &key).await,
        counts([
            ("event_not_allowed", 1),
            ("invalid_body", 1),
            ("invalid_event", 2),
            ("scope_missing", 2),
        ])
    );
}

#[tokio::test]
async fn a_revoked_keys_refusals_stay_readable_by_its_id() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    app.revoke(&key).await;
    send(&app, &key, &["a"]).await;
    assert_eq!(refused(&app, &key).await, counts([("key_revoked", 1)]));
    assert_eq!(samples(&app, &key).await.len(), 1);
}

#[tokio::test]
async fn whoever_only_knows_a_keys_id_cannot_write_to_its_usage() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let wrong = ApiKey::generate_with_id(KeyKind::WriteOnly, key.id().clone(), &mut rand::rng());
    assert_eq!(send(&app, &wrong, &["a"]).await.code(), "key_unknown");
    app.runtime.flush().await;
    assert_eq!(refused(&app, &key).await, counts([]));
    assert_eq!(samples(&app, &key).await, []);
}

#[tokio::test]
async fn a_sample_says_what_was_refused_and_nothing_of_what_it_carried() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, only("a")).await;
    let events = json!({"events": [
        {"name": "a", "userId": "u"},
        {"name": "purchase", "userId": "secret", "properties": {"card": "4111"}},
    ]});
    app.post("/event/ingest/batch")
        .key(&key)
        .json(&events)
        .send()
        .await;
    // A second one of the same second is not kept.
    send(&app, &key, &["b"]).await;
    assert_eq!(
        samples(&app, &key).await,
        [RefusedSample {
            at: app.clock.now(),
            key_id: key.id().clone(),
            reason: "event_not_allowed".to_owned(),
            name: Some("purchase".to_owned()),
            path: "events[1].name".to_owned(),
            message: "the API key may not send events of this name".to_owned(),
            address: "203.0.113.7".parse().ok(),
        }]
    );
    app.clock.advance(Duration::from_secs(1));
    let nameless = json!({"name": "checkout", "userId": 7});
    app.post("/event/ingest")
        .key(&key)
        .json(&nameless)
        .send()
        .await;
    let newest = &samples(&app, &key).await[0];
    assert_eq!(
        (newest.reason.as_str(), newest.path.as_str()),
        ("invalid_event", "userId")
    );
    insta::assert_snapshot!(newest.message, @"must be a string, not a number");
    assert_eq!(newest.name.as_deref(), Some("checkout"));
}

#[tokio::test]
async fn a_failure_to_count_fails_no_request_and_loses_no_number() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, only("a")).await;
    let fault = Fault::throttled().on_table("activity");
    let fault = app.stand_in.faults().inject(fault);
    for _ in 0..3 {
        let answer = send(&app, &key, &["a", "b"]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["accepted"], 1);
    }
    app.runtime.flush().await;
    assert!(fault.hits() > 0);
    fault.clear();
    app.runtime.flush().await;
    assert_eq!(
        refused(&app, &key).await,
        counts([("event_not_allowed", 3)])
    );
}

#[tokio::test]
async fn a_refusal_that_is_answered_before_it_is_counted_is_counted_when_the_process_ends() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, elsewhere()).await;
    let tally = Tally::with_patience(
        app.store.clone(),
        app.runtime.settings.clone(),
        app.runtime.config.metrics_interval,
        Duration::ZERO,
    );
    let runtime = Runtime {
        tally,
        ..app.runtime.clone()
    };
    let slow = Fault::slow(Duration::from_millis(300)).on_action("UpdateItem");
    app.stand_in.faults().inject(slow);
    let call = Call::new(ingest::router(&runtime), "POST", "/event/ingest").key(&key);
    let answer = call.json(&json!({"name": "a", "userId": "u"})).send().await;
    assert_eq!(answer.code(), "ip_not_allowed");
    runtime.flush().await;
    assert_eq!(refused(&app, &key).await, counts([("ip_not_allowed", 1)]));
}

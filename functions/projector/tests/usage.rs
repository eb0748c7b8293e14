//! The usage of keys from the log: each chunk counted once, whatever way the stream delivers.

use std::collections::BTreeMap;
use std::time::Duration;

use event::Clock as _;
use local::stream::Options;
use policy::{
    AddressRow, AddressRules, ApiKey, EventPattern, EventRules, KeyKind, Policy, PreviousSecret,
    Refusal, parse_network,
};
use serde_json::{Value, json};
use store::HourUsage;
use testkit::{Fault, TestApp};

#[cfg(test)]
const HOUR: Duration = Duration::from_hours(1);

#[cfg(test)]
async fn send(app: &TestApp, key: &ApiKey, address: &str, events: &[Value]) {
    let batch = json!({"events": events});
    let answer = app
        .post("/event/ingest/batch")
        .key(key)
        .json(&batch)
        .from(address)
        .send()
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

/// Forty requests over two hours, of two events each; every fourth one with events of two hours and so
/// in two chunks.
#[cfg(test)]
async fn traffic(app: &TestApp, key: &ApiKey) {
    for request in 0..40 {
        let now = app.clock.now().as_millis();
        let earlier = if request % 4 == 0 { 3_600_000 } else { 0 };
        let events = [
            json!({"name": "a", "userId": "u", "timestamp": now}),
            json!({"name": "b", "userId": "u", "timestamp": now - earlier}),
        ];
        send(app, key, "192.0.2.1", &events).await;
        app.clock.advance(Duration::from_mins(3));
    }
}

#[cfg(test)]
async fn hours(app: &TestApp, key: &ApiKey) -> Vec<HourUsage> {
    let now = app.clock.now();
    let (from, to) = (now.minus(Duration::from_hours(72)), now.plus(HOUR));
    let usage = control::usage(&app.store, &app.workspace, key.id(), from, to).await;
    usage.unwrap().hours.into_values().collect()
}

#[cfg(test)]
fn accepted(events: u64, requests: u64) -> HourUsage {
    HourUsage {
        events,
        requests,
        ..HourUsage::default()
    }
}

#[tokio::test]
async fn redelivery_with_other_batch_borders_counts_nothing_twice() {
    for seed in 0..6 {
        let options = Options {
            seed: Some(seed),
            batch_size: 9,
            ..Options::default()
        };
        let mut app = TestApp::with_stream(options).await;
        let key = app.key(KeyKind::WriteOnly).await;
        traffic(&app, &key).await;
        app.project().await;
        let hours = hours(&app, &key).await;
        assert_eq!(hours, [accepted(40, 20), accepted(40, 20)], "seed {seed}");
        let traffic = app
            .store
            .traffic(
                &app.workspace,
                key.id(),
                app.clock.now().minus(HOUR * 5),
                app.clock.now(),
            )
            .await
            .unwrap();
        let sender = traffic.senders.values().next().unwrap();
        assert_eq!(
            (sender.requests, sender.event_count),
            (40, 80),
            "seed {seed}"
        );
    }
}

#[tokio::test]
async fn lost_answers_and_failures_on_the_way_count_nothing_twice() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    traffic(&app, &key).await;
    let faults = app.stand_in.faults();
    let lost = faults.inject(
        Fault::answer_lost()
            .on_table("activity")
            .on_action("UpdateItem")
            .times(2),
    );
    let throttled = faults.inject(Fault::throttled().on_action("BatchWriteItem").times(6));
    app.project().await;
    assert!(lost.hits() == 2 && throttled.hits() == 6);
    assert_eq!(
        hours(&app, &key).await,
        [accepted(40, 20), accepted(40, 20)]
    );
}

#[tokio::test]
async fn a_window_costs_two_writes_per_key_and_the_request_none() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let events = [json!({"name": "a", "userId": "u"})];
    send(&app, &key, "192.0.2.1", &events).await;
    app.project().await;
    app.stand_in.clear_recorded();
    for _ in 0..20 {
        app.clock.advance(Duration::from_secs(1));
        send(&app, &key, "192.0.2.1", &events).await;
    }
    let writes = |app: &TestApp| {
        let recorded = app.stand_in.recorded();
        let to_activity = recorded.iter().filter(|call| {
            call.table.as_deref() == Some("activity") && call.action == "UpdateItem"
        });
        to_activity.count()
    };
    assert_eq!(writes(&app), 0);
    app.project().await;
    assert_eq!(writes(&app), 2);
}

#[tokio::test]
async fn the_share_of_the_old_secret_and_the_last_use_are_known() {
    let mut app = TestApp::start().await;
    let old = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let previous = PreviousSecret {
        hash: old.secret_hash(),
        expires_at: app.clock.now().plus(HOUR),
    };
    app.issue(KeyKind::WriteOnly, Policy::default(), |record| {
        record.id = old.id().clone();
        record.previous = Some(previous);
    })
    .await;
    send(
        &app,
        &old,
        "192.0.2.1",
        &[json!({"name": "a", "userId": "u"})],
    )
    .await;
    app.project().await;
    let hour = &hours(&app, &old).await[0];
    assert_eq!(
        (hour.requests, hour.old_requests, hour.old_events),
        (1, 1, 1)
    );

    app.clock.advance(Duration::from_mins(9));
    let used = app.clock.now();
    // A key that only reads is used, too.
    let reader = app.key(KeyKind::ReadWrite).await;
    app.get("/profile/u").key(&reader).send().await;
    app.runtime.flush().await;
    let summaries = control::summaries(&app.store, &app.workspace, used)
        .await
        .unwrap();
    let (old, reader) = (summaries[old.id()], summaries[reader.id()]);
    assert_eq!((old.requests, old.refusals), (1, 0));
    assert_eq!(old.last_used, Some(used.minus(Duration::from_mins(9))));
    assert_eq!((reader.requests, reader.last_used), (1, Some(used)));
}

#[cfg(test)]
fn office(names: &[&str]) -> Policy {
    let network = parse_network("192.0.2.0/24").unwrap().network;
    let patterns = names.iter().map(|name| EventPattern::parse(name).unwrap());
    Policy {
        addresses: AddressRules::Specific(vec![AddressRow::new(network)]),
        events: EventRules::Only(patterns.collect()),
        origins: Some(vec!["https://shop.example".to_owned()]),
    }
}

#[tokio::test]
async fn a_dry_run_says_what_a_policy_would_have_refused() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let event = |name: &str| json!({"name": name, "userId": "u"});
    let began = app.clock.now();
    for _ in 0..3 {
        let events = [event("view"), event("buy")];
        send(&app, &key, "192.0.2.9", &events).await;
        app.clock.advance(Duration::from_mins(50));
    }
    send(&app, &key, "198.51.100.1", &[event("view")]).await;
    app.project().await;

    let check = async |policy: &Policy| {
        let now = app.clock.now();
        let draft = policy.clone().into();
        control::check_policy(&app.store, &app.workspace, key.id(), draft, now)
            .await
            .unwrap()
    };
    let checked = check(&office(&["vi*"])).await;
    let outcome = &checked.outcome;
    assert_eq!((outcome.requests, outcome.events), (4, 7));
    assert_eq!(
        outcome.refused_requests,
        BTreeMap::from([(Refusal::AddressNotAllowed, 1)])
    );
    assert_eq!(
        outcome.refused_events,
        BTreeMap::from([
            (Refusal::AddressNotAllowed, 1),
            (Refusal::EventNotAllowed, 3)
        ])
    );
    let first = &outcome.examples[0];
    assert_eq!((first.event.as_str(), first.events), ("buy", 3));
    assert_eq!(first.address, "192.0.2.9".parse().ok());
    assert_eq!(checked.reaches_back_to, Some(began));
    assert_eq!(checked.not_judged, ["origins"]);
    assert_eq!(
        check(&Policy::default()).await.outcome.refused_events,
        BTreeMap::new()
    );

    let names = control::suggestions(&app.store, &app.workspace, key.id(), app.clock.now())
        .await
        .unwrap();
    let names: Vec<_> = names
        .iter()
        .map(|it| (it.name.as_str(), it.events))
        .collect();
    assert_eq!(names, [("view", 4), ("buy", 3)]);
    // After seven days nothing of it counts any more.
    app.clock.advance(Duration::from_hours(7 * 24 + 3));
    assert_eq!(check(&office(&[])).await.reaches_back_to, None);
}

#[tokio::test]
async fn another_workspaces_key_is_not_there() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let other = event::WorkspaceId::parse("other").unwrap();
    let now = app.clock.now();
    let usage = control::usage(&app.store, &other, key.id(), now.minus(HOUR), now).await;
    assert_eq!(usage.unwrap_err().to_string(), "there is no such key");
    let names = control::suggestions(&app.store, &other, key.id(), now).await;
    assert_eq!(names.unwrap_err().to_string(), "there is no such key");
    let draft = Policy::default().into();
    let check = control::check_policy(&app.store, &other, key.id(), draft, now).await;
    assert_eq!(check.unwrap_err().to_string(), "there is no such key");
}

#[tokio::test]
async fn a_rebuild_counts_settled_days_again_and_leaves_the_others_to_the_stream() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    traffic(&app, &key).await;
    app.project().await;
    let before = hours(&app, &key).await;

    // The stream may still bring this day.
    let rebuilt = projector::rebuild::run(&app.store, app.clock.now()).await;
    assert_eq!(rebuilt.unwrap().usage_days, 0);
    app.project().await;
    assert_eq!(hours(&app, &key).await, before);

    // Two days later it does not. What was lost comes back, what was there stays the same.
    app.clock.advance(Duration::from_hours(48));
    let client = aws_sdk_dynamodb::Client::new(&app.runtime.aws);
    let items = client.scan().table_name("activity").send().await.unwrap();
    for mut item in items.items.unwrap() {
        item.retain(|name, _| name == "pk" || name == "sk");
        let delete = client.delete_item().table_name("activity");
        delete.set_key(Some(item)).send().await.unwrap();
    }
    assert_eq!(hours(&app, &key).await, []);
    for _ in 0..2 {
        let rebuilt = projector::rebuild::run(&app.store, app.clock.now()).await;
        assert_eq!(rebuilt.unwrap().usage_days, 1);
        assert_eq!(hours(&app, &key).await, before);
    }
}

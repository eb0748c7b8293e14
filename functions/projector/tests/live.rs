//! The live view: what was accepted and what was refused, side by side.

use std::time::Duration;

use control::{Live, LiveEntry, LiveOutcome, LiveQuery};
use event::{Clock as _, KeyId};
use local::stream::Options;
use policy::{ApiKey, EventPattern, EventRules, KeyKind, Policy, Role};
use serde_json::{Value, json};
use testkit::{Fault, TestApp};

#[cfg(test)]
async fn send(app: &TestApp, key: &ApiKey, events: &[Value]) {
    let batch = json!({"events": events});
    let call = app.post("/event/ingest/batch").key(key).json(&batch);
    call.send().await;
}

#[cfg(test)]
fn named(name: &str) -> Value {
    json!({"name": name, "userId": "u"})
}

#[cfg(test)]
async fn live(app: &TestApp, query: &LiveQuery) -> Live {
    let now = app.clock.now();
    let live = control::live(&app.store, &app.workspace, query, now).await;
    live.unwrap()
}

#[cfg(test)]
fn all() -> LiveQuery {
    LiveQuery {
        limit: 100,
        ..LiveQuery::default()
    }
}

/// Name and code of an entry; an accepted one has none.
#[cfg(test)]
fn told(entry: &LiveEntry) -> (&str, &str) {
    let code = match &entry.outcome {
        LiveOutcome::Accepted { .. } => "",
        LiveOutcome::Refused { reason, .. } => reason,
    };
    (entry.name.as_deref().unwrap_or("-"), code)
}

#[cfg(test)]
fn only(name: &str) -> Policy {
    Policy {
        events: EventRules::Only(vec![EventPattern::parse(name).unwrap()]),
        ..Policy::default()
    }
}

#[tokio::test]
async fn accepted_and_refused_are_shown_together_newest_first_with_the_reason() {
    let mut app = TestApp::start().await;
    let (strict, open) = (
        app.key_with(KeyKind::WriteOnly, only("buy")).await,
        app.key(KeyKind::WriteOnly).await,
    );
    send(&app, &strict, &[named("buy")]).await;
    app.clock.advance(Duration::from_secs(1));
    send(&app, &strict, &[named("sell")]).await;
    app.clock.advance(Duration::from_secs(1));
    send(&app, &open, &[json!({"name": "view", "userId": 7})]).await;
    app.clock.advance(Duration::from_secs(1));
    let sent = app.clock.now();
    send(&app, &open, &[named("view")]).await;
    app.project().await;

    let found = live(&app, &all()).await;
    let told_all: Vec<_> = found.entries.iter().map(told).collect();
    assert_eq!(
        told_all,
        [
            ("view", ""),
            ("view", "invalid_event"),
            ("sell", "event_not_allowed"),
            ("buy", "")
        ]
    );
    let [newest, invalid, ..] = &found.entries[..] else {
        panic!("two entries");
    };
    assert_eq!((newest.at, &newest.key_id), (sent, open.id()));
    // The test's keys are called by their ids.
    assert_eq!(newest.key_name.as_deref(), Some(open.id().as_str()));
    let LiveOutcome::Refused { path, message, .. } = &invalid.outcome else {
        panic!("it was refused");
    };
    insta::assert_snapshot!(format!("{path}: {message}"), @"events[0].userId: must be a string, not a number");

    let of_key = LiveQuery {
        key: Some(strict.id().clone()),
        ..all()
    };
    assert_eq!(live(&app, &of_key).await.entries.len(), 2);
    let of_name = LiveQuery {
        name: Some("VIE".to_owned()),
        ..all()
    };
    let found = live(&app, &of_name).await;
    assert_eq!(
        found.entries.iter().map(told).collect::<Vec<_>>(),
        [("view", ""), ("view", "invalid_event")]
    );
    let last = LiveQuery { limit: 1, ..all() };
    assert_eq!(live(&app, &last).await.entries.len(), 1);
    let since = LiveQuery {
        since: Some(sent),
        ..all()
    };
    assert_eq!(live(&app, &since).await.entries.len(), 1);
}

#[tokio::test]
async fn what_the_stream_brings_again_is_shown_once() {
    for seed in 0..4 {
        let options = Options {
            seed: Some(seed),
            batch_size: 7,
            ..Options::default()
        };
        let mut app = TestApp::with_stream(options).await;
        let key = app.key(KeyKind::WriteOnly).await;
        for number in 0..30 {
            app.clock.advance(Duration::from_millis(10));
            send(&app, &key, &[named(&format!("e{number:02}"))]).await;
        }
        app.project().await;
        let found = live(&app, &all()).await;
        let names: Vec<_> = found.entries.iter().rev().map(told).collect();
        let expected: Vec<_> = (0..30).map(|number| format!("e{number:02}")).collect();
        assert!(names.iter().map(|(name, _)| *name).eq(&expected), "{seed}");
    }
}

#[tokio::test]
async fn a_request_refused_as_a_whole_is_shown_whatever_name_is_asked_for_and_so_are_revoked_keys()
{
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    app.revoke(&key).await;
    send(&app, &key, &[named("buy")]).await;
    let query = LiveQuery {
        key: Some(key.id().clone()),
        name: Some("buy".to_owned()),
        ..all()
    };
    let found = live(&app, &query).await;
    assert_eq!(told(&found.entries[0]), ("-", "key_revoked"));
    assert_eq!(found.entries[0].key_name, None);
}

#[tokio::test]
async fn what_a_service_account_is_refused_is_not_shown() {
    let app = TestApp::start().await;
    let (account, key) = (
        app.admin_key(Role::Editor).await,
        app.key(KeyKind::WriteOnly).await,
    );
    app.revoke(&key).await;
    for key in [&account, &key] {
        send(&app, key, &[named("buy")]).await;
    }
    let now = app.clock.now();
    let from = now.minus(control::LIVE_RANGE);
    let samples = app
        .store
        .refused_samples(&app.workspace, None, from, now, 9);
    assert_eq!(samples.await.unwrap().len(), 2, "either was refused");
    let found = live(&app, &all()).await;
    let told: Vec<_> = found.entries.iter().map(told).collect();
    assert_eq!(told, [("-", "key_revoked")]);
}

#[tokio::test]
async fn what_machines_send_is_shown_by_request_and_name() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let lines: Vec<_> = (0..40)
        .map(|number| json!({"message": format!("line {number}")}))
        .collect();
    let call = app.post("/json/logs").key(&key).json(&json!(lines));
    assert_eq!(call.send().await.status, 204);
    app.project().await;
    let found = live(&app, &all()).await;
    let counts: Vec<_> = found
        .entries
        .iter()
        .map(|entry| match &entry.outcome {
            LiveOutcome::Accepted { count, .. } => (told(entry).0, *count),
            LiveOutcome::Refused { .. } => panic!("it was accepted"),
        })
        .collect();
    assert_eq!(counts, [("log", 40)]);
}

#[tokio::test]
async fn nobody_sees_what_another_workspace_got() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    send(&app, &key, &[named("buy"), json!({"name": ""})]).await;
    app.project().await;
    let other = event::WorkspaceId::parse("other").unwrap();
    let now = app.clock.now();
    let found = control::live(&app.store, &other, &all(), now).await;
    assert_eq!(found.unwrap(), Live::default());
    for id in [key.id().clone(), KeyId::parse("000000000000").unwrap()] {
        let query = LiveQuery {
            key: Some(id),
            ..all()
        };
        let found = control::live(&app.store, &other, &query, now).await;
        assert_eq!(found.unwrap_err().to_string(), "there is no such key");
    }
}

#[tokio::test]
async fn a_window_costs_one_small_write_per_workspace_and_a_failure_of_it_holds_up_nothing() {
    let mut app = TestApp::start().await;
    let keys = [
        app.key(KeyKind::WriteOnly).await,
        app.key(KeyKind::ReadWrite).await,
    ];
    let puts = |app: &TestApp| {
        let recorded = app.stand_in.recorded();
        let puts = recorded
            .iter()
            .filter(|call| call.table.as_deref() == Some("activity") && call.action == "PutItem");
        puts.count()
    };
    app.stand_in.clear_recorded();
    for key in keys.iter().cycle().take(10) {
        app.clock.advance(Duration::from_millis(10));
        send(&app, key, &[named("a"), named("b")]).await;
    }
    assert_eq!(puts(&app), 0);
    app.project().await;
    assert_eq!(puts(&app), 1);

    let fault = Fault::server_error()
        .on_table("activity")
        .on_action("PutItem");
    let fault = app.stand_in.faults().inject(fault);
    app.clock.advance(Duration::from_secs(1));
    send(&app, &keys[0], &[named("c")]).await;
    app.project().await;
    assert!(fault.hits() > 0);
    let usage = control::summaries(&app.store, &app.workspace, app.clock.now()).await;
    assert_eq!(usage.unwrap()[keys[0].id()].requests, 6);
}

#[tokio::test]
async fn a_rebuild_brings_nothing_to_the_live_view() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    send(&app, &key, &[named("a")]).await;
    projector::rebuild::run(&app.store, app.clock.now())
        .await
        .unwrap();
    assert_eq!(live(&app, &all()).await, Live::default());
}

//! DynamoDB throttled, slow or away: 503 with Retry-After, and nothing that a retry would double.

use api::{Answer, Exclusive, Function, NewKey, Tenant, Weir};
use insta::assert_snapshot;
use local::Fault;
use serde_json::{Value, json};

fn event(tenant: &Tenant<'_>) -> Value {
    json!({"id": "e1", "name": "a", "userId": "ann", "timestamp": tenant.ago(1)})
}

/// An answer that tells the client to send the same again.
fn told_to_retry(answer: &Answer) {
    assert_eq!(
        (answer.status, &*answer.code()),
        (503, "unavailable"),
        "{answer}"
    );
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

async fn stored_once(weir: &Exclusive, tenant: &Tenant<'_>, event: &Value) {
    weir.heal();
    let answer = tenant.track(event).await;
    assert_eq!(answer.status, 204, "{answer}");
    assert_eq!(tenant.chunks().await, 1);
    tenant.projected().await;
    assert_eq!(tenant.timeline("ann").await.texts("id"), ["e1"]);
}

#[tokio::test]
async fn a_throttled_log_is_answered_with_503_and_the_retry_is_stored_once() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let event = event(&tenant);
    for fault in [
        Fault::throttled(),
        Fault::rate_exceeded(),
        Fault::server_error(),
    ] {
        let injected = weir.inject(fault.on_table("events"));
        let answer = tenant.track(&event).await;
        told_to_retry(&answer);
        assert!(
            (2..=4).contains(&injected.hits()),
            "{} attempts",
            injected.hits()
        );
        weir.heal();
        assert_eq!(tenant.chunks().await, 0);
    }
    stored_once(&weir, &tenant, &event).await;
}

#[tokio::test]
async fn a_database_that_is_away_is_answered_with_503_and_the_retry_is_stored_once() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let event = event(&tenant);
    weir.inject(Fault::refused());
    let answer = tenant.track(&event).await;
    told_to_retry(&answer);
    assert_snapshot!(answer, @r#"503 {"error":{"code":"unavailable","message":"the store does not answer: try again later","requestId":"[id]"}}"#);
    stored_once(&weir, &tenant, &event).await;
}

#[tokio::test]
async fn a_database_that_never_answers_is_given_up_in_time() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let event = event(&tenant);
    let hang = weir.inject(Fault::hang().on_table("events"));
    told_to_retry(&tenant.track(&event).await);
    // A second each: API Gateway gives a function up after 30 seconds.
    assert!((1..=4).contains(&hang.hits()), "{} attempts", hang.hits());
    stored_once(&weir, &tenant, &event).await;
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_a_success_and_stored_once() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let event = event(&tenant);
    let lost = weir.inject(
        Fault::answer_lost()
            .on_table("events")
            .on_action("PutItem")
            .times(1),
    );
    assert_eq!(tenant.track(&event).await.status, 204);
    assert_eq!(lost.hits(), 1);
    stored_once(&weir, &tenant, &event).await;
}

#[tokio::test]
async fn a_short_throttle_is_outlived_within_the_request() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let event = event(&tenant);
    let injected = weir.inject(Fault::throttled().on_table("events").times(1));
    assert_eq!(tenant.track(&event).await.status, 204);
    assert_eq!(injected.hits(), 1);
    stored_once(&weir, &tenant, &event).await;
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_never_a_pass() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let event = event(&tenant);
    // Even where the policy is in the cache.
    assert_eq!(tenant.track(&event).await.status, 204);
    weir.inject(Fault::throttled().on_table("control"));
    told_to_retry(&tenant.track(&event).await);
    let unknown = policy::ApiKey::generate(policy::KeyKind::WriteOnly, &mut rand::rng());
    let client = tenant.client().with_key(unknown.expose());
    told_to_retry(&client.post("/event/ingest", &event).await);
    let profile = tenant.profile("ann").await;
    assert_eq!(
        (profile.status, &*profile.code()),
        (503, "unavailable"),
        "{profile}"
    );
    assert_ne!(profile.header("retry-after"), "");
}

#[tokio::test]
async fn a_part_of_a_batch_that_was_stored_is_not_doubled_by_the_retry() {
    const HOUR: i64 = 3_600_000;
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    // Three hours: three chunks.
    let events: Vec<Value> = (0..3)
        .map(|n| json!({"id": format!("e{n}"), "name": "a", "userId": "ann", "timestamp": tenant.ago(n * HOUR)}))
        .collect();
    weir.inject(
        Fault::throttled()
            .on_table("events")
            .on_action("PutItem")
            .skip(1),
    );
    told_to_retry(&tenant.batch(&events).await);
    weir.heal();
    assert!(tenant.chunks().await < 3);
    assert_eq!(tenant.batch(&events).await.status, 204);
    assert_eq!(tenant.chunks().await, 3);
    tenant.projected().await;
    assert_eq!(tenant.timeline("ann").await.texts("id"), ["e0", "e1", "e2"]);
}

#[tokio::test]
async fn a_profile_update_that_was_half_stored_is_whole_after_the_retry() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let update =
        json!({"userId": "ann", "timestamp": tenant.ago(1), "properties": {"plan": "team"}});
    weir.inject(Fault::throttled().on_table("profiles"));
    told_to_retry(&tenant.identify(&update).await);
    weir.heal();
    assert_eq!(tenant.identify(&update).await.status, 204);
    assert_eq!(tenant.chunks().await, 1);
    assert_eq!(
        tenant.profile("ann").await.json()["properties"],
        json!({"plan": "team"})
    );
}

#[tokio::test]
async fn profile_updates_that_collide_are_tried_again() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {"a": 1}}))
        .await;
    let conflict = weir.inject(
        Fault::condition_failed()
            .on_action("UpdateItem")
            .on_table("profiles")
            .times(2),
    );
    let update = json!({"userId": "ann", "properties": {"b": 2}});
    assert_eq!(tenant.identify(&update).await.status, 204);
    assert_eq!(conflict.hits(), 2);
    assert_eq!(
        tenant.profile("ann").await.json()["properties"],
        json!({"a": 1, "b": 2})
    );
}

#[tokio::test]
async fn the_projector_catches_up_after_an_outage() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let outage = weir.inject(Fault::throttled().on_table("profiles"));
    for n in 0..5 {
        let event = json!({"id": format!("e{n}"), "name": "a", "userId": "ann", "timestamp": tenant.ago(n)});
        assert_eq!(tenant.track(&event).await.status, 204);
    }
    api::eventually(|| async { outage.hits() }, |hits| *hits > 0).await;
    weir.heal();
    let timeline = tenant.timeline_of("ann", 5).await;
    assert_eq!(timeline.texts("id"), ["e0", "e1", "e2", "e3", "e4"]);
}

#[tokio::test]
async fn a_request_reads_its_key_once_and_writes_its_chunk_and_nothing_else() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    // 127.0.0.1 is where every request over the local gateway comes from.
    let networks = (0..999).map(|n| format!("10.{}.{}.0/24", n / 256, n % 256));
    let networks = networks.chain(["127.0.0.1".to_owned()]);
    let rows = networks.map(|network| json!({"cidr": network})).collect();
    let large = tenant.issue(NewKey::from_addresses(&rows)).await;
    for key in [&tenant.write_only, &large] {
        let client = tenant.client().with_key(&key.text);
        let send = async |id: &str| {
            let events: Vec<Value> = (0..100)
                .map(|n| json!({"id": format!("{id}-{n}"), "name": "a", "userId": format!("u{n}"), "timestamp": api::now()}))
                .collect();
            let answer = client
                .post("/event/ingest/batch", &json!({"events": events}))
                .await;
            assert_eq!(answer.status, 204, "{answer}");
        };
        // The first request of each process reads the policy.
        for n in 0..30 {
            send(&format!("warm-{n}")).await;
        }
        weir.forget_calls();
        send("counted").await;
        let calls = weir.calls_of(Function::Ingest);
        let calls: Vec<String> = calls
            .iter()
            .filter_map(|call| Some(format!("{} {}", call.action, call.table.as_ref()?)))
            .collect();
        assert_eq!(calls, ["GetItem control", "PutItem events"]);
    }
}

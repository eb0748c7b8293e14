//! An answer of success means: durable.

use api::{Function, Weir};
use serde_json::{Value, json};

#[tokio::test]
async fn an_accepted_event_survives_the_death_of_every_function() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let events: Vec<Value> = (0..50)
        .map(|n| json!({"id": format!("e{n}"), "name": "a", "userId": "ann", "timestamp": tenant.ago(n)}))
        .collect();
    for event in &events {
        assert_eq!(tenant.track(event).await.status, 204);
    }
    for function in [Function::Ingest, Function::Projector, Function::Profiles] {
        weir.kill(function);
    }
    for function in [Function::Ingest, Function::Projector, Function::Profiles] {
        weir.start(function).await;
    }
    let expected: Vec<String> = (0..50).map(|n| format!("e{n}")).collect();
    assert_eq!(tenant.timeline_of("ann", 50).await.texts("id"), expected);
}

#[tokio::test]
async fn a_profile_survives_the_death_of_every_function() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let update = json!({"userId": "ann", "anonymousId": "device", "properties": {"plan": "team"}});
    assert_eq!(tenant.identify(&update).await.status, 204);
    for function in [Function::Ingest, Function::Profiles] {
        weir.kill(function);
        weir.start(function).await;
    }
    let profile = tenant.profile("ann").await.json();
    assert_eq!(profile["properties"], json!({"plan": "team"}));
    assert_eq!(profile["anonymousIds"], json!(["device"]));
}

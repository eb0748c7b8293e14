//! `POST /event/ingest`.

use api::Weir;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn an_event_is_answered_without_content_and_is_in_the_timeline_within_five_seconds() {
    let tenant = Weir::shared().await.tenant().await;
    let answer = tenant
        .track(&json!({"name": "signed_up", "userId": "ann"}))
        .await;
    assert_snapshot!(answer, @"204");
    assert_eq!(
        tenant.timeline_of("ann", 1).await.texts("name"),
        ["signed_up"]
    );
}

#[tokio::test]
async fn null_members_count_as_absent_and_unknown_members_are_no_error() {
    let tenant = Weir::shared().await.tenant().await;
    let event = json!({
        "id": null, "name": "viewed", "userId": "ann", "anonymousId": null, "sessionId": null,
        "externalId": null, "timestamp": null, "properties": null, "deviceData": null,
        "context": {"library": "x"}, "integrations": [1],
    });
    assert_snapshot!(tenant.track(&event).await, @"204");
    assert_eq!(tenant.timeline_of("ann", 1).await.texts("name"), ["viewed"]);
}

#[tokio::test]
async fn location_enrichment_is_accepted_whatever_it_says() {
    let tenant = Weir::shared().await.tenant().await;
    for value in ["true", "false", "", "1"] {
        let path = format!("/event/ingest?locationEnrichment={value}");
        let answer = tenant
            .writer()
            .post(&path, &json!({"name": "a", "userId": "ann"}))
            .await;
        assert_eq!(answer.status, 204, "{value}: {answer}");
    }
}

#[tokio::test]
async fn ids_and_names_of_128_characters_are_accepted_counted_in_characters() {
    let tenant = Weir::shared().await.tenant().await;
    let longest = "é".repeat(128);
    let event = json!({
        "id": longest, "name": longest, "userId": longest, "anonymousId": longest,
        "sessionId": longest, "externalId": longest,
    });
    assert_snapshot!(tenant.track(&event).await, @"204");
}

#[tokio::test]
async fn every_carrier_of_a_key_is_as_good_as_the_other() {
    let tenant = Weir::shared().await.tenant().await;
    let client = tenant.client();
    let key = &tenant.write_only.text;
    for (header, value) in [
        ("authorization", format!("Bearer {key}")),
        ("authorization", key.clone()),
        ("apikey", key.clone()),
        ("token", key.clone()),
    ] {
        let request = client
            .request(reqwest::Method::POST, "/event/ingest")
            .header(header, value)
            .json(&json!({"name": "a", "userId": "ann"}));
        let answer = client.send(request).await;
        assert_eq!(answer.status, 204, "{header}: {answer}");
    }
}

#[tokio::test]
async fn an_event_as_large_as_allowed_comes_back_whole() {
    let tenant = Weir::shared().await.tenant().await;
    let properties = json!({"text": "x".repeat(256 * 1024 - 100)});
    let event = json!({"name": "large", "userId": "ann", "properties": properties});
    assert_snapshot!(tenant.track(&event).await, @"204");
    assert_eq!(
        tenant.timeline_of("ann", 1).await.each("properties"),
        [properties]
    );
}

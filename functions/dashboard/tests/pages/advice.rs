//! Advice: what could be better about keys.

use policy::{KeyKind, Policy, Role};
use serde_json::json;
use testkit::{Fault, TestApp};

use crate::browser::{Browser, app};
use crate::markup::{check, text_of};

async fn advice(app: &TestApp) -> String {
    let mut browser = Browser::of_viewer(app).await;
    let page = browser.get("/dashboard").await;
    assert!(page.body.contains("Ingest API"), "somebody is signed in");
    check(&page.body);
    text_of(&page.body, "[aria-labelledby=advice]")
}

#[tokio::test]
async fn home_lists_what_could_be_better_with_the_step_that_mends_it() {
    let mut app = app().await;
    let key = app.key(KeyKind::ThirdParty).await;
    assert_eq!(advice(&app).await, "");
    let record = json!([{"message": "one"}]);
    app.post("/json/logs").key(&key).json(&record).send().await;
    let trace = json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]});
    let answer = app.post("/v1/logs").key(&key).json(&trace).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for _ in 0..12 {
        app.get("/profile/u").key(&key).send().await;
    }
    app.runtime.flush().await;
    app.project().await;
    let shown = advice(&app).await.replace(key.id().as_str(), "KEY");
    insta::assert_snapshot!(shown, @"Advice KEY 12 requests or events were refused in 24 hours, mostly scope_missing; 0 a day are usual. See what is refused Used by several sources: OpenTelemetry, JSON logs. Make a key for each source");
}

#[tokio::test]
async fn the_same_advice_stands_wherever_the_key_is_shown() {
    let app = app().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let mut browser = Browser::of_viewer(&app).await;
    for path in [
        "/dashboard",
        "/dashboard/ingest-api",
        "/dashboard/ingestion-keys",
        &format!("/dashboard/ingestion-keys/{}", key.id()),
    ] {
        let page = browser.get(path).await;
        check(&page.body);
        let advice = text_of(&page.body, ".advice");
        assert_eq!(
            advice, "May be used from anywhere. Name the addresses of your servers",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_key_that_was_revoked_and_is_still_used_is_named() {
    let app = app().await;
    let key = app.key_with(KeyKind::Rum, Policy::default()).await;
    app.revoke(&key).await;
    for _ in 0..10 {
        app.post("/json/rum")
            .key(&key)
            .json(&json!({}))
            .send()
            .await;
    }
    app.runtime.flush().await;
    let shown = advice(&app).await.replace(key.id().as_str(), "KEY");
    insta::assert_snapshot!(shown, @"Advice KEY (revoked) 10 requests or events were refused in 24 hours, mostly key_revoked; 0 a day are usual. See what is refused");
}

#[tokio::test]
async fn a_service_accounts_key_that_is_refused_is_none_of_the_keys() {
    let app = app().await;
    let key = app.admin_key(Role::Admin).await;
    for _ in 0..10 {
        let call = app.post("/json/rum").key(&key).json(&json!({}));
        assert_eq!(call.send().await.code(), "scope_missing");
    }
    app.runtime.flush().await;
    assert_eq!(advice(&app).await, "");
}

#[tokio::test]
async fn home_comes_without_advice_where_it_cannot_be_had() {
    let app = app().await;
    app.key(KeyKind::ReadWrite).await;
    let mut browser = Browser::of_viewer(&app).await;
    let fault = Fault::server_error().on_table("activity");
    app.stand_in.faults().inject(fault);
    let page = browser.get("/dashboard").await;
    assert_eq!(page.status, 200);
    assert_eq!(text_of(&page.body, "[aria-labelledby=advice]"), "");
}

//! Live events: what came in, and why something was refused.

use std::time::Duration;

use policy::{ApiKey, EventPattern, EventRules, KeyKind, Policy};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::browser::{Browser, app, know};
use crate::markup::{check, text_of};

async fn send(app: &TestApp, key: &ApiKey, events: &[Value]) {
    let call = app.post("/event/ingest/batch").key(key);
    call.json(&json!({"events": events})).send().await;
    app.clock.advance(Duration::from_secs(1));
}

/// The rows without the moments, which are the machine's.
async fn rows(browser: &mut Browser<'_>, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    check(&page.body);
    let mut rows = Vec::new();
    for row in page.body.split("<tr>").skip(2) {
        rows.push(
            text_of(&format!("<tr>{row}"), "tr")
                .chars()
                .skip(9)
                .collect::<String>(),
        );
    }
    rows.join("\n")
}

#[tokio::test]
async fn what_came_in_is_listed_with_its_verdict_and_what_to_do() {
    let mut app = app().await;
    let strict = Policy {
        events: EventRules::Only(vec![EventPattern::parse("buy").unwrap()]),
        ..Policy::default()
    };
    let key = app.key_with(KeyKind::WriteOnly, strict).await;
    let event = |name: &str| json!({"id": format!("{name}-1"), "name": name, "userId": "u"});
    send(&app, &key, &[event("buy")]).await;
    send(&app, &key, &[event("sell")]).await;
    send(&app, &key, &[json!({"name": "buy", "userId": 7})]).await;
    app.project().await;
    let mut browser = Browser::of_viewer(&app).await;
    let shown = rows(&mut browser, "/dashboard/live").await;
    let shown = shown.replace(key.id().as_str(), "KEY");
    insta::assert_snapshot!(shown, @"
    KEY buy Refused The event breaks a rule. events[0].userId must be a string, not a number.
    KEY sell Refused The name is not on the key's list. Add it to the events that the key may send.
    KEY buy Accepted Event, id buy-1
    ");

    for (query, count) in [
        ("key=&name=", 3),
        ("name=SEL", 1),
        ("name=%20", 3),
        ("name=nothing", 0),
    ] {
        let shown = rows(&mut browser, &format!("/dashboard/data/live?{query}")).await;
        let found = shown.matches("KEY").count() + shown.matches(key.id().as_str()).count();
        assert_eq!(found, count, "{query}: {shown}");
    }
}

#[tokio::test]
async fn a_name_from_outside_is_text_and_never_markup() {
    let mut app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    send(&app, &key, &[json!({"name": name, "userId": "u"})]).await;
    let strict = Policy {
        events: EventRules::Only(Vec::new()),
        ..Policy::default()
    };
    let refused = app.key_with(KeyKind::WriteOnly, strict).await;
    send(&app, &refused, &[json!({"name": name, "userId": "u"})]).await;
    app.project().await;
    let mut browser = Browser::of_viewer(&app).await;
    for path in ["/dashboard/live", "/dashboard/data/live"] {
        let page = browser.get(path).await;
        check(&page.body);
        assert!(!page.body.contains("<img"), "{path}");
        let shown = text_of(&page.body, "tbody");
        assert_eq!(shown.matches(name).count(), 2, "{shown}");
    }
    let query = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%22";
    let page = browser.get(&format!("/dashboard/live?name={query}")).await;
    check(&page.body);
    assert!(!page.body.contains("<img"));
    assert_eq!(text_of(&page.body, "tbody").matches(name).count(), 2);
}

#[tokio::test]
async fn a_revoked_key_is_still_to_be_found() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    app.revoke(&key).await;
    send(&app, &key, &[json!({"name": "a", "userId": "u"})]).await;
    let mut browser = Browser::of_viewer(&app).await;
    let path = format!("/dashboard/live?key={}", key.id());
    let shown = rows(&mut browser, &path).await;
    let shown = shown.replace(key.id().as_str(), "KEY");
    insta::assert_snapshot!(shown, @"KEY (revoked) whole request Refused The key was revoked. Give its sender another.");
    let page = browser.get(&path).await;
    assert!(page.body.contains("(revoked)</option>"));
}

#[tokio::test]
async fn nothing_of_another_workspace_is_shown() {
    let mut app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    send(
        &app,
        &key,
        &[json!({"name": "secret", "userId": "u"}), json!({"name": 1})],
    )
    .await;
    app.project().await;
    know(&app, "eve@example.com", &["other:admin"]);
    let mut browser = Browser::open(&app);
    browser.sign_in("eve@example.com").await;
    let page = browser.get("/dashboard/live").await;
    insta::assert_snapshot!(text_of(&page.body, "tbody"), @"Nothing came in during the last 24 hours.");
    let page = browser
        .get(&format!("/dashboard/live?key={}", key.id()))
        .await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_said() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard/live?key=x").await;
    assert_eq!(page.status, 400);
    let long = "x".repeat(129);
    let answer = browser
        .get(&format!("/dashboard/data/live?name={long}"))
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"400 {"error":{"code":"invalid_parameter","message":"name: must be at most 128 characters","requestId":"test-request"}}"#);
    let answer = Browser::open(&app).get("/dashboard/data/live").await;
    assert_eq!(
        (answer.status, answer.code()),
        (401, "signed_out".to_owned())
    );
}

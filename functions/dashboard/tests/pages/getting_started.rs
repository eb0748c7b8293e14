//! Getting started: requests with the reader's own key.

use std::time::Duration;

use control::{By, KeyDraft, Keys};
use event::Clock as _;
use policy::{KeyKind, Role};
use store::AuditQuery;
use testkit::{Answer, TestApp};

use crate::browser::{Browser, app};
use crate::markup::{check, text_of};

const PATH: &str = "/dashboard/getting-started";

/// A key that can be shown again; its id and its text.
async fn key(app: &TestApp, kind: KeyKind, name: &str) -> (String, String) {
    let keys = Keys::new(app.store.clone(), app.secrets.clone());
    let draft = KeyDraft {
        name: name.to_owned(),
        kind,
        tags: Vec::new(),
        expires_at: None,
        policy: None,
    };
    let by = By::bootstrap(app.clock.now());
    let created = keys.create(&app.workspace, &by, &draft).await.unwrap();
    let text = created.key.expose().to_owned();
    (created.key.id().to_string(), text)
}

fn recipe(page: &Answer, id: &str) -> String {
    text_of(&page.body, &format!("[id={id}]"))
}

#[tokio::test]
async fn the_text_of_a_key_is_shown_on_demand_alone_and_the_audit_log_has_it() {
    let app = app().await;
    let (id, text) = key(&app, KeyKind::WriteOnly, "Shop").await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let page = browser.get(PATH).await;
    check(&page.body);
    assert!(!page.body.contains(&text));
    insta::assert_snapshot!(recipe(&page, "curl"), @r#"curl -i 'http://127.0.0.1:9000/event/ingest' \ -H 'Authorization: Bearer YOUR-KEY' \ -H 'Content-Type: application/json' \ -d '{"name": "signed_up", "userId": "ada", "properties": {"plan": "team"}}'"#);

    app.clock.advance(Duration::from_secs(1));
    let page = browser
        .post(&format!("{PATH}?in=test"), &format!("key={id}"))
        .await;
    check(&page.body);
    assert_eq!(page.headers["cache-control"], "no-store");
    for block in ["curl", "backend-sdk", "browser-sdk"] {
        assert!(recipe(&page, block).contains(&text), "{block}");
    }
    let query = AuditQuery {
        limit: 1,
        ..AuditQuery::default()
    };
    let audit = app.store.audit(&app.workspace, &query).await.unwrap();
    let newest = &audit.entries[0].entry;
    assert_eq!(
        (newest.action.as_str(), &newest.subject),
        ("key.revealed", &id)
    );
    // Loaded again it is hidden.
    assert!(
        !browser
            .get(&format!("{PATH}?key={id}"))
            .await
            .body
            .contains(&text)
    );
}

#[tokio::test]
async fn only_admins_are_shown_the_text() {
    let app = app().await;
    let (id, text) = key(&app, KeyKind::WriteOnly, "Shop").await;
    for role in [Role::Viewer, Role::Editor] {
        let mut browser = Browser::of(&app, role).await;
        let page = browser.get(PATH).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("Show the key below"), "{role}");
        let refused = browser.post(PATH, &format!("key={id}")).await;
        assert_eq!(refused.status, 403, "{role}");
        assert!(!refused.body.contains(&text));
    }
}

#[tokio::test]
async fn each_kind_of_key_has_its_own_ways_to_send() {
    let app = app().await;
    let mut ids = Vec::new();
    for (kind, name) in [
        (KeyKind::Rum, "Pages"),
        (KeyKind::ThirdParty, "Collector"),
        (KeyKind::Metrics, "Numbers"),
    ] {
        ids.push(key(&app, kind, name).await.0);
    }
    let mut browser = Browser::of(&app, Role::Viewer).await;
    let page = browser.get(&format!("{PATH}?key={}", ids[0])).await;
    insta::assert_snapshot!(recipe(&page, "snippet"), @r#"<script src="http://127.0.0.1:9000/rum.js" data-key="YOUR-KEY" async></script>"#);
    let page = browser.get(&format!("{PATH}?key={}", ids[1])).await;
    insta::assert_snapshot!(recipe(&page, "otlp"), @"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9000 OTEL_EXPORTER_OTLP_HEADERS=apikey=YOUR-KEY OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_COMPRESSION=gzip");
    // A metrics key sends nothing.
    let page = browser.get(&format!("{PATH}?key={}", ids[2])).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn without_a_key_the_page_leads_to_where_one_is_made() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Viewer).await;
    let page = browser.get(PATH).await;
    check(&page.body);
    insta::assert_snapshot!(text_of(&page.body, "main"), @"Getting started Send a first event, and see it arrive. There is no key yet that may send. Make one under Ingestion keys");
}

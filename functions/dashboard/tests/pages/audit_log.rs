//! The audit log.

use std::time::Duration;

use event::Clock;
use policy::{Actor, Role};
use serde_json::json;
use store::{AuditAction, AuditEntry};
use testkit::TestApp;

use crate::browser::{Browser, app};
use crate::markup::text_of;
use crate::office::{form, location, whole};

const PAGE: &str = "/dashboard/audit-log";

/// Entries about keys with these names, each a second after the one before.
async fn note(app: &TestApp, names: impl Iterator<Item = String>) {
    for name in names {
        app.clock.advance(Duration::from_secs(1));
        let entry = AuditEntry {
            at: app.clock.now(),
            actor: Actor::Person {
                subject: "1".to_owned(),
                name: "ann".to_owned(),
            },
            address: None,
            request_id: None,
            action: AuditAction::KeyChanged,
            subject: format!("id-of-{name}"),
            subject_name: Some(name),
            changes: json!({"name": {"from": "a", "to": "b"}})
                .as_object()
                .unwrap()
                .clone(),
        };
        let written = app.store.append_audit(&app.workspace, &entry).await;
        written.unwrap();
    }
}

#[tokio::test]
async fn an_entry_tells_who_did_what_from_where_with_the_values_before_and_after() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let sent = form(&[("name", "Build"), ("role", "viewer")]);
    let account = location(&browser.post("/dashboard/service-accounts", &sent).await);
    app.clock.advance(Duration::from_secs(1));
    let sent = form(&[("version", "1"), ("name", "Build"), ("role", "admin")]);
    browser.post(&account, &sent).await;
    let page = browser.get(PAGE).await;
    let first = text_of(whole(&page, 200), ".entries li");
    let now = app.clock.now().to_string().replace('T', " ");
    let first = first.replace(&now[..16], "<minute>");
    insta::assert_snapshot!(first, @"Service account changed Build <minute> · admin@example.com · from 203.0.113.7 · request test-request role: viewer became → admin");
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    note(&app, ["one", "two"].map(str::to_owned).into_iter()).await;
    let today = app.clock.now().to_string();
    let today = &today[..10];
    for (query, found) in [
        ("actor=ann".to_owned(), "Key changed two"),
        ("actor=1".to_owned(), "Key changed two"),
        ("subject=id-of-one".to_owned(), "Key changed one"),
        (
            "action=workspace.created".to_owned(),
            "Workspace created test",
        ),
        (
            format!("from={today}&until={today}&action=key.changed"),
            "Key changed two",
        ),
    ] {
        let page = browser.get(&format!("{PAGE}?{query}")).await;
        let first = text_of(whole(&page, 200), ".entries li");
        assert!(first.starts_with(found), "{query}: {first}");
    }
    let none = browser.get(&format!("{PAGE}?actor=nobody")).await;
    assert!(whole(&none, 200).contains("Nothing was found."));
    assert!(none.body.contains("value=\"nobody\""));
    let wrong = browser.get(&format!("{PAGE}?from=soon&actor=ann")).await;
    let page = whole(&wrong, 400);
    insta::assert_snapshot!(text_of(page, "[id=from-wrong]"), @"This must be a day, such as 2026-11-21.");
    assert!(page.contains("value=\"ann\""));
    let wrong = browser.get(&format!("{PAGE}?cursor=nonsense")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn a_long_log_is_read_page_by_page_and_each_entry_once() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    note(&app, (0..120).map(|number| format!("n{number:03}"))).await;
    let mut path = format!("{PAGE}?actor=ann");
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        pages += 1;
        let page = browser.get(&path).await;
        let page = whole(&page, 200);
        let found = page.split("Everything about ").skip(1);
        names.extend(found.map(|rest| rest[..4].to_owned()));
        let Some((before, _)) = page.split_once("\" rel=\"next\"") else {
            break;
        };
        let (_, query) = before.rsplit_once("href=\"").unwrap();
        path = format!("{PAGE}{}", query.replace("&#38;", "&"));
    }
    let expected: Vec<_> = (0..120)
        .rev()
        .map(|number| format!("n{number:03}"))
        .collect();
    assert_eq!((pages, names), (3, expected));
}

#[tokio::test]
async fn it_is_for_admins() {
    let app = app().await;
    for role in [Role::Viewer, Role::Editor] {
        let mut browser = Browser::of(&app, role).await;
        assert_eq!(browser.get(PAGE).await.status, 403);
        assert!(!browser.get("/dashboard").await.body.contains(PAGE));
    }
}

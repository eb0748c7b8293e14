//! Ingestion keys: the table, and what is done to a key.

mod details;
mod life;
mod rules;

use std::time::Duration;

use policy::{ApiKey, KeyKind, Role};
use serde_json::json;
use store::{AuditAction, AuditQuery};
use testkit::{Answer, TestApp};

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::{check, text_of};

const PAGE: &str = "/dashboard/ingestion-keys";

/// Makes a key by the page; gives its text.
async fn make(browser: &mut Browser<'_>, name: &str, kind: &str) -> ApiKey {
    let page = create(browser, name, kind).await;
    assert_eq!(page.status, 200, "{}", page.body);
    issued(&page)
}

async fn create(browser: &mut Browser<'_>, name: &str, kind: &str) -> Answer {
    let page = browser.get(&format!("{PAGE}/new")).await;
    check(&page.body);
    let form = Form::of(&page.body, &format!("{PAGE}/new"));
    form.with("name", name)
        .with("kind", kind)
        .press(browser, "", "")
        .await
}

/// The text that a page shows.
fn issued(page: &Answer) -> ApiKey {
    check(&page.body);
    let (_, rest) = page
        .body
        .split_once("id=\"issued-key\"")
        .expect("a key is shown");
    let (_, rest) = rest.split_once("value=\"").unwrap();
    ApiKey::parse(rest.split('"').next().unwrap()).unwrap()
}

/// The key's page, or one below it.
fn at(key: &ApiKey, below: &str) -> String {
    format!("{PAGE}/{}{below}", key.id())
}

/// Opens the page and sends its first form to the address below the key.
async fn send(
    browser: &mut Browser<'_>,
    key: &ApiKey,
    below: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let path = at(key, below);
    let page = browser.get(
        if below == "/reveal" || below == "/state" || below == "/previous" {
            path.rsplit_once('/').unwrap().0
        } else {
            &path
        },
    );
    let mut form = Form::of(&page.await.body, &path);
    for (name, value) in fields {
        form.set(name, value);
    }
    form.press(browser, "", "").await
}

/// The status of a request with the key.
async fn use_of(app: &TestApp, key: &ApiKey) -> u16 {
    let event = json!({"name": "seen", "userId": "ann"});
    app.post("/event/ingest")
        .key(key)
        .json(&event)
        .send()
        .await
        .status
}

/// The names of what was done, oldest first.
async fn audited(app: &TestApp, actions: &[AuditAction]) -> Vec<String> {
    let query = AuditQuery {
        from: None,
        until: None,
        actor: None,
        subject: None,
        action: None,
        cursor: None,
        limit: 100,
    };
    let page = app.store.audit(&app.workspace, &query).await.unwrap();
    let entries = page.entries.iter().rev().map(|recorded| &recorded.entry);
    let wanted = entries.filter(|entry| actions.contains(&entry.action));
    wanted
        .map(|entry| format!("{} by {}", entry.action.as_str(), entry.actor))
        .collect()
}

#[tokio::test]
async fn a_key_is_made_and_works() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let key = make(&mut browser, " Web shop ", "write_only").await;
    assert_eq!(use_of(&app, &key).await, 204);
    let page = browser.get(PAGE).await;
    let row = text_of(&page.body, "tbody tr");
    assert!(
        row.starts_with("Web shop Integration write-only editor@example.com "),
        "{row}"
    );
    assert!(
        row.contains(" never Enabled 1 note about Web shop "),
        "{row}"
    );
    assert!(row.contains(" 0 0 "), "{row}");
    assert!(!page.body.contains(key.expose()), "hidden again");
}

#[tokio::test]
async fn a_script_gets_the_text_to_copy_it() {
    let app = app().await;
    let browser = Browser::of(&app, Role::Editor).await;
    let call = app
        .to_dashboard("POST", "/dashboard/ingestion-keys/new?in=test")
        .header("cookie", &browser.header())
        .header("accept", "application/json");
    let made = call.clone().form("name=k8s&kind=sensor").send().await;
    assert_eq!(
        (made.status, &*made.headers["cache-control"]),
        (200, "no-store")
    );
    let answer = made.json();
    assert_eq!(answer["next"], PAGE);
    let key = ApiKey::parse(answer["key"].as_str().unwrap()).unwrap();
    assert_eq!(key.kind(), KeyKind::Sensor);
    // Such as the same name again.
    let again = call.form("name=k8s&kind=sensor").send().await;
    assert_eq!((again.status, again.code()), (409, "conflict".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_with_a_new_key_stands_beside_its_field() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let page = create(&mut browser, "", "rum").await;
    assert_eq!(page.status, 400);
    insta::assert_snapshot!(text_of(&page.body, "[id=name-wrong]"), @"This must be 1 to 64 characters.");
    let form = Form::of(&page.body, &format!("{PAGE}/new"));
    assert_eq!(form.get("kind"), Some("rum"), "nothing chosen is lost");

    let name = "<img src=x onerror=alert(1)> \"quoted\"";
    make(&mut browser, name, "rum").await;
    let page = create(&mut browser, name, "third_party").await;
    assert_eq!(page.status, 409);
    check(&page.body);
    insta::assert_snapshot!(text_of(&page.body, "[role=alert]"), @"Not made: the name is taken.");
    assert_eq!(
        Form::of(&page.body, &format!("{PAGE}/new")).get("name"),
        Some(name)
    );
    assert!(!page.body.contains("<img"));
    let page = create(&mut browser, "other", "service_account").await;
    assert_eq!(page.status, 400);
    insta::assert_snapshot!(text_of(&page.body, "[id=kind-wrong]"), @"This must be one of the types.");
}

#[tokio::test]
async fn the_table_is_sorted_by_any_of_its_columns() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    for (name, kind) in [("b", "rum"), ("a", "sensor"), ("c", "third_party")] {
        make(&mut browser, name, kind).await;
        app.clock.advance(Duration::from_mins(1));
    }
    for (sort, first, direction) in [
        ("", "a", "ascending"),
        ("?sort=-name", "c", "descending"),
        ("?sort=kind", "b", "ascending"),
        ("?sort=-kind", "c", "descending"),
        ("?sort=-created", "c", "descending"),
        ("?sort=creator", "", "ascending"),
    ] {
        let page = browser.get(&format!("{PAGE}{sort}")).await;
        check(&page.body);
        let row = text_of(&page.body, "tbody tr");
        assert!(row.starts_with(first), "{sort}: {row}");
        assert!(
            page.body.contains(&format!("aria-sort=\"{direction}\"")),
            "{sort}"
        );
    }
    let page = browser.get(&format!("{PAGE}?sort=size")).await;
    assert_eq!(page.status, 400);
}

#[tokio::test]
async fn the_numbers_of_the_last_day_are_in_the_table_and_on_the_page() {
    let mut app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let key = make(&mut browser, "shop", "write_only").await;
    for _ in 0..3 {
        assert_eq!(use_of(&app, &key).await, 204);
        app.clock.advance(Duration::from_secs(1));
    }
    let refused = app
        .post("/event/ingest")
        .key(&key)
        .json(&json!({"name": ""}));
    assert_eq!(refused.send().await.status, 400);
    app.runtime.flush().await;
    let cookies = browser.cookies.clone();
    app.project().await;
    let mut browser = Browser::open(&app);
    browser.cookies = cookies;
    let row = text_of(&browser.get(PAGE).await.body, "tbody tr");
    assert!(row.contains(" Name the events it may send 3 1 "), "{row}");
    let page = text_of(&browser.get(&at(&key, "")).await.body, ".facts");
    assert!(
        page.contains("Requests, 24 h 3 Refused, 24 h 1: 1 invalid_event . See them live"),
        "{page}"
    );
    let ask = browser.get(&at(&key, "/revoke")).await;
    let dialog = text_of(&ask.body, "dialog");
    assert!(
        dialog.contains(
            "3 requests came with this key in the last 24 hours, and it was last used on 20"
        ),
        "{dialog}"
    );
}

#[tokio::test]
async fn each_role_is_offered_what_it_may_do_and_no_more() {
    let app = app().await;
    let mut admin = Browser::of(&app, Role::Admin).await;
    let key = make(&mut admin, "shop", "write_only").await;
    let mut editor = Browser::of(&app, Role::Editor).await;
    let mut viewer = Browser::of(&app, Role::Viewer).await;
    let gets = ["", "/rules", "/details", "/rotate", "/revoke"];
    let posts = [
        "/rules",
        "/details",
        "/rotate",
        "/previous",
        "/state",
        "/reveal",
        "/revoke",
    ];
    for (browser, may_get, may_post) in [(&mut viewer, 1, 0), (&mut editor, 4, 5)] {
        for (index, below) in gets.iter().enumerate() {
            let status = browser.get(&at(&key, below)).await.status;
            assert_eq!(status == 200, index < may_get, "{below}: {status}");
            assert!(status == 200 || status == 403, "{below}: {status}");
        }
        for (index, below) in posts.iter().enumerate() {
            let status = browser.post(&at(&key, below), "").await.status;
            assert_eq!(status == 403, index >= may_post, "{below}: {status}");
        }
    }
    for (browser, offered) in [(&mut viewer, false), (&mut editor, true)] {
        for path in [PAGE.to_owned(), at(&key, "")] {
            let page = browser.get(&path).await;
            let main = text_of(&page.body, "main");
            assert_eq!(main.contains("Rotate"), offered, "{main}");
            assert_eq!(main.contains("Edit"), offered, "{main}");
            assert!(
                !main.contains("Reveal") && !main.contains("Revoke"),
                "{main}"
            );
        }
    }
    assert_eq!(viewer.get(&format!("{PAGE}/new")).await.status, 403);
    assert_eq!(
        viewer
            .post(&format!("{PAGE}/new"), "name=x&kind=rum")
            .await
            .status,
        403
    );
    assert_eq!(use_of(&app, &key).await, 204);
}

//! The settings of the integration keys, on the page of the Ingest API.

mod addresses;
mod together;

use policy::{ApiKey, KeyKind, Role};
use serde_json::json;
use testkit::{Answer, TestApp};

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::{check, text_of};

const PAGE: &str = "/dashboard/ingest-api";

/// The section of the key, as people read it.
fn section(page: &Answer, key: &ApiKey) -> String {
    text_of(&page.body, &format!("[id=key-{}]", key.id()))
}

fn form(page: &Answer, key: &ApiKey) -> Form {
    check(&page.body);
    Form::of(&page.body, &format!("{PAGE}/{}", key.id()))
}

/// Opens the edit mode.
async fn edit(browser: &mut Browser<'_>, key: &ApiKey) -> Form {
    let page = browser.get(&format!("{PAGE}/{}", key.id())).await;
    assert_eq!(page.status, 200, "{}", page.body);
    form(&page, key)
}

/// An event of that name, sent from the address.
async fn send(app: &TestApp, key: &ApiKey, name: &str, address: &str) -> u16 {
    let event = json!({"name": name, "userId": "ann"});
    let call = app.post("/event/ingest").key(key).from(address);
    call.json(&event).send().await.status
}

/// Presses the button and expects the form again.
async fn step(
    browser: &mut Browser<'_>,
    form: &Form,
    key: &ApiKey,
    name: &str,
    value: &str,
) -> Form {
    let page = form.press(browser, name, value).await;
    assert_eq!(page.status, 200, "{}", page.body);
    self::form(&page, key)
}

#[tokio::test]
async fn each_kind_has_a_section_that_reads_as_its_rules_are() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Viewer).await;
    let page = browser.get(PAGE).await;
    check(&page.body);
    let name = key.id().as_str();
    assert_eq!(
        section(&page, &key).replace(name, "NAME"),
        "Integration Write-Only API Key Settings NAME Enabled Access Control Anywhere Allowed Profile \
         Events All Profile Events May send events of any name, and sent none lately. Name the events it may send"
    );
    let none = text_of(&page.body, "[aria-labelledby=no-read_write]");
    insta::assert_snapshot!(none, @"Integration Read & Write API Key Settings There is no such key yet.");
}

#[tokio::test]
async fn event_names_are_added_as_tags_and_hold_once_saved() {
    let app = app().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key).await.with("events", "only");
    let form = step(
        &mut browser,
        &form.with("new-name", "login"),
        &key,
        "do",
        "add-name",
    )
    .await;
    let form = step(
        &mut browser,
        &form.with("new-name", "page_*"),
        &key,
        "do",
        "enter",
    )
    .await;
    // What is typed and not added is meant too.
    let form = form.with("new-name", "sign up");
    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
    for (name, status) in [
        ("login", 204),
        ("page_view", 204),
        ("sign up", 204),
        ("other", 403),
    ] {
        assert_eq!(send(&app, &key, name, "192.0.2.7").await, status, "{name}");
    }
    let form = edit(&mut browser, &key).await;
    assert_eq!(form.all("name"), ["login", "page_*", "sign up"]);
    let form = step(&mut browser, &form, &key, "remove-name", "0").await;
    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
    assert_eq!(send(&app, &key, "login", "192.0.2.7").await, 403);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key)
        .await
        .with("access", "specific")
        .with("events", "only");
    let form = step(
        &mut browser,
        &form.with("new-name", "login"),
        &key,
        "do",
        "add-name",
    )
    .await;

    let wrong = form
        .with("new-cidr", "shop.example")
        .with("new-description", "<img src=x onerror=y>");
    let page = wrong.press(&mut browser, "do", "add-address").await;
    assert_eq!(page.status, 400);
    insta::assert_snapshot!(text_of(&page.body, "[id=new-cidr-wrong]"), @"This must be an IPv4 or IPv6 address or a CIDR range: not a host name or a wildcard.");
    assert!(
        page.body
            .contains(r#"aria-invalid="true" aria-describedby="new-cidr-wrong""#)
    );
    let form = self::form(&page, &key);
    assert_eq!(form.get("new-cidr"), Some("shop.example"));
    assert_eq!(form.get("new-description"), Some("<img src=x onerror=y>"));
    assert_eq!(
        (form.get("access"), form.all("name")),
        (Some("specific"), vec!["login"])
    );

    let form = step(
        &mut browser,
        &form.with("new-cidr", "192.0.2.7"),
        &key,
        "do",
        "add-address",
    )
    .await;
    let again = form
        .with("new-cidr", "192.0.2.7/32")
        .press(&mut browser, "do", "add-address")
        .await;
    insta::assert_snapshot!(text_of(&again.body, "[id=new-cidr-wrong]"), @"This address is in the list already.");

    let form = self::form(&again, &key)
        .with("new-cidr", "")
        .with("new-name", "*");
    let page = form.press(&mut browser, "do", "save").await;
    assert_eq!(page.status, 400);
    insta::assert_snapshot!(text_of(&page.body, "[id=new-name-wrong]"), @r#"This must not be * alone: to allow every event, set events to "all"."#);
    assert_eq!(self::form(&page, &key).get("new-name"), Some("*"));
}

#[tokio::test]
async fn a_save_that_would_have_refused_something_says_so_first() {
    let mut app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    for name in ["login", "login", "<img src=x onerror=alert(1)>"] {
        assert_eq!(send(&app, &key, name, "192.0.2.7").await, 204);
        app.clock.advance(std::time::Duration::from_secs(1));
    }
    app.project().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key).await.with("events", "only");
    // Suggested, since it was sent.
    let form = step(&mut browser, &form, &key, "suggested", "login").await;
    let page = form.press(&mut browser, "do", "save").await;
    assert_eq!(page.status, 200);
    check(&page.body);
    assert!(!page.body.contains("<img"));
    insta::assert_snapshot!(text_of(&page.body, "[role=alert]"), @"Not saved yet. Look at what these rules would have done, then save them or change them. Of the last 7 days these rules would have refused 0 of 3 requests as a whole, and 1 of 3 events. Event From Events Why <img src=x onerror=alert(1)> 192.0.2.7 1 the API key may not send events of this name");
    assert_eq!(
        send(&app, &key, "other", "192.0.2.7").await,
        204,
        "not saved yet"
    );

    // Other rules are not those that were looked at.
    let form = self::form(&page, &key);
    let other = step(&mut browser, &form, &key, "remove-name", "0").await;
    let page = other.press(&mut browser, "do", "save").await;
    assert_eq!(page.status, 200);
    assert!(text_of(&page.body, "[role=alert]").contains("every event would be refused"));

    assert_eq!(form.press(&mut browser, "do", "save").await.status, 303);
    assert_eq!(send(&app, &key, "other", "192.0.2.7").await, 403);
}

#[tokio::test]
async fn rules_can_be_tried_without_a_save() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key).await;
    let page = form.press(&mut browser, "do", "try").await;
    insta::assert_snapshot!(text_of(&page.body, "[role=alert]"), @"The key has sent nothing in the last 7 days that these rules could be tried on.");
}

#[tokio::test]
async fn a_viewer_is_offered_no_edit_and_may_not_make_one() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Viewer).await;
    let page = browser.get(PAGE).await;
    let main = page.body.split("<main").nth(1).unwrap();
    assert!(!main.contains("Edit") && !main.contains("<form"));
    let path = format!("{PAGE}/{}", key.id());
    assert_eq!(browser.get(&path).await.status, 403);
    let posted = browser
        .post(&path, "version=1.1&access=specific&do=save")
        .await;
    assert_eq!(posted.status, 403);
    insta::assert_snapshot!(text_of(&posted.body, "main"), @"Your role does not allow this Your role does not allow this. Go to the start page role_missing");
    assert_eq!(send(&app, &key, "x", "192.0.2.7").await, 204);
}

#[tokio::test]
async fn keys_of_others_and_of_other_kinds_have_no_section() {
    let app = app().await;
    let sensor = app.key(KeyKind::Sensor).await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let ids = ["3fYx9QkLm2Ab", "x", sensor.id().as_str()];
    for id in ids {
        let page = browser.get(&format!("{PAGE}/{id}")).await;
        assert_eq!(page.status, 404, "{id}");
    }
    assert!(!browser.get(PAGE).await.body.contains(sensor.id().as_str()));
}

//! Addresses, added in a dialog.

use policy::{KeyKind, Role};

use super::{PAGE, edit, form, section, send, step};
use crate::browser::{Browser, app};
use crate::markup::text_of;

#[tokio::test]
async fn addresses_are_added_and_removed_step_by_step_and_hold_once_saved() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;

    let form = edit(&mut browser, &key).await.with("access", "specific");
    let asking = form.press(&mut browser, "do", "new-address").await;
    assert!(
        asking
            .body
            .contains(r#"aria-labelledby="new-address-title" open"#)
    );
    let filled = self::form(&asking, &key)
        .with("new-cidr", " 192.0.2.7 ")
        .with("new-description", "Main \"Production\" Server");
    let form = step(&mut browser, &filled, &key, "do", "add-address").await;
    assert_eq!(form.get("new-cidr"), Some(""));
    let form = step(&mut browser, &form, &key, "do", "new-address").await;
    let form = form.with("new-cidr", "203.0.113.9/24");
    let form = step(&mut browser, &form, &key, "do", "enter").await;
    assert_eq!(form.all("cidr"), ["192.0.2.7", "203.0.113.0/24"]);
    assert_eq!(form.all("description"), ["Main \"Production\" Server", ""]);
    let form = step(&mut browser, &form, &key, "remove-address", "1").await;
    assert_eq!(form.all("cidr"), ["192.0.2.7"]);

    assert_eq!(
        send(&app, &key, "login", "198.51.100.1").await,
        204,
        "not saved yet"
    );
    let saved = form.press(&mut browser, "do", "save").await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(
        saved.headers["location"],
        format!("{PAGE}#key-{}", key.id())
    );
    assert_eq!(send(&app, &key, "login", "198.51.100.1").await, 403);
    assert_eq!(send(&app, &key, "login", "192.0.2.7").await, 204);

    let page = browser.get(PAGE).await;
    assert_eq!(text_of(&page.body, ".notices"), "Changes saved");
    assert!(
        section(&page, &key).contains("Specific locations 192.0.2.7 Main \"Production\" Server")
    );
    assert_eq!(
        text_of(&browser.get(PAGE).await.body, ".notices"),
        "",
        "once"
    );
}

#[tokio::test]
async fn in_the_open_dialog_the_enter_key_adds_an_address_and_never_saves() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key).await.with("access", "specific");
    let asking = step(&mut browser, &form, &key, "do", "new-address").await;
    let page = asking.press(&mut browser, "do", "enter").await;
    assert_eq!(page.status, 400, "{}", page.body);
    insta::assert_snapshot!(text_of(&page.body, "[id=new-cidr-wrong]"), @"This must not be empty.");
    assert!(self::form(&page, &key).get("asks").is_some(), "still open");
    assert_eq!(send(&app, &key, "login", "198.51.100.1").await, 204);
}

#[tokio::test]
async fn what_was_typed_in_a_dialog_that_was_left_is_not_added() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key).await;
    assert_eq!(form.get("asks"), None, "the dialog is closed");
    let form = form
        .with("access", "specific")
        .with("events", "only")
        .with("new-cidr", "192.0.2.7")
        .with("new-description", "dismissed")
        .with("new-name", "login");
    let form = step(&mut browser, &form, &key, "do", "enter").await;
    assert_eq!(form.all("name"), ["login"]);
    assert!(form.all("cidr").is_empty());
    assert_eq!(
        (form.get("new-cidr"), form.get("new-description")),
        (Some(""), Some(""))
    );
    let opened = step(&mut browser, &form, &key, "do", "new-address").await;
    let left = opened.with("new-cidr", "192.0.2.7");
    let left = step(&mut browser, &left, &key, "do", "back").await;
    assert_eq!((left.get("asks"), left.get("new-cidr")), (None, Some("")));
}

#[tokio::test]
async fn a_save_adds_the_address_that_is_typed_or_says_what_is_wrong_with_it() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = edit(&mut browser, &key).await.with("access", "specific");
    let form = step(&mut browser, &form, &key, "do", "new-address").await;
    let wrong = form.with("new-cidr", "shop.example");
    // Another button leaves the dialog as it is.
    let wrong = step(&mut browser, &wrong, &key, "remove-name", "0").await;
    let page = wrong.press(&mut browser, "do", "save").await;
    assert_eq!(page.status, 400);
    assert!(text_of(&page.body, "[id=new-cidr-wrong]").starts_with("This must be an IPv4"));
    assert_eq!(send(&app, &key, "login", "198.51.100.1").await, 204);
    let right = self::form(&page, &key).with("new-cidr", "192.0.2.7");
    let saved = right.press(&mut browser, "do", "save").await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(send(&app, &key, "login", "198.51.100.1").await, 403);
    assert_eq!(send(&app, &key, "login", "192.0.2.7").await, 204);
}

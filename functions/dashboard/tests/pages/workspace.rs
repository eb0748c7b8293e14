//! The settings of the workspace itself.

use policy::Role;

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::text_of;
use crate::office::{location, whole};

const PAGE: &str = "/dashboard/workspace-settings";
const EDIT: &str = "/dashboard/workspace-settings/edit";

#[tokio::test]
async fn an_admin_names_it_and_says_what_is_kept() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let edit = browser.get(EDIT).await;
    let typed = Form::of(whole(&edit, 200), EDIT)
        .with("name", "Acme <b>")
        .with("retention", "30")
        .with("keep_addresses", "no");
    let stale = typed.clone().with("name", "Other");
    assert_eq!(location(&typed.press(&mut browser, "x", "").await), PAGE);
    let settings = app.store.workspace(&app.workspace).await.unwrap().unwrap();
    assert_eq!(settings.name, "Acme <b>");
    assert_eq!(
        (settings.retention_days, settings.keep_addresses),
        (Some(30), false)
    );
    assert_eq!(settings.metrics_cache_ttl_minutes, 5);
    let page = browser.get(PAGE).await;
    let facts = text_of(whole(&page, 200), "dl");
    assert!(
        facts.ends_with("Events are kept 30 days Addresses are kept no"),
        "{facts}"
    );

    let late = stale.press(&mut browser, "x", "").await;
    let again = Form::of(whole(&late, 409), EDIT);
    assert_eq!(
        (again.get("name"), again.get("version")),
        (Some("Other"), Some("2"))
    );
    assert_eq!(text_of(&late.body, "[id=now]"), "Acme <b>");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let edit = browser.get(EDIT).await;
    let typed = Form::of(whole(&edit, 200), EDIT);
    for (field, value, at, wrong) in [
        ("name", "", "name", "This must be 1 to 64 characters."),
        ("retention", "0", "retention", "This must be 1 to 3650."),
        (
            "retention",
            "long",
            "retention",
            "This must be a whole number of days.",
        ),
    ] {
        let sent = typed.clone().with(field, value);
        let refused = sent.press(&mut browser, "x", "").await;
        let page = whole(&refused, 400);
        assert_eq!(text_of(page, &format!("[id={at}-wrong]")), wrong);
        assert_eq!(Form::of(page, EDIT).get(field), Some(value));
    }
}

#[tokio::test]
async fn others_see_it_and_find_no_edit() {
    let app = app().await;
    for role in [Role::Viewer, Role::Editor] {
        let mut browser = Browser::of(&app, role).await;
        let page = browser.get(PAGE).await;
        assert!(!text_of(whole(&page, 200), "main").contains("Edit"));
        assert_eq!(browser.get(EDIT).await.status, 403);
        assert_eq!(
            browser
                .post(EDIT, "version=1&name=x&keep_addresses=no&retention=")
                .await
                .status,
            403
        );
    }
}

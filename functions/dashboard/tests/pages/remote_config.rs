//! The sensors' remote configuration.

use policy::{KeyKind, Role};
use testkit::TestApp;

use crate::browser::{Browser, app};
use crate::markup::text_of;
use crate::office::{form, location, whole};

const PAGE: &str = "/dashboard/remote-configuration";

async fn save(browser: &mut Browser<'_>, replaces: &str, config: &str) {
    let sent = form(&[("replaces", replaces), ("config", config)]);
    assert_eq!(location(&browser.post(PAGE, &sent).await), PAGE);
}

/// What a sensor gets.
async fn pulled(app: &TestApp) -> String {
    let key = app.key(KeyKind::Sensor).await;
    let pull = app.to_ingest("GET", "/fleet-manager/api/client/v2/config");
    pull.key(&key).send().await.body
}

#[tokio::test]
async fn what_is_saved_is_what_a_sensor_gets_and_a_roll_back_brings_it_again() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let empty = browser.get(PAGE).await;
    assert!(whole(&empty, 200).contains("Nothing yet"));
    let edit = browser.get(&format!("{PAGE}?edit=yes")).await;
    assert!(whole(&edit, 200).contains("name=\"replaces\" value=\"0\""));

    // As a browser sends it.
    save(&mut browser, "0", "{\r\n  \"rules\": [1]\r\n}").await;
    assert_eq!(
        pulled(&app).await,
        "{\"version\":1,\"config\":{\n  \"rules\": [1]\n}}"
    );
    save(&mut browser, "1", "{\"rules\": []}").await;
    let page = browser.get(PAGE).await;
    let page = whole(&page, 200);
    assert_eq!(text_of(page, "[id=current]"), "Version 2");
    assert!(text_of(page, "tbody").starts_with("Version 2"));

    let first = browser.get(&format!("{PAGE}/versions/1")).await;
    insta::assert_snapshot!(text_of(whole(&first, 200), "pre"), @r#"{ "rules": [1] }"#);
    let back = format!("{PAGE}/versions/1/roll-back");
    assert_eq!(location(&browser.post(&back, "newest=2").await), PAGE);
    assert_eq!(
        pulled(&app).await,
        "{\"version\":3,\"config\":{\n  \"rules\": [1]\n}}"
    );
    let page = browser.get(PAGE).await;
    assert!(text_of(whole(&page, 200), ".sub").starts_with("Sensors fetch it"));
    assert!(page.body.contains("with the content of version 1"));
}

#[tokio::test]
async fn a_text_that_is_wrong_comes_back_with_the_place_beside_it() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let text = "{\r\n  \"a\": 1\r\n  \"b\": \"</textarea><script>\"\r\n}";
    for what in ["", "check"] {
        let sent = form(&[("replaces", "0"), ("config", text), ("what", what)]);
        let refused = browser.post(PAGE, &sent).await;
        let page = whole(&refused, 400);
        insta::allow_duplicates! {
            insta::assert_snapshot!(text_of(page, ".wrong"), @"line 3, column 3: expected `,` or `}`");
            insta::assert_snapshot!(text_of(page, "textarea"), @r#"{ "a": 1 "b": "</textarea><script>" }"#);
        }
    }
    let good = form(&[("replaces", "0"), ("config", "{}"), ("what", "check")]);
    let checked = browser.post(PAGE, &good).await;
    insta::assert_snapshot!(text_of(whole(&checked, 200), ".note"), @"This may be saved: it is a JSON object.");
    assert_eq!(pulled(&app).await, r#"{"version":0}"#);
}

#[tokio::test]
async fn a_version_that_somebody_else_saved_meanwhile_is_shown_beside_ones_own() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    save(&mut browser, "0", "{\"theirs\": true}").await;
    let mine = form(&[("replaces", "0"), ("config", "{\"mine\": true}")]);
    let refused = browser.post(PAGE, &mine).await;
    let page = whole(&refused, 409);
    assert_eq!(text_of(page, "textarea"), "{\"mine\": true}");
    assert_eq!(text_of(page, "pre"), "{\"theirs\": true}");
    assert!(page.contains("name=\"replaces\" value=\"1\""));
    let late = browser
        .post(&format!("{PAGE}/versions/1/roll-back"), "newest=0")
        .await;
    assert!(whole(&late, 409).contains("Nothing was changed"));
    save(&mut browser, "1", "{\"mine\": true}").await;
    assert_eq!(
        pulled(&app).await,
        r#"{"version":2,"config":{"mine": true}}"#
    );
}

#[tokio::test]
async fn viewers_and_editors_see_it_and_find_no_edit() {
    let app = app().await;
    let mut admin = Browser::of(&app, Role::Admin).await;
    save(&mut admin, "0", "{\"a\": 1}").await;
    save(&mut admin, "1", "{\"a\": 2}").await;
    for role in [Role::Viewer, Role::Editor] {
        let mut browser = Browser::of(&app, role).await;
        for path in ["", "?edit=yes", "/versions/1"] {
            let page = browser.get(&format!("{PAGE}{path}")).await;
            let page = text_of(whole(&page, 200), "main");
            assert!(page.contains("\"a\":") && !page.contains("Edit"), "{page}");
            assert!(
                !page.contains("Save as") && !page.contains("Roll back"),
                "{page}"
            );
        }
        let sent = form(&[("replaces", "2"), ("config", "{}")]);
        assert_eq!(browser.post(PAGE, &sent).await.status, 403);
        let back = format!("{PAGE}/versions/1/roll-back");
        assert_eq!(browser.post(&back, "newest=2").await.status, 403);
        for nowhere in ["/versions/9", "/versions/x"] {
            assert_eq!(browser.get(&format!("{PAGE}{nowhere}")).await.status, 404);
        }
    }
}

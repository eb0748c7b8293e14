//! API keys & service accounts.

use std::time::Duration;

use event::Clock;
use policy::{ApiKey, Role};
use testkit::{Answer, TestApp};

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::text_of;
use crate::office::{form, location, whole};

const PAGE: &str = "/dashboard/service-accounts";

/// Makes an account; its page.
async fn account(browser: &mut Browser<'_>, name: &str, role: &str) -> String {
    let sent = form(&[("name", name), ("role", role)]);
    location(&browser.post(PAGE, &sent).await)
}

/// Makes an API key of the account at that page.
async fn key(browser: &mut Browser<'_>, account: &str, name: &str) -> ApiKey {
    let answer = send_key(browser, account, name, "").await;
    key_in(whole(&answer, 200))
}

/// Fills in and sends the form for an API key.
async fn send_key(browser: &mut Browser<'_>, account: &str, name: &str, last_day: &str) -> Answer {
    let page = browser.get(account).await;
    let form = Form::of(&page.body, &format!("{account}/keys?"));
    let form = form.with("name", name).with("last_day", last_day);
    form.press(browser, "", "").await
}

fn key_in(page: &str) -> ApiKey {
    let (_, text) = page.split_once("value=\"weir_sa_").unwrap();
    let (text, _) = text.split_once('"').unwrap();
    ApiKey::parse(&format!("weir_sa_{text}")).unwrap()
}

/// What the admin API says to the key.
async fn asks(app: &TestApp, key: &ApiKey) -> Answer {
    app.to_keys("GET", "/admin/v1/keys").key(key).send().await
}

#[tokio::test]
async fn the_text_of_an_api_key_is_shown_once_and_works() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = account(&mut browser, "Nightly build", "editor").await;
    let page = browser.get(&account).await;
    assert_eq!(text_of(whole(&page, 200), ".notice"), "Changes saved");
    assert!(page.body.contains("There is none yet."));

    let key = key(&mut browser, &account, "CI").await;
    assert_eq!(asks(&app, &key).await.status, 200);
    let page = browser.get(&account).await;
    let page = whole(&page, 200);
    assert!(!page.contains("weir_sa_"));
    insta::assert_snapshot!(text_of(page, "tbody").replace(key.id().as_str(), "<id>").split(" 20").next().unwrap(), @"CI <id> admin@example.com");
    let list = browser.get(PAGE).await;
    assert!(text_of(whole(&list, 200), "tbody").starts_with("Nightly build editor 1 admin@"));
}

#[tokio::test]
async fn an_api_key_may_be_bound_to_addresses() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = account(&mut browser, "Build", "admin").await;
    let page = browser.get(&account).await;
    let path = format!("{account}/keys?");
    let form = Form::of(&page.body, &path).with("name", "CI");
    let wrong = form.clone().with("addresses", "192.0.2.0/24\nshop.example");
    let page = wrong.press(&mut browser, "", "").await;
    assert_eq!(page.status, 400);
    insta::assert_snapshot!(text_of(&page.body, "[id=addresses-wrong]"), @"This must be an IPv4 or IPv6 address or a CIDR range: not a host name or a wildcard (number 2).");
    let kept = Form::of(&page.body, &path);
    let kept: Vec<_> = kept.get("addresses").unwrap().split_whitespace().collect();
    assert_eq!(kept, ["192.0.2.0/24", "shop.example"]);

    let right = form.with("addresses", "192.0.2.0/24\n2001:db8::7");
    let key = key_in(whole(&right.press(&mut browser, "", "").await, 200));
    let row = text_of(&browser.get(&account).await.body, "tbody tr");
    assert!(row.contains(" 192.0.2.0/24 2001:db8::7/128 "), "{row}");
    assert_eq!(asks(&app, &key).await.code(), "ip_not_allowed");
}

#[tokio::test]
async fn the_last_use_of_an_api_key_is_shown() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = account(&mut browser, "Nightly build", "editor").await;
    let key = key(&mut browser, &account, "CI").await;
    let row = async |browser: &mut Browser<'_>| {
        let page = browser.get(&account).await;
        text_of(whole(&page, 200), "tbody tr")
    };
    let unused = row(&mut browser).await;
    assert!(unused.contains(" never anywhere never Enabled"), "{unused}");
    app.clock.advance(Duration::from_mins(3));
    assert_eq!(asks(&app, &key).await.status, 200);
    app.runtime.flush().await;
    let minute = app.clock.now().to_string().replace('T', " ");
    let used = row(&mut browser).await;
    assert!(
        used.contains(&format!(" never anywhere {} Enabled", &minute[..16])),
        "{used}"
    );
}

#[tokio::test]
async fn a_disabled_api_key_is_refused_on_its_next_request_and_stays_listed() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = account(&mut browser, "Nightly build", "viewer").await;
    let key = key(&mut browser, &account, "CI").await;
    assert_eq!(asks(&app, &key).await.status, 200);
    let disable = format!("{account}/keys/{}/disable", key.id());
    assert_eq!(location(&browser.post(&disable, "").await), account);
    assert_eq!(asks(&app, &key).await.code(), "key_revoked");
    let page = browser.get(&account).await;
    let row = text_of(whole(&page, 200), "tbody");
    assert!(row.contains("CI") && row.contains("Disabled"), "{row}");
    assert!(row.ends_with("by admin@example.com"), "{row}");
}

#[tokio::test]
async fn another_role_and_the_end_of_an_account_hold_for_its_keys_at_once() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = account(&mut browser, "Nightly build", "viewer").await;
    let key = key(&mut browser, &account, "CI").await;
    let body = serde_json::json!({"name": "Web", "kind": "rum"});
    let make = || app.to_keys("POST", "/admin/v1/keys").key(&key).json(&body);
    assert_eq!(make().send().await.code(), "role_missing");
    let sent = form(&[
        ("version", "1"),
        ("name", "Nightly build"),
        ("role", "editor"),
    ]);
    assert_eq!(location(&browser.post(&account, &sent).await), account);
    assert_eq!(make().send().await.status, 201);

    assert_eq!(
        location(&browser.post(&format!("{account}/delete"), "").await),
        PAGE
    );
    assert_eq!(asks(&app, &key).await.code(), "key_revoked");
    let page = browser.get(&account).await;
    let page = whole(&page, 200);
    assert!(page.contains("Deleted (UTC)"));
    for gone in [
        "Create an API key",
        "Save Changes",
        "Delete account",
        "for good",
    ] {
        assert!(!page.contains(gone), "{gone}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let long = "x".repeat(65);
    let refused = browser
        .post(PAGE, &form(&[("name", &long), ("role", "admin")]))
        .await;
    let page = whole(&refused, 400);
    assert_eq!(
        text_of(page, "[id=name-wrong]"),
        "This must be 1 to 64 characters."
    );
    assert!(page.contains(&format!("value=\"{long}\"")));
    assert!(page.contains("<option value=\"admin\" selected>"));

    let account = account(&mut browser, "Build", "viewer").await;
    let taken = browser
        .post(PAGE, &form(&[("name", "Build"), ("role", "viewer")]))
        .await;
    insta::assert_snapshot!(text_of(whole(&taken, 409), ".note"), @"the name is taken");

    let refused = send_key(&mut browser, &account, "CI", "2020-01-01").await;
    let page = whole(&refused, 400);
    assert!(text_of(page, "[id=last-day-wrong]").starts_with("This must lie in the future"));
    assert!(page.contains("value=\"2020-01-01\"") && page.contains("value=\"CI\""));
    let refused = send_key(&mut browser, &account, "CI", "soon").await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), "[id=last-day-wrong]"), @"This must be a day, such as 2026-11-21.");
}

#[tokio::test]
async fn somebody_elses_change_is_shown_and_not_overwritten() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let account = account(&mut browser, "Build", "viewer").await;
    let theirs = form(&[("version", "1"), ("name", "Build"), ("role", "editor")]);
    assert_eq!(browser.post(&account, &theirs).await.status, 303);
    let mine = form(&[("version", "1"), ("name", "Nightly"), ("role", "viewer")]);
    let refused = browser.post(&account, &mine).await;
    let page = whole(&refused, 409);
    assert_eq!(text_of(page, "h1"), "Build");
    assert!(text_of(page, ".facts").starts_with("Role editor"));
    assert!(page.contains("value=\"Nightly\"") && page.contains("name=\"version\" value=\"2\""));
    let again = mine.replace("version=1", "version=2");
    assert_eq!(browser.post(&account, &again).await.status, 303);
}

#[tokio::test]
async fn it_is_for_admins_and_not_offered_to_others() {
    let app = app().await;
    let mut admin = Browser::of(&app, Role::Admin).await;
    let account = account(&mut admin, "Build", "viewer").await;
    for role in [Role::Viewer, Role::Editor] {
        let mut browser = Browser::of(&app, role).await;
        assert!(!browser.get("/dashboard").await.body.contains(PAGE));
        for path in [PAGE, &account] {
            assert_eq!(browser.get(path).await.status, 403, "{path}");
        }
        let sent = form(&[("version", "1"), ("name", "X"), ("role", "admin")]);
        for path in [
            PAGE,
            &account,
            &format!("{account}/delete"),
            &format!("{account}/keys"),
        ] {
            assert_eq!(browser.post(path, &sent).await.status, 403, "{path}");
        }
    }
    for nowhere in ["/nowhere", "/0123456789ab"] {
        assert_eq!(admin.get(&format!("{PAGE}{nowhere}")).await.status, 404);
    }
}

#[tokio::test]
async fn names_are_text_and_never_markup() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    let account = account(&mut browser, name, "viewer").await;
    let answer = send_key(&mut browser, &account, name, "").await;
    let page = whole(&answer, 200);
    assert!(!page.contains("<img"));
    assert_eq!(text_of(page, "h1"), name);
    for path in [PAGE, "/dashboard/audit-log"] {
        let page = browser.get(path).await;
        assert!(!whole(&page, 200).contains("<img"));
    }
}

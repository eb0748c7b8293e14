//! An edit whose session ends in the middle.

use std::time::Duration;

use edge::SystemClock;
use event::Clock;
use policy::{KeyKind, Role};

use crate::browser::{Browser, app, know, send_back};
use crate::form::Form;
use crate::markup::{check, plain, text_of};

#[tokio::test]
async fn an_edit_is_still_there_after_the_sign_in_that_it_needed() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let path = format!("/dashboard/ingest-api/{}", key.id());
    let page = browser.get(&path).await;
    let name = "\"<b>quoted</b>\" & more";
    let typed = Form::of(&page.body, &path)
        .with("events", "only")
        .with("new-name", name);

    app.clock.advance(Duration::from_hours(2));
    let kept = typed.press(&mut browser, "do", "save").await;
    assert_eq!(kept.status, 401);
    check(&kept.body);
    insta::assert_snapshot!(text_of(&kept.body, "main"), @"You are signed out Your session ended before this was sent. Nothing is saved yet, and nothing that you typed is lost: this page holds it. Sign in again in another window Go on with the edit here, after that");
    // Pressed too early it is kept on.
    let held = Form::of(&kept.body, &path);
    let again = held.press(&mut browser, "", "").await;
    assert_eq!(again.status, 401);

    // The identity provider's time is the present one.
    app.clock.set(SystemClock.now());
    browser.cookies.clear();
    browser.sign_in("editor@example.com").await;
    let other_window = browser.get("/dashboard/signed-in-again").await;
    assert!(text_of(&other_window.body, "main").contains("Your edit waits in the other window."));
    let saved = Form::of(&again.body, &path)
        .press(&mut browser, "", "")
        .await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let form = Form::of(&browser.get(&path).await.body, &path);
    assert_eq!(form.all("name"), [name]);
}

#[tokio::test]
async fn an_edit_in_one_of_several_workspaces_goes_on_in_that_one() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    // The first of their workspaces is the other one.
    know(&app, "ann@example.com", &["other:viewer", "test:editor"]);
    let mut browser = Browser::open(&app);
    browser.sign_in("ann@example.com").await;
    browser.post("/dashboard/workspace", "workspace=test").await;
    let path = format!("/dashboard/ingest-api/{}", key.id());
    let page = browser.get(&path).await;
    let typed = Form::of(&page.body, &path)
        .with("events", "only")
        .with("new-name", "kept");

    app.clock.advance(Duration::from_hours(2));
    let kept = typed.press(&mut browser, "do", "save").await;
    assert_eq!(kept.status, 401);
    app.clock.set(SystemClock.now());
    browser.cookies.clear();
    let (_, rest) = kept
        .body
        .split_once("href=\"/dashboard/sign-in")
        .expect("a way in");
    let way = format!("/dashboard/sign-in{}", rest.split('"').next().unwrap());
    let away = browser.get(&plain(&way)).await;
    let back = send_back(&away.headers["location"], "ann@example.com").await;
    let done = browser.get(&back).await;
    let other_window = browser.get(&done.headers["location"]).await;
    assert!(text_of(&other_window.body, "main").contains("Your edit waits in the other window."));
    let saved = Form::of(&kept.body, &path)
        .press(&mut browser, "", "")
        .await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let form = Form::of(&browser.get(&path).await.body, &path);
    assert_eq!(form.all("name"), ["kept"]);
}

#[tokio::test]
async fn a_script_is_told_that_nobody_is_signed_in() {
    let app = app().await;
    let call = app
        .to_dashboard("POST", "/dashboard/ingest-api/3fYx9QkLm2Ab")
        .header("accept", "application/json")
        .form("do=save");
    let answer = call.send().await;
    insta::assert_snapshot!(answer.shown(), @r#"401 {"error":{"code":"signed_out","message":"you are signed out: sign in again","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn what_another_site_posts_is_kept_by_no_page() {
    let app = app().await;
    let call = app
        .to_dashboard("POST", "/dashboard/ingest-api/3fYx9QkLm2Ab")
        .header("origin", "https://evil.example")
        .form("new-name=evil&do=save");
    let answer = call.send().await;
    assert_eq!(answer.status, 403);
    assert!(!answer.body.contains("evil"));
}

//! In and out, and how long somebody stays in.

use std::time::Duration;

use testkit::{Fault, ORIGIN, Service, TestApp};

use crate::browser::{Browser, app, know, redirect_of, send_back};
use crate::markup::text_of;

const SESSION: &str = "__Host-weir-session";

#[tokio::test]
async fn signed_out_the_address_answers_with_a_page_that_offers_to_sign_in() {
    let app = app().await;
    let answer = Browser::open(&app).get("/dashboard").await;
    assert_eq!(answer.status, 200);
    insta::assert_snapshot!(text_of(&answer.body, "main"), @"Weir Event data and the keys that send it: watched and under control. Sign in");
    assert!(
        answer
            .body
            .contains(r#"href="/dashboard/sign-in?next=%2Fdashboard""#)
    );
    let root = Browser::open(&app).get("/").await;
    assert_eq!(
        (root.status, &*root.headers["location"]),
        (303, "/dashboard")
    );
}

#[tokio::test]
async fn a_page_is_reached_after_the_sign_in_that_it_asked_for() {
    let app = app().await;
    know(&app, "ann@example.com", &["test:viewer"]);
    let mut browser = Browser::open(&app);
    let page = "/dashboard/ingest-api?range=7d";

    let asked = browser.get(page).await;
    assert_eq!(asked.status, 303);
    let door = browser.get(&asked.headers["location"]).await;
    assert!(door.body.contains("You are signed out."));
    let way = "/dashboard/sign-in?next=%2Fdashboard%2Fingest%2Dapi%3Frange%3D7d";
    assert!(door.body.contains(way), "{}", door.body);

    let away = browser.get(way).await;
    let back = send_back(&away.headers["location"], "ann@example.com").await;
    let done = browser.get(&back).await;
    assert_eq!((done.status, &*done.headers["location"]), (303, page));
    assert_eq!(browser.get(page).await.status, 200);
}

#[tokio::test]
async fn the_way_to_the_provider_carries_a_challenge_a_state_and_a_nonce() {
    let app = app().await;
    let away = Browser::open(&app).get("/dashboard/sign-in").await;
    let address = &away.headers["location"];
    let (page, query) = address.split_once('?').unwrap();
    assert_eq!(
        page,
        format!("{}/oauth2/authorize", app.stand_in.issuer().url())
    );
    let names: Vec<_> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| match name {
            "state" | "nonce" | "code_challenge" => format!("{name}: {} characters", value.len()),
            _ => format!("{name}: {value}"),
        })
        .collect();
    insta::assert_snapshot!(names.join("\n"), @"
    response_type: code
    client_id: local-application
    redirect_uri: http%3A%2F%2F127.0.0.1%3A9000%2Fdashboard%2Fsigned-in
    scope: openid%20email%20profile
    state: 43 characters
    nonce: 43 characters
    code_challenge: 43 characters
    code_challenge_method: S256
    ");
}

#[tokio::test]
async fn a_session_is_sealed_and_out_of_reach_of_scripts() {
    let app = app().await;
    know(&app, "ann@example.com", &["test:viewer"]);
    let done = Browser::open(&app).sign_in("ann@example.com").await;
    let cookie = done
        .cookies
        .iter()
        .find(|it| it.starts_with(SESSION))
        .unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    insta::assert_snapshot!(attributes, @"Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax");
    assert!(!pair.contains("ann") && !pair.contains("viewer"));
    assert!(
        done.cookies
            .iter()
            .any(|it| it.starts_with("__Host-weir-sign-in=;"))
    );
}

#[tokio::test]
async fn an_answer_that_this_browser_did_not_ask_for_signs_nobody_in() {
    let app = app().await;
    know(&app, "eve@example.com", &["test:admin"]);
    let of_eve = Browser::open(&app).return_of("eve@example.com").await;

    // Without an attempt of its own, and with another one.
    let mut ann = Browser::open(&app);
    let refused = ann.get(&of_eve).await;
    insta::assert_snapshot!(text_of(&refused.body, "main"), @"The sign-in did not work It took too long, or the browser keeps no cookies: begin again. Go to the start page sign_in_failed");
    ann.return_of("eve@example.com").await;
    let refused = ann.get(&of_eve).await;
    assert_eq!(refused.status, 400);
    insta::assert_snapshot!(text_of(&refused.body, "main"), @"The sign-in did not work It was begun in another window: begin again. Go to the start page sign_in_failed");
    assert!(!ann.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn a_code_signs_in_once() {
    let app = app().await;
    know(&app, "ann@example.com", &["test:viewer"]);
    let mut browser = Browser::open(&app);
    let back = browser.return_of("ann@example.com").await;
    let attempt = browser.cookies.clone();
    assert_eq!(browser.get(&back).await.status, 303);
    let mut again = Browser::open(&app);
    again.cookies = attempt;
    let refused = again.get(&back).await;
    assert_eq!(refused.status, 400);
    assert!(!again.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn an_attempt_is_over_after_ten_minutes() {
    let app = app().await;
    know(&app, "ann@example.com", &["test:viewer"]);
    let mut browser = Browser::open(&app);
    let back = browser.return_of("ann@example.com").await;
    app.clock.advance(Duration::from_mins(10));
    assert_eq!(browser.get(&back).await.status, 400);
}

#[tokio::test]
async fn what_the_provider_refuses_is_said_and_can_be_tried_again() {
    let app = app().await;
    let mut browser = Browser::open(&app);
    let away = browser.get("/dashboard/sign-in").await;
    let state = away.headers["location"].split("state=").nth(1).unwrap();
    let state = state.split('&').next().unwrap();
    let path = format!("/dashboard/signed-in?error=access_denied&state={state}");
    let refused = browser.get(&path).await;
    assert_eq!(refused.status, 400);
    insta::assert_snapshot!(text_of(&refused.body, "main"), @"The sign-in did not work The identity provider ended it. Go to the start page sign_in_failed");
    know(&app, "ann@example.com", &["test:viewer"]);
    assert_eq!(browser.sign_in("ann@example.com").await.status, 303);
}

#[tokio::test]
async fn without_the_provider_the_page_says_so_and_the_signed_in_go_on() {
    let app = app().await;
    let mut ann = Browser::of_viewer(&app).await;
    // A process of its own: this one knows where the provider's pages are.
    let other = app_without_provider().await;
    let answer = Browser::open(&other).get("/dashboard/sign-in").await;
    assert_eq!(answer.status, 503);
    insta::assert_snapshot!(text_of(&answer.body, "main"), @"One moment The identity provider does not answer: try again later. Go to the start page unavailable");
    let fault = Fault::refused().on_service(Service::Issuer);
    app.stand_in.faults().inject(fault);
    assert_eq!(ann.get("/dashboard").await.status, 200);
}

async fn app_without_provider() -> TestApp {
    let app = app().await;
    let fault = Fault::refused().on_service(Service::Issuer);
    app.stand_in.faults().inject(fault);
    app
}

#[tokio::test]
async fn a_session_ends_an_hour_after_its_last_request() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    for _ in 0..3 {
        app.clock.advance(Duration::from_mins(59));
        assert_eq!(browser.get("/dashboard/ingest-api").await.status, 200);
    }
    app.clock.advance(Duration::from_hours(1));
    assert_eq!(browser.get("/dashboard/ingest-api").await.status, 303);
}

#[tokio::test]
async fn a_session_ends_eight_hours_after_the_sign_in_however_it_is_used() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    for _ in 0..15 {
        app.clock.advance(Duration::from_mins(30));
        assert_eq!(browser.get("/dashboard/ingest-api").await.status, 200);
    }
    app.clock.advance(Duration::from_mins(30));
    assert_eq!(browser.get("/dashboard/ingest-api").await.status, 303);
}

#[tokio::test]
async fn a_changed_cookie_is_no_session() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let sealed = browser.cookies[SESSION].clone();
    let attempt = browser.get("/dashboard/sign-in").await;
    assert_eq!(attempt.status, 303);
    let sealed_attempt = browser.cookies["__Host-weir-sign-in"].clone();
    let (ring_key, text) = sealed.split_once('.').unwrap();
    let other = if text.starts_with('A') { "B" } else { "A" };
    let changed = format!("{ring_key}.{other}{}", &text[1..]);
    for value in [&changed, "", "x", "first.AAAA", &sealed_attempt] {
        browser.cookies.insert(SESSION.to_owned(), value.to_owned());
        assert_eq!(
            browser.get("/dashboard/ingest-api").await.status,
            303,
            "{value}"
        );
    }
    browser.cookies.insert(SESSION.to_owned(), sealed);
    assert_eq!(browser.get("/dashboard/ingest-api").await.status, 200);
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_at_the_provider() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let answer = browser.post("/dashboard/sign-out", "").await;
    assert_eq!(answer.status, 200);
    assert!(!browser.cookies.contains_key(SESSION));
    let away = answer.headers["refresh"].strip_prefix("0; url=").unwrap();
    assert!(away.starts_with(&format!("{}/logout?", app.stand_in.issuer().url())));
    assert_eq!(redirect_of(away).await, format!("{ORIGIN}/dashboard"));
    assert_eq!(browser.get("/dashboard/ingest-api").await.status, 303);
}

#[tokio::test]
async fn who_has_no_role_is_told_so() {
    let app = app().await;
    know(&app, "nobody@example.com", &["developers"]);
    let mut browser = Browser::open(&app);
    browser.sign_in("nobody@example.com").await;
    for path in ["/dashboard", "/dashboard/ingest-api"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains("Ask an admin of yours"), "{path}");
        assert!(answer.body.contains("Sign out"), "{path}");
    }
    assert_eq!(
        browser.get("/dashboard/data/graphs").await.code(),
        "role_missing"
    );
}

#[tokio::test]
async fn of_several_workspaces_one_is_looked_at_and_no_others() {
    let app = app().await;
    know(&app, "ann@example.com", &["other:viewer", "test:admin"]);
    let mut browser = Browser::open(&app);
    browser.sign_in("ann@example.com").await;
    let shown = |body: &str| text_of(body, ".side .place");
    assert_eq!(
        shown(&browser.get("/dashboard").await.body),
        "other · viewer"
    );

    let switched = browser.post("/dashboard/workspace", "workspace=test").await;
    assert_eq!(switched.status, 303);
    assert_eq!(shown(&browser.get("/dashboard").await.body), "test · admin");

    let refused = browser
        .post("/dashboard/workspace", "workspace=third")
        .await;
    assert_eq!(refused.status, 404);
    assert_eq!(shown(&browser.get("/dashboard").await.body), "test · admin");
}

#[tokio::test]
async fn who_comes_by_another_name_of_the_host_signs_in_at_its_own() {
    let app = app().await;
    let call = app.to_dashboard("GET", "/dashboard/sign-in?next=%2Fdashboard");
    let answer = call.header("host", "localhost:9000").send().await;
    assert_eq!(answer.status, 303);
    let there = "http://127.0.0.1:9000/dashboard/sign-in?next=%2Fdashboard";
    assert_eq!(answer.headers["location"], there);
    assert!(answer.cookies.is_empty());
}

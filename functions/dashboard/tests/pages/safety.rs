//! What must hold for every page, whoever asks for it.

use testkit::{Answer, ORIGIN};

use crate::browser::{Browser, app, know};
use crate::markup::{check, text_of};

/// Pages for who is signed in, and one that does not exist.
const PAGES: [&str; 6] = [
    "/dashboard",
    "/dashboard/ingest-api",
    "/dashboard/live",
    "/dashboard/getting-started",
    "/dashboard/ingestion-keys",
    "/dashboard/nowhere",
];

fn shown(answer: &Answer, names: &[&str]) -> String {
    let line = |name: &&str| format!("{name}: {}", answer.headers[*name]);
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_answer_is_protected() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let names = [
        "content-security-policy",
        "cache-control",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "strict-transport-security",
    ];
    for path in PAGES.iter().chain(&["/dashboard/data/graphs"]) {
        let answer = browser.get(path).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown(&answer, &names), @"
            content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'
            cache-control: no-store
            x-content-type-options: nosniff
            referrer-policy: same-origin
            cross-origin-opener-policy: same-origin
            cross-origin-resource-policy: same-origin
            strict-transport-security: max-age=31536000
            ");
        }
    }
}

#[tokio::test]
async fn every_page_is_whole_and_has_nothing_inline() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let mut pages = vec![Browser::open(&app).get("/dashboard").await];
    for path in PAGES {
        pages.push(browser.get(path).await);
    }
    pages.push(browser.get("/dashboard/ingest-api?tables=yes").await);
    pages.push(browser.post("/dashboard/sign-out", "").await);
    for page in pages {
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        check(&page.body);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_a_page_for_people_and_json_for_scripts() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard/nowhere").await;
    assert_eq!(page.status, 404);
    insta::assert_snapshot!(text_of(&page.body, "main"), @"There is no such page There is nothing here. Go to the start page not_found");
    assert!(page.body.contains("Ingest API"), "the navigation is there");
    let data = browser.get("/dashboard/data/nowhere").await;
    insta::assert_snapshot!(data.shown(), @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"test-request"}}"#);
    let posted = browser.post("/dashboard/ingest-api", "").await;
    assert_eq!(
        (posted.status, &*posted.headers["allow"]),
        (405, "GET,HEAD")
    );
}

#[tokio::test]
async fn a_name_is_text_and_never_markup() {
    let app = app().await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    know(&app, "eve", &["test:viewer"]);
    app.stand_in.issuer().add_person(local::issuer::Person {
        username: "eve".to_owned(),
        subject: "1".to_owned(),
        email: name.to_owned(),
        groups: vec!["test:viewer".to_owned()],
    });
    let mut browser = Browser::open(&app);
    browser.sign_in("eve").await;
    let page = browser.get("/dashboard?x=%22%3E%3Cscript%3E").await;
    check(&page.body);
    assert!(!page.body.contains("<img") && !page.body.contains("\"><script>"));
    assert_eq!(text_of(&page.body, ".side .name"), name);
}

#[tokio::test]
async fn only_our_own_pages_may_post() {
    let app = app().await;
    let browser = Browser::of_viewer(&app).await;
    let session = format!(
        "__Host-weir-session={}",
        browser.cookies["__Host-weir-session"]
    );
    let post = |origin: Option<&str>| {
        let call = app
            .to_dashboard("POST", "/dashboard/sign-out")
            .header("cookie", &session)
            .form("");
        match origin {
            Some(origin) => call.header("origin", origin),
            None => call.without("origin"),
        }
    };
    let others = [
        Some("https://evil.example"),
        Some("null"),
        Some("http://127.0.0.1:9001"),
        None,
    ];
    for origin in others {
        let answer = post(origin).send().await;
        assert_eq!(answer.status, 403, "{origin:?}");
        assert!(answer.cookies.is_empty(), "{origin:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(text_of(&answer.body, "main"), @"This did not work This may only be sent by a page of the dashboard. Go to the start page cross_site");
        }
    }
    assert_eq!(post(Some(ORIGIN)).send().await.status, 200);
}

#[tokio::test]
async fn colours_are_chosen_without_scripts_and_remembered() {
    let app = app().await;
    let mut browser = Browser::open(&app);
    assert!(
        browser
            .get("/dashboard")
            .await
            .body
            .contains(r#"data-theme="auto""#)
    );
    let chosen = browser
        .post("/dashboard/theme", "theme=dark&next=%2Fdashboard")
        .await;
    assert_eq!(
        (chosen.status, &*chosen.headers["location"]),
        (303, "/dashboard")
    );
    assert!(
        browser
            .get("/dashboard")
            .await
            .body
            .contains(r#"data-theme="dark""#)
    );
    let elsewhere = "theme=light&next=https%3A%2F%2Fevil.example";
    let chosen = browser.post("/dashboard/theme", elsewhere).await;
    assert_eq!(chosen.headers["location"], "/dashboard");
    let refused = browser.post("/dashboard/theme", "theme=purple").await;
    assert_eq!(refused.status, 400);
    insta::assert_snapshot!(text_of(&refused.body, "main"), @"This did not work This is not the form of the page. Go to the start page invalid_body");
}

//! Browsers on any page may send; what is read stays with servers.

use api::{Answer, Invocation, Weir};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::json;

const ORIGIN: &str = "https://shop.example.com";

/// Status, and the headers that a browser looks at.
fn seen(answer: &Answer) -> String {
    let mut names: Vec<&str> = answer
        .headers
        .keys()
        .map(reqwest::header::HeaderName::as_str)
        .collect();
    names.retain(|name| name.starts_with("access-control-") || *name == "vary");
    names.sort_unstable();
    let header = |name: &&str| format!("\n{name}: {}", answer.header(name));
    format!(
        "{}{}",
        answer.status,
        names.iter().map(header).collect::<String>()
    )
}

#[tokio::test]
async fn a_preflight_is_answered_without_a_key_and_kept_for_two_hours() {
    let preflight = async |path: &str| {
        let client = Weir::shared().await.client();
        let request = client
            .request(Method::OPTIONS, path)
            .header("origin", ORIGIN)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            );
        seen(&client.send(request).await)
    };
    let answer = preflight("/event/ingest").await;
    assert_snapshot!(answer, @r#"
    204
    access-control-allow-credentials: true
    access-control-allow-headers: authorization,content-type
    access-control-allow-methods: GET, POST, OPTIONS
    access-control-allow-origin: https://shop.example.com
    access-control-expose-headers: Retry-After
    access-control-max-age: 7200
    vary: Access-Control-Request-Headers, Origin
    "#);
    assert_eq!(preflight("/event/ingest/batch").await, answer);
    assert_eq!(preflight("/profile").await, answer);
}

#[tokio::test]
async fn a_page_may_read_a_success() {
    let tenant = Weir::shared().await.tenant().await;
    let request = tenant
        .writer()
        .request(Method::POST, "/event/ingest")
        .header("origin", ORIGIN)
        .json(&json!({"name": "a", "userId": "ann"}));
    assert_snapshot!(seen(&tenant.client().send(request).await), @r#"
    204
    access-control-allow-credentials: true
    access-control-allow-origin: https://shop.example.com
    access-control-expose-headers: Retry-After
    vary: Origin
    "#);
}

#[tokio::test]
async fn a_page_may_read_every_error_of_an_ingest_path() {
    let tenant = Weir::shared().await.tenant().await;
    let path = "/event/ingest";
    for (status, invocation) in [
        (
            400,
            Invocation::post(path, "{").key(&tenant.write_only.text),
        ),
        (401, Invocation::post(path, "{}")),
        (
            403,
            Invocation::post(path, "{}").key(&tenant.issue(disabled()).await.text),
        ),
        (404, Invocation::post("/event/unknown", "{}")),
        (405, Invocation::new("DELETE", path)),
        (
            413,
            Invocation::post(path, " ".repeat((4 << 20) + 1)).key(&tenant.write_only.text),
        ),
        (
            415,
            Invocation::post(path, "{}")
                .key(&tenant.write_only.text)
                .header("content-encoding", "br"),
        ),
    ] {
        let answer = tenant
            .client()
            .invoke(&invocation.header("origin", ORIGIN))
            .await;
        assert_eq!(answer.status, status, "{answer}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            ORIGIN,
            "{answer}"
        );
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "Retry-After",
            "{answer}"
        );
    }
}

fn disabled() -> api::NewKey {
    api::NewKey {
        state: policy::KeyState::Disabled,
        ..api::NewKey::default()
    }
}

#[tokio::test]
async fn a_caller_that_is_no_page_is_told_any_origin() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(seen(&tenant.track(&json!({"name": "a", "userId": "ann"})).await), @r#"
    204
    access-control-allow-origin: *
    access-control-expose-headers: Retry-After
    vary: Origin
    "#);
}

#[tokio::test]
async fn a_page_may_not_read_profiles() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {}}))
        .await;
    let request = tenant
        .reader()
        .request(Method::GET, "/profile/ann")
        .header("origin", ORIGIN);
    assert_snapshot!(seen(&tenant.client().send(request).await), @"200");
}

//! Browsers: preflights without a key, CORS headers on errors too.

use testkit::TestApp;

#[tokio::test]
async fn a_preflight_is_answered_without_a_key() {
    let app = TestApp::start().await;
    for path in ["/event/ingest", "/event/ingest/batch", "/profile"] {
        let answer = app
            .to_ingest("OPTIONS", path)
            .header("origin", "https://shop.example.com")
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
            .send()
            .await;
        assert_eq!(answer.status, 204);
        assert_eq!(
            answer.headers["access-control-allow-origin"],
            "https://shop.example.com"
        );
        assert!(answer.headers["access-control-allow-headers"].contains("authorization"));
        assert_eq!(answer.headers["access-control-max-age"], "7200");
    }
}

#[tokio::test]
async fn a_page_may_send_whatever_headers_its_instrumentation_adds() {
    const USUAL: &str =
        "authorization, content-type, apikey, token, idempotency-key, content-encoding";
    let app = TestApp::start().await;
    let preflight = async |asked: Option<&str>| {
        let call = app
            .to_ingest("OPTIONS", "/json/rum")
            .header("origin", "https://shop.example.com")
            .header("access-control-request-method", "POST");
        let answer = match asked {
            Some(asked) => call.header("access-control-request-headers", asked).send(),
            None => call.send(),
        };
        let headers = answer.await.headers;
        assert_eq!(headers["vary"], "Access-Control-Request-Headers, Origin");
        headers["access-control-allow-headers"].clone()
    };
    let traced = "authorization,baggage,content-type,traceparent";
    assert_eq!(preflight(Some(traced)).await, traced);
    let long = vec!["x"; 3_000].join(",");
    for none in [None, Some(""), Some("no name"), Some("a,,b"), Some(&*long)] {
        assert_eq!(preflight(none).await, USUAL, "{none:?}");
    }
}

#[tokio::test]
async fn an_error_can_be_read_by_the_page_that_caused_it() {
    let app = TestApp::start().await;
    let answer = app
        .post("/event/ingest")
        .header("origin", "https://shop.example.com")
        .send()
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.headers["access-control-allow-origin"],
        "https://shop.example.com"
    );
    assert_eq!(
        answer.headers["access-control-expose-headers"],
        "Retry-After"
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_have_their_own_answers() {
    let app = TestApp::start().await;
    assert_eq!(app.post("/event").send().await.code(), "not_found");
    let answer = app.to_ingest("GET", "/event/ingest").send().await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (405, "method_not_allowed")
    );
}

//! What every route of a function has in common.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use http::Method;
use http::header::ORIGIN;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::{Connection, Problem, cors, panic, problem};

/// Which pages' scripts may read the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Those of the same origin.
    SameOrigin,
    /// All: answers carry CORS headers, and `OPTIONS` is answered without a key.
    AnyOrigin,
}

/// Completes the routes of an API that no other site's page may use.
///
/// Unknown paths answer 404, other methods 405, a panic 500; every [`Problem`] gets its body; the
/// log lines of a request carry its id. Call it last: it covers the routes that are there.
pub fn api(router: Router) -> Router {
    complete(router, Readers::SameOrigin)
}

/// Completes the routes of an ingest API, which any page may use: [`api`], and CORS headers on every
/// answer.
pub fn ingest_api(router: Router) -> Router {
    complete(router, Readers::AnyOrigin)
}

fn complete(router: Router, readers: Readers) -> Router {
    router
        .fallback(|| async { Problem::NotFound })
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(middleware::from_fn_with_state(readers, surround))
}

async fn surround(
    State(readers): State<Readers>,
    connection: Connection,
    request: Request,
    next: Next,
) -> Response {
    let any_origin = readers == Readers::AnyOrigin;
    let origin = request
        .headers()
        .get(ORIGIN)
        .filter(|_| any_origin)
        .cloned();
    let mut response = if any_origin && request.method() == Method::OPTIONS {
        cors::preflight(request.headers())
    } else {
        // At the level of errors, so that even a log of errors alone knows the request.
        let span = tracing::error_span!("request", id = &*connection.request_id);
        next.run(request).instrument(span).await
    };
    problem::write_body(&mut response, &connection.request_id);
    if any_origin {
        cors::allow(response.headers_mut(), origin);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use axum::routing::{get, post};
    use serde_json::json;

    use super::*;
    use crate::gateway::{self, Answer};

    fn routes() -> Router {
        Router::new()
            .route(
                "/event/ingest",
                post(|| async { http::StatusCode::NO_CONTENT }),
            )
            .route("/profile/{id}", get(|| async { Problem::Unavailable }))
            .route("/panic", get(panics))
    }

    async fn panics() {
        panic!("with a client's data in its message");
    }

    async fn send(routes: Router, method: &str, path: &str, origin: Option<&str>) -> Answer {
        let event = json!({
            "rawPath": path,
            "headers": origin.map_or(json!({}), |origin| json!({"origin": origin})),
            "requestContext": {
                "requestId": "id-1",
                "http": {"method": method, "sourceIp": "203.0.113.7"},
            },
        });
        gateway::call(routes, serde_json::from_value(event).unwrap())
            .await
            .unwrap()
    }

    /// Status, headers and body, one to a line.
    fn show(answer: &Answer) -> String {
        let mut text = format!("{}\n", answer.status_code);
        for (name, value) in &answer.headers {
            writeln!(text, "{name}: {value}").unwrap();
        }
        text + &answer.body
    }

    #[tokio::test]
    async fn every_problem_is_answered_in_the_same_shape() {
        let answer = send(api(routes()), "GET", "/nowhere", None).await;
        insta::assert_snapshot!(show(&answer), @r#"
        404
        content-length: 83
        content-type: application/json
        {"error":{"code":"not_found","message":"there is nothing here","requestId":"id-1"}}
        "#);
        let answer = send(api(routes()), "DELETE", "/event/ingest", None).await;
        insta::assert_snapshot!(show(&answer), @r#"
        405
        allow: POST
        content-length: 106
        content-type: application/json
        {"error":{"code":"method_not_allowed","message":"this path does not take this method","requestId":"id-1"}}
        "#);
        let answer = send(api(routes()), "GET", "/profile/1", None).await;
        insta::assert_snapshot!(show(&answer), @r#"
        503
        content-length: 106
        content-type: application/json
        retry-after: 2
        {"error":{"code":"unavailable","message":"the store does not answer: try again later","requestId":"id-1"}}
        "#);
    }

    #[tokio::test]
    async fn a_panic_answers_500_and_the_routes_go_on() {
        let routes = api(routes());
        let answer = send(routes.clone(), "GET", "/panic", None).await;
        insta::assert_snapshot!(show(&answer), @r#"
        500
        content-length: 75
        content-type: application/json
        {"error":{"code":"internal","message":"internal error","requestId":"id-1"}}
        "#);
        assert_eq!(
            send(routes, "POST", "/event/ingest", None)
                .await
                .status_code,
            204
        );
    }

    #[tokio::test]
    async fn a_preflight_is_answered_without_a_key() {
        let page = Some("https://shop.example");
        let answer = send(ingest_api(routes()), "OPTIONS", "/event/ingest", page).await;
        insta::assert_snapshot!(show(&answer), @"
        204
        access-control-allow-credentials: true
        access-control-allow-headers: authorization, content-type, apikey, token, idempotency-key, content-encoding
        access-control-allow-methods: GET, POST, OPTIONS
        access-control-allow-origin: https://shop.example
        access-control-expose-headers: Retry-After
        access-control-max-age: 7200
        allow: POST
        content-length: 0
        vary: Access-Control-Request-Headers, Origin
        ");
    }

    #[tokio::test]
    async fn every_ingest_answer_has_cors_headers_errors_too() {
        let page = Some("https://shop.example");
        let answer = send(ingest_api(routes()), "POST", "/event/ingest", page).await;
        insta::assert_snapshot!(show(&answer), @"
        204
        access-control-allow-credentials: true
        access-control-allow-origin: https://shop.example
        access-control-expose-headers: Retry-After
        content-length: 0
        vary: Origin
        ");
        for path in ["/nowhere", "/panic", "/profile/1", "/event/ingest"] {
            let answer = send(ingest_api(routes()), "GET", path, None).await;
            assert_eq!(answer.headers["access-control-allow-origin"], "*", "{path}");
            assert_eq!(
                answer.headers["access-control-expose-headers"], "Retry-After",
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn other_apis_know_no_cors() {
        let answer = send(api(routes()), "OPTIONS", "/event/ingest", Some("https://a")).await;
        assert_eq!(answer.status_code, 405);
        assert!(
            answer
                .headers
                .keys()
                .all(|name| !name.starts_with("access-control-"))
        );
    }
}

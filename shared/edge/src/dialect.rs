//! Protocols that prescribe what the body of an error looks like.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{Problem, panic, problem};

/// The body of an error in the words of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorBody {
    /// Its media type.
    pub content_type: HeaderValue,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Routes of a protocol with errors of its own: each [`Problem`] of theirs is answered with the body
/// that `prepare` makes of it. So are another method and a panic.
///
/// `prepare` is given the headers of every request, and makes what renders its problem, if there will
/// be one. Status and headers of the answer are those of the problem.
pub fn dialect<S, P, R>(router: Router<S>, prepare: P) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    P: Fn(&HeaderMap) -> R + Clone + Send + Sync + 'static,
    R: FnOnce(&Problem) -> ErrorBody + Send + 'static,
{
    let translate = move |request: Request, next: Next| {
        let render = prepare(request.headers());
        async move {
            let mut response = next.run(request).await;
            if let Some(problem) = problem::take(&mut response) {
                let ErrorBody {
                    content_type,
                    bytes,
                } = render(&problem);
                response.headers_mut().insert(CONTENT_TYPE, content_type);
                *response.body_mut() = bytes.into();
            }
            response
        }
    };
    router
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(middleware::from_fn(translate))
}

#[cfg(test)]
mod tests {
    use axum::routing::post;
    use serde_json::json;

    use super::*;
    use crate::gateway;

    fn routes() -> Router {
        let own = Router::new()
            .route("/own", post(|| async { Problem::Unavailable }))
            .route("/own/panic", post(panics));
        let own = dialect(own, |headers| {
            let tongue = headers.get("tongue").cloned();
            move |problem| ErrorBody {
                content_type: tongue.unwrap_or_else(|| HeaderValue::from_static("text/plain")),
                bytes: problem.code().into(),
            }
        });
        let others = Router::new().route("/other", post(|| async { Problem::Unavailable }));
        crate::ingest_api(own.merge(others))
    }

    async fn panics() {
        panic!("with a client's data in its message");
    }

    async fn shown(method: &str, path: &str) -> String {
        let event = json!({
            "rawPath": path,
            "headers": {"tongue": "text/own"},
            "requestContext": {
                "requestId": "id-1",
                "http": {"method": method, "sourceIp": "203.0.113.7"},
            },
        });
        let event = serde_json::from_value(event).unwrap();
        let answer = gateway::call(routes(), event).await.unwrap();
        let header = |name: &str| answer.headers.get(name).map_or("", String::as_str);
        format!(
            "{} {} {} {} | {} {}",
            answer.status_code,
            header("content-type"),
            header("content-length"),
            answer.body,
            header("allow"),
            header("retry-after"),
        )
    }

    #[tokio::test]
    async fn every_error_of_its_routes_is_in_the_words_of_the_protocol() {
        insta::assert_snapshot!(shown("POST", "/own").await, @"503 text/own 11 unavailable |  2");
        insta::assert_snapshot!(shown("GET", "/own").await, @"405 text/own 18 method_not_allowed | POST ");
        insta::assert_snapshot!(shown("POST", "/own/panic").await, @"500 text/own 8 internal |  ");
    }

    #[tokio::test]
    async fn other_routes_answer_as_ever() {
        insta::assert_snapshot!(shown("POST", "/other").await, @r#"503 application/json 106 {"error":{"code":"unavailable","message":"the store does not answer: try again later","requestId":"id-1"}} |  2"#);
        insta::assert_snapshot!(shown("GET", "/other").await, @r#"405 application/json 106 {"error":{"code":"method_not_allowed","message":"this path does not take this method","requestId":"id-1"}} | POST "#);
    }
}

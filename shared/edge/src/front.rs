//! A content delivery network in front of the gateway: whose word about the viewer counts.
//!
//! Behind one, the gateway sees the network's address and its own host name. The network says in
//! headers whom it serves, as which host, and a secret that nobody else knows. Without the secret
//! these headers are anybody's to write, and mean nothing.

mod secrets;

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use http::HeaderValue;
use http::header::HOST;

use crate::{Config, Connection};

pub use secrets::OriginSecrets;

/// The secret that the network shows.
const SECRET: &str = "x-weir-origin-secret";
/// The viewer's IP address, as the network sees it.
const ADDRESS: &str = "x-weir-viewer-address";
/// The host that the viewer asked.
const VIEWER_HOST: &str = "x-weir-viewer-host";

/// Believes a network in front that knows one of the configured secrets. Without any, routes are as
/// they were. Call it last: it covers everything that looks at a [`Connection`].
pub fn behind_front(routes: Router, config: &Config) -> Router {
    if config.origin_secrets.is_empty() {
        return routes;
    }
    let secrets = Arc::new(config.origin_secrets.clone());
    routes.layer(middleware::from_fn_with_state(secrets, believe))
}

async fn believe(
    State(secrets): State<Arc<OriginSecrets>>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers_mut();
    // Taken out: no handler and no log may see the secret, or believe what nobody vouches for.
    let shown = headers.remove(SECRET);
    let address = headers.remove(ADDRESS);
    let host = headers.remove(VIEWER_HOST);
    if shown.is_some_and(|shown| secrets.know(shown.as_bytes())) {
        if let Some(host) = host {
            headers.insert(HOST, host);
        }
        if let Some(address) = address.as_ref().and_then(ip)
            && let Some(connection) = request.extensions_mut().get_mut::<Connection>()
        {
            connection.source_ip = address.to_canonical();
        }
    }
    next.run(request).await
}

fn ip(header: &HeaderValue) -> Option<IpAddr> {
    header.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use http::HeaderMap;
    use serde_json::{Value, json};

    use super::*;
    use crate::gateway;

    const OLD: &str = "the-old-secret-of-32-characters!";
    const NEW: &str = "the-new-secret-of-32-characters!";

    fn config(secrets: &str) -> Config {
        Config::read(|name| {
            let secrets = (name == "WEIR_ORIGIN_SECRETS").then(|| secrets.to_owned());
            let needed = name.starts_with("WEIR_TABLE_") || name == "AWS_REGION";
            secrets.or(needed.then(|| name.to_owned()))
        })
        .unwrap()
    }

    /// What a handler sees: the address, the host, and how many headers of ours.
    async fn seen(secrets: &str, headers: Value) -> String {
        let show = |connection: Connection, headers: HeaderMap| async move {
            let host = headers.get(HOST).and_then(|it| it.to_str().ok());
            let ours = headers
                .keys()
                .filter(|it| it.as_str().starts_with("x-weir-"));
            let (host, ours) = (host.unwrap_or_default(), ours.count());
            format!("{} {host} {ours}", connection.source_ip)
        };
        let routes = behind_front(Router::new().route("/", get(show)), &config(secrets));
        let event = json!({
            "rawPath": "/",
            "headers": headers,
            "requestContext": {"requestId": "1", "http": {"method": "GET", "sourceIp": "192.0.2.1"}},
        });
        let event = serde_json::from_value(event).unwrap();
        gateway::call(routes, event).await.unwrap().body
    }

    fn headers(secret: &str, address: &str) -> Value {
        json!({
            "host": "api.internal",
            "x-weir-origin-secret": secret,
            "x-weir-viewer-address": address,
            "x-weir-viewer-host": "weir.example",
        })
    }

    #[tokio::test]
    async fn with_a_secret_the_viewer_is_whom_the_front_names() {
        let both = format!("{NEW},{OLD}");
        for secret in [OLD, NEW] {
            let seen = seen(&both, headers(secret, "203.0.113.7")).await;
            assert_eq!(seen, "203.0.113.7 weir.example 0");
        }
        let mapped = seen(NEW, headers(NEW, "::ffff:203.0.113.7")).await;
        assert_eq!(mapped, "203.0.113.7 weir.example 0");
    }

    #[tokio::test]
    async fn without_the_secret_the_headers_mean_nothing() {
        for secret in ["", "wrong", OLD] {
            let seen = seen(NEW, headers(secret, "203.0.113.7")).await;
            assert_eq!(seen, "192.0.2.1 api.internal 0", "{secret}");
        }
    }

    #[tokio::test]
    async fn where_no_front_is_configured_nobody_can_claim_to_be_one() {
        let seen = seen("", headers("", "203.0.113.7")).await;
        assert_eq!(seen, "192.0.2.1 api.internal 3");
    }

    #[tokio::test]
    async fn an_address_that_is_none_leaves_the_gateways() {
        let seen = seen(NEW, headers(NEW, "203.0.113.7:443, 10.0.0.1")).await;
        assert_eq!(seen, "192.0.2.1 weir.example 0");
    }
}

//! A workspace behind TLS, and those who may ask it for something.

use std::path::PathBuf;

use edge::SystemClock;
use event::Clock as _;
use metrics_token::{Clients, MetricsToken};
use policy::{KeyKind, Role};
use secrets::{TOKEN_SIGNING_KEYS, TokenKeys};
use serde_json::json;
use store::Tables;
use testkit::{Call, TestApp};

use crate::tls::TlsFront;

/// Where everything is that a process needs.
pub(crate) struct World {
    pub(crate) dynamodb: String,
    pub(crate) secrets_manager: String,
    pub(crate) authorities: PathBuf,
    pub(crate) tables: Tables,
    pub(crate) key: String,
    pub(crate) admin_key: String,
    pub(crate) metrics_key: String,
    pub(crate) client_secret: String,
    /// What the two are exchanged for.
    pub(crate) token: String,
}

impl World {
    pub(crate) async fn of(app: &TestApp, dynamodb: &TlsFront, secrets: &TlsFront) -> Self {
        // The processes have no other clock.
        app.clock.set(SystemClock.now());
        let admin = app.admin_key(Role::Admin).await;
        let metrics = app.to_keys("POST", "/admin/v1/keys").key(&admin);
        let metrics = metrics.json(&json!({"name": "Metrics", "kind": "metrics"}));
        let metrics = metrics.send().await.json();
        let text = |member: &str| metrics[member].as_str().unwrap().to_owned();
        let (metrics_key, client_secret) = (text("key"), text("clientSecret"));

        let token_keys = TokenKeys::new(app.secrets_manager(), TOKEN_SIGNING_KEYS);
        token_keys.create_if_missing().await.unwrap();
        let clients = Clients {
            secrets: app.secrets.clone(),
            token_keys,
        };
        let router = MetricsToken::new(&app.runtime, clients).router();
        let exchange = json!({"clientSecret": client_secret, "environmentApiKey": metrics_key});
        let token = Call::new(router, "POST", "/metrics/auth/token").json(&exchange);
        let token = token.send().await.json();

        Self {
            dynamodb: dynamodb.url(),
            secrets_manager: secrets.url(),
            authorities: dynamodb.authorities(secrets),
            tables: app.runtime.config.tables.clone(),
            key: app.key(KeyKind::ReadWrite).await.expose().to_owned(),
            admin_key: admin.expose().to_owned(),
            metrics_key,
            client_secret,
            token: token["accessToken"].as_str().unwrap().to_owned(),
        }
    }
}

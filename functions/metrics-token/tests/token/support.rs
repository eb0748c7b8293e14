//! A workspace with a metrics key, and somebody who exchanges it.

use std::time::Duration;

use axum::Router;
use edge::AccessTokens;
use event::Clock;
use metrics_token::{Clients, MetricsToken};
use policy::{ApiKey, ClientSecret, Policy, Role};
use secrets::{Release, Rotation, Step, TOKEN_SIGNING_KEYS, TokenKeys};
use serde_json::{Value, json};
use testkit::{Answer, Call, TestApp};

pub(crate) struct Exchange {
    pub(crate) app: TestApp,
    pub(crate) router: Router,
    pub(crate) token_keys: TokenKeys,
    pub(crate) key: ApiKey,
    pub(crate) secret: ClientSecret,
    admin: ApiKey,
}

impl Exchange {
    pub(crate) async fn open() -> Self {
        let app = TestApp::start().await;
        let token_keys = TokenKeys::new(app.secrets_manager(), TOKEN_SIGNING_KEYS);
        token_keys.create_if_missing().await.unwrap();
        let router = router(&app, token_keys.clone());
        let admin = app.admin_key(Role::Admin).await;
        let body = json!({"name": "Metrics", "kind": "metrics"});
        let call = app.to_keys("POST", "/admin/v1/keys").key(&admin);
        let made = call.json(&body).send().await.json();
        Self {
            key: ApiKey::parse(made["key"].as_str().unwrap()).unwrap(),
            secret: ClientSecret::parse(made["clientSecret"].as_str().unwrap()).unwrap(),
            app,
            router,
            token_keys,
            admin,
        }
    }

    /// Goes on with a process that starts now.
    pub(crate) fn restart(&mut self) {
        self.token_keys = TokenKeys::new(self.app.secrets_manager(), TOKEN_SIGNING_KEYS);
        self.router = router(&self.app, self.token_keys.clone());
    }

    /// Rotates the keys that sign, ten minutes after whatever was before.
    pub(crate) async fn turn(&self) {
        self.app.clock.advance(Duration::from_mins(10));
        let (manager, name) = (self.app.secrets_manager(), TOKEN_SIGNING_KEYS.to_owned());
        let rotation = Rotation::new(manager, name, Release::After(Duration::from_hours(24)));
        let now = self.app.clock.now();
        let version = format!("{:032}", now.as_millis());
        for step in [Step::Create, Step::Set, Step::Test, Step::Finish] {
            rotation.step(step, &version, now).await.unwrap();
        }
    }

    pub(crate) fn call(&self) -> Call {
        Call::new(self.router.clone(), "POST", "/metrics/auth/token")
    }

    pub(crate) async fn with(&self, key: &str, secret: &str) -> Answer {
        let body = json!({"clientSecret": secret, "environmentApiKey": key});
        self.call().json(&body).send().await
    }

    pub(crate) async fn exchange(&self) -> Answer {
        self.with(self.key.expose(), self.secret.expose()).await
    }

    /// A token for the pair.
    pub(crate) async fn token(&self) -> String {
        token(&self.exchange().await)
    }

    /// Who verifies tokens.
    pub(crate) fn verifier(&self) -> AccessTokens {
        AccessTokens::new(self.app.store.clone())
    }

    /// A request of an administrator below the key's path.
    pub(crate) async fn admin(&self, method: &'static str, rest: &str, body: Value) -> Answer {
        let path = format!("/admin/v1/keys/{}{rest}", self.key.id());
        let etag = self.app.to_keys("GET", &path).key(&self.admin).send().await;
        let etag = etag.headers.get("etag").cloned().unwrap_or_default();
        let call = self.app.to_keys(method, &path).key(&self.admin);
        call.header("if-match", &etag).json(&body).send().await
    }

    /// Rotates the client secret, and returns the new one.
    pub(crate) async fn rotate(&self, overlap: u64) -> ClientSecret {
        let body = json!({"overlapSeconds": overlap, "replacePrevious": true});
        let answer = self.admin("POST", "/client-secret/rotate", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        ClientSecret::parse(answer.json()["clientSecret"].as_str().unwrap()).unwrap()
    }

    /// Gives the key a policy.
    pub(crate) async fn set_policy(&self, policy: &Policy) {
        self.app.replace_policy(&self.key, 1, policy).await;
    }
}

fn router(app: &TestApp, token_keys: TokenKeys) -> Router {
    let secrets = app.secrets.clone();
    let clients = Clients {
        secrets,
        token_keys,
    };
    MetricsToken::new(&app.runtime, clients).router()
}

pub(crate) fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["accessToken"].as_str().unwrap().to_owned()
}

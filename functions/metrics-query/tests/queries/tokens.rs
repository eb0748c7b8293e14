//! Access tokens, from the exchange to the query.

use std::time::Duration;

use event::Clock;
use metrics_token::{Clients, MetricsToken};
use policy::{AddressRow, AddressRules, ApiKey, Policy, Role};
use secrets::{TOKEN_SIGNING_KEYS, TokenKeys};
use serde_json::{Value, json};
use testkit::{Answer, Call};

use crate::support::Asking;

const COUNT: &str = "SELECT count(*) FROM events";

/// A shop, its metrics key, and who administers it.
pub(crate) struct Desk {
    pub(crate) asking: Asking,
    admin: ApiKey,
    pub(crate) key: ApiKey,
    pub(crate) secret: String,
    pub(crate) exchange: axum::Router,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let asking = Asking::shop().await;
        let app = &asking.app;
        let token_keys = TokenKeys::new(app.secrets_manager(), TOKEN_SIGNING_KEYS);
        token_keys.create_if_missing().await.unwrap();
        let clients = Clients {
            secrets: app.secrets.clone(),
            token_keys,
        };
        let exchange = MetricsToken::new(&app.runtime, clients).router();
        let admin = app.admin_key(Role::Admin).await;
        let body = json!({"name": "Metrics", "kind": "metrics"});
        let call = app.to_keys("POST", "/admin/v1/keys").key(&admin);
        let made = call.json(&body).send().await.json();
        Self {
            key: ApiKey::parse(made["key"].as_str().unwrap()).unwrap(),
            secret: made["clientSecret"].as_str().unwrap().to_owned(),
            asking,
            admin,
            exchange,
        }
    }

    async fn token(&self) -> String {
        let body = json!({"clientSecret": self.secret, "environmentApiKey": self.key.expose()});
        let call = Call::new(self.exchange.clone(), "POST", "/metrics/auth/token");
        let answer = call.json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["accessToken"].as_str().unwrap().to_owned()
    }

    fn call(&self, token: &str) -> Call {
        let call = self.asking.to("POST", "/metrics/query").token(token);
        call.json(&json!({"query": COUNT}))
    }

    async fn ask(&self, token: &str) -> Answer {
        self.call(token).send().await
    }

    /// The code of what becomes of a query; of an answer, nothing.
    async fn code(&self, token: &str) -> String {
        self.ask(token).await.code()
    }

    async fn administer(&self, method: &'static str, rest: &str, body: Value) {
        let path = format!("/admin/v1/keys/{}{rest}", self.key.id());
        let app = &self.asking.app;
        let etag = app.to_keys("GET", &path).key(&self.admin).send().await;
        let etag = etag.headers.get("etag").cloned().unwrap_or_default();
        let call = app.to_keys(method, &path).key(&self.admin);
        let answer = call.header("if-match", &etag).json(&body).send().await;
        assert!(answer.status < 300, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_token_asks_for_its_fifteen_minutes() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    assert_eq!(desk.ask(&token).await.json()["rows"], json!([[9]]));
    let start = desk.asking.app.clock.now();
    desk.asking
        .app
        .clock
        .set(start.plus(Duration::from_mins(16)));
    assert_eq!(desk.code(&token).await, "token_expired");
    assert_eq!(desk.code("a.b.c").await, "token_invalid");
}

#[tokio::test]
async fn what_ends_a_key_ends_its_tokens_with_the_next_query() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    assert_eq!(desk.code(&token).await, "");
    desk.asking.app.set_enabled(&desk.key, false).await;
    assert_eq!(desk.code(&token).await, "key_disabled");
    desk.asking.app.set_enabled(&desk.key, true).await;
    assert_eq!(desk.code(&token).await, "");
    desk.administer("DELETE", "", Value::Null).await;
    assert_eq!(desk.code(&token).await, "key_revoked");
}

#[tokio::test]
async fn a_client_secret_that_was_rotated_out_ends_its_tokens() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    desk.administer(
        "POST",
        "/client-secret/rotate",
        json!({"overlapSeconds": 600}),
    )
    .await;
    assert_eq!(desk.code(&token).await, "", "both count for a while");
    desk.administer("DELETE", "/client-secret/previous", Value::Null)
        .await;
    assert_eq!(desk.code(&token).await, "token_invalid");
    let answer = desk.ask(&token).await;
    assert_eq!(
        answer.headers["www-authenticate"],
        r#"Bearer error="invalid_token""#
    );
}

#[tokio::test]
async fn a_rotation_without_overlap_ends_every_token() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    desk.administer(
        "POST",
        "/client-secret/rotate",
        json!({"overlapSeconds": 0}),
    )
    .await;
    assert_eq!(desk.code(&token).await, "token_invalid");
}

#[tokio::test]
async fn the_address_rules_hold_on_every_query_also_for_kept_answers() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    assert_eq!(desk.code(&token).await, "");
    let home = AddressRow::new("198.51.100.7/32".parse().unwrap());
    let only_home = Policy {
        addresses: AddressRules::Specific(vec![home]),
        ..Policy::default()
    };
    desk.asking
        .app
        .replace_policy(&desk.key, 1, &only_home)
        .await;
    assert_eq!(desk.code(&token).await, "ip_not_allowed");
    let answer = desk.call(&token).from("198.51.100.7").send().await;
    assert_eq!(
        (answer.status, &answer.json()["cached"]),
        (200, &json!(true))
    );
}

#[tokio::test]
async fn a_kept_answer_costs_one_call() {
    let desk = Desk::open().await;
    let token = desk.token().await;
    desk.ask(&token).await;
    let stand_in = &desk.asking.app.stand_in;
    stand_in.clear_recorded();
    let answer = desk.ask(&token).await;
    assert_eq!(answer.json()["cached"], json!(true));
    let calls: Vec<_> = stand_in
        .recorded()
        .into_iter()
        .map(|it| it.action)
        .collect();
    assert_eq!(calls, ["BatchGetItem"]);
}

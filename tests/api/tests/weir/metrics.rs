//! The Metrics API: from the pair to the answer, over both of its functions.

use api::{Answer, Invocation, NewKey, Tenant, Weir};
use policy::{KeyKind, Role};
use reqwest::Method;
use serde_json::{Value, json};

/// A workspace's metrics key, and who uses it.
struct Metrics<'a> {
    tenant: &'a Tenant<'a>,
    admin: String,
    key: Value,
}

impl<'a> Metrics<'a> {
    async fn of(tenant: &'a Tenant<'a>) -> Self {
        let admin = NewKey {
            kind: KeyKind::ServiceAccount,
            role: Some(Role::Admin),
            ..NewKey::default()
        };
        let admin = tenant.issue(admin).await.text;
        let body = json!({"name": "Metrics", "kind": "metrics"}).to_string();
        let make = Invocation::post("/admin/v1/keys", body).function("keys");
        let key = tenant.client().invoke(&make.key(&admin)).await.json();
        Self { tenant, admin, key }
    }

    async fn send(&self, request: Invocation) -> Answer {
        self.tenant.client().invoke(&request).await
    }

    async fn token(&self) -> String {
        let body = json!({
            "clientSecret": self.key["clientSecret"], "environmentApiKey": self.key["key"],
        });
        let exchange = Invocation::post("/metrics/auth/token", body.to_string());
        let answer = self.send(exchange.function("metrics-token")).await;
        assert_eq!(answer.status, 200, "{answer}");
        let token = &answer.json()["accessToken"];
        token.as_str().unwrap().to_owned()
    }

    async fn query(&self, token: &str, path: &str, body: Value) -> Answer {
        let query = Invocation::post(path, body.to_string()).function("metrics-query");
        self.send(query.key(token)).await
    }
}

#[tokio::test]
async fn a_token_asks_until_its_key_is_revoked() {
    let tenant = Weir::shared().await.tenant().await;
    let metrics = Metrics::of(&tenant).await;
    let sent = tenant
        .track(&json!({"name": "paid", "userId": "ann"}))
        .await;
    assert_eq!(sent.status, 204, "{sent}");
    let token = metrics.token().await;
    let count = || json!({"query": "SELECT count(*) FROM events WHERE name = 'paid'"});
    let answer = metrics.query(&token, "/metrics/query", count()).await;
    assert_eq!(answer.json()["rows"], json!([[1]]), "{answer}");
    let again = metrics.query(&token, "/metrics/query", count()).await;
    assert_eq!(again.json()["cached"], json!(true), "{again}");

    let path = format!("/admin/v1/keys/{}", metrics.key["id"].as_str().unwrap());
    let revoke = Invocation::new("DELETE", &path).function("keys");
    assert_eq!(metrics.send(revoke.key(&metrics.admin)).await.status, 204);
    let refused = metrics.query(&token, "/metrics/query", count()).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "key_revoked")
    );
}

#[tokio::test]
async fn a_saved_metric_runs_and_is_told_of_in_the_query_log() {
    let tenant = Weir::shared().await.tenant().await;
    let metrics = Metrics::of(&tenant).await;
    tenant
        .track(&json!({"name": "paid", "userId": "ann"}))
        .await;
    let metric = json!({
        "name": "Of a name", "sql": "SELECT count(*) FROM events WHERE name = '@{name}'",
        "variables": [{"name": "name", "type": "text"}],
    });
    let save = Invocation::post("/admin/v1/metrics", metric.to_string());
    let save = save.function("metrics-query").key(&metrics.admin);
    let saved = metrics.send(save).await;
    assert_eq!(saved.status, 201, "{saved}");
    let path = format!("/metrics/query/{}", saved.json()["id"].as_str().unwrap());
    let token = metrics.token().await;
    let body = json!({"variables": {"name": "paid"}});
    let answer = metrics.query(&token, &path, body).await;
    assert_eq!(answer.json()["rows"], json!([[1]]), "{answer}");
    let log = Invocation::new("GET", "/admin/v1/metrics/log").function("metrics-query");
    // What was asked before is noted before the next request is taken.
    let log = metrics.send(log.key(&metrics.admin)).await.json();
    assert_eq!(log["queries"][0]["metricId"], saved.json()["id"]);
}

#[tokio::test]
async fn the_right_pair_from_an_address_that_is_not_allowed_is_refused_and_told_of() {
    let tenant = Weir::shared().await.tenant().await;
    let metrics = Metrics::of(&tenant).await;
    let path = format!("/admin/v1/keys/{}", metrics.key["id"].as_str().unwrap());
    let admin = tenant.client().with_key(&metrics.admin);
    let tag = admin.get(&path).await.header("etag").to_owned();
    let office = json!([{"cidr": "203.0.113.0/24", "description": "Office"}]);
    let narrow = admin.request(Method::PUT, &format!("{path}/policy"));
    let narrow = narrow.header("if-match", tag);
    let policy = json!({"addresses": office, "events": "all"});
    let narrowed = admin.send(narrow.json(&policy)).await;
    assert_eq!(narrowed.status, 200, "{narrowed}");
    let body = json!({
        "clientSecret": metrics.key["clientSecret"], "environmentApiKey": metrics.key["key"],
    });
    let exchange = Invocation::post("/metrics/auth/token", body.to_string());
    let refused = metrics.send(exchange.function("metrics-token")).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "ip_not_allowed")
    );
    let usage = admin.get(&format!("{path}/usage")).await;
    assert!(usage.body.contains("ip_not_allowed"), "{usage}");
}

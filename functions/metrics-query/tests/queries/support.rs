//! A workspace with events, and somebody who asks.

use axum::Router;
use event::{Clock as _, WorkspaceId};
use metrics_query::{MetricsQuery, Settings};
use policy::{ApiKey, KeyKind};
use query::Limits;
use serde_json::{Value, json};
use store::{AuditAction, WorkspaceSettings};
use testkit::{Answer, Call, ORIGIN, TestApp};

/// 2026-11-21T06:00:00Z: what the clock of a test says.
pub(crate) const NOW: i64 = 1_795_240_800_000;
pub(crate) const HOUR: i64 = 3_600_000;

/// The routes of the function, with these limits for its queries.
pub(crate) fn router(app: &TestApp, limits: Limits) -> Router {
    let settings = Settings::read(|name| {
        (name == "WEIR_DASHBOARD_URL").then(|| format!("{ORIGIN}/dashboard"))
    });
    let manager = app.secrets_manager();
    MetricsQuery::with_limits(&app.runtime, manager, settings.unwrap(), limits).router()
}

pub(crate) struct Asking {
    pub(crate) app: TestApp,
    pub(crate) router: Router,
    pub(crate) key: ApiKey,
}

impl Asking {
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        let app = TestApp::start().await;
        let router = router(&app, limits);
        let key = app.key(KeyKind::ServiceAccount).await;
        Self { app, router, key }
    }

    /// With the events of a small shop.
    pub(crate) async fn shop() -> Self {
        let asking = Self::start().await;
        asking.send(&shop()).await;
        asking
    }

    pub(crate) async fn send(&self, events: &[Value]) {
        let key = self.app.key(KeyKind::WriteOnly).await;
        let body = json!({"events": events});
        let answer = self
            .app
            .post("/event/ingest/batch")
            .key(&key)
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    /// Another workspace, without events.
    pub(crate) async fn another_workspace(&self, id: &str) -> WorkspaceId {
        let workspace = WorkspaceId::parse(id).unwrap();
        let settings = WorkspaceSettings::new("Other", self.app.clock.now());
        let audit = self.app.audit(AuditAction::WorkspaceCreated, &self.key);
        let made = self
            .app
            .store
            .create_workspace(&workspace, &settings, &audit);
        made.await.unwrap();
        workspace
    }

    /// A request without a body, to be answered anew.
    pub(crate) fn call(&self) -> Call {
        self.call_kept().header("cache-control", "no-cache")
    }

    /// A request without a body, to be answered from what was kept.
    pub(crate) fn call_kept(&self) -> Call {
        self.to("POST", "/metrics/query").key(&self.key)
    }

    /// A request of any method to any path, by nobody.
    pub(crate) fn to(&self, method: &str, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    pub(crate) async fn post(&self, body: &Value) -> Answer {
        self.call().json(body).send().await
    }

    pub(crate) async fn ask(&self, sql: &str) -> Answer {
        self.post(&json!({"query": sql})).await
    }

    /// The rows of the answer, one to a line.
    pub(crate) async fn rows(&self, sql: &str) -> String {
        let answer = self.ask(sql).await;
        assert_eq!(answer.status, 200, "{sql}\n{}", answer.body);
        let answer = answer.json();
        let rows = answer["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string);
        rows.collect::<Vec<_>>().join("\n")
    }

    /// Status, code and message.
    pub(crate) async fn fault(&self, sql: &str) -> String {
        let answer = self.ask(sql).await;
        let message = answer.json()["error"]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        format!("{} {}: {message}", answer.status, answer.code())
    }
}

/// Nine events of three people within five hours.
pub(crate) fn shop() -> Vec<Value> {
    let event = |id: &str, name: &str, user: &str, hours: i64, properties: Value| {
        json!({
            "id": id, "name": name, "userId": user, "sessionId": format!("s-{user}"),
            "timestamp": NOW - hours * HOUR, "properties": properties,
        })
    };
    vec![
        event(
            "1",
            "page_view",
            "ann",
            5,
            json!({"path": "/", "geo": {"country": "AT"}}),
        ),
        event(
            "2",
            "page_view",
            "bob",
            5,
            json!({"path": "/shop", "geo": {"country": "DE"}}),
        ),
        event(
            "3",
            "add_to_cart",
            "ann",
            4,
            json!({"cart": {"total": 12.5, "items": ["a", "b"]}, "coupon": null}),
        ),
        event(
            "4",
            "checkout",
            "ann",
            3,
            json!({"cart": {"total": 12.5, "items": ["a", "b"]}, "revenue": 12.5, "first": true}),
        ),
        event(
            "5",
            "page_view",
            "cy",
            3,
            json!({"path": "/shop", "geo": {"country": "AT"}}),
        ),
        event(
            "6",
            "add_to_cart",
            "bob",
            2,
            json!({"cart": {"total": 30, "items": ["c"]}}),
        ),
        event(
            "7",
            "checkout",
            "bob",
            1,
            json!({"cart": {"total": 30, "items": ["c"]}, "revenue": 30, "first": false}),
        ),
        event(
            "8",
            "page_view",
            "ann",
            1,
            json!({"path": "/", "zip": "01234", "geo": {"country": "AT"}}),
        ),
        event(
            "9",
            "checkout",
            "cy",
            0,
            json!({"revenue": "7.5", "order": {"from": "app"}}),
        ),
    ]
}

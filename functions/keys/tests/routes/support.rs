//! A workspace with an admin, an editor and a viewer.

use std::time::Duration;

use event::WorkspaceId;
use policy::{ApiKey, KeyKind, KeyRecord, Policy, Role};
use serde_json::{Value, json};
use store::AuditQuery;
use testkit::{Answer, Call, TestApp};

/// A workspace and who administers it.
pub(crate) struct Office {
    pub(crate) app: TestApp,
    pub(crate) admin: ApiKey,
    pub(crate) editor: ApiKey,
    pub(crate) viewer: ApiKey,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let app = TestApp::start().await;
        Self {
            admin: app.admin_key(Role::Admin).await,
            editor: app.admin_key(Role::Editor).await,
            viewer: app.admin_key(Role::Viewer).await,
            app,
        }
    }

    /// An admin of another workspace.
    pub(crate) async fn stranger(&self) -> ApiKey {
        let elsewhere = |record: &mut KeyRecord| {
            record.workspace = WorkspaceId::parse("elsewhere").unwrap();
            record.role = Some(Role::Admin);
            record.account = Some("stranger".to_owned());
        };
        let kind = KeyKind::ServiceAccount;
        self.app.issue(kind, Policy::default(), elsewhere).await
    }

    /// A request of the admin, a millisecond after the one before: so the lines of the audit log have
    /// an order.
    pub(crate) fn call(&self, method: &'static str, path: &str) -> Call {
        self.app.clock.advance(Duration::from_millis(1));
        self.app.to_keys(method, path).key(&self.admin)
    }

    /// A request of the admin without a body.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    /// A request of the admin with a body.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path).json(body).send().await
    }

    /// A write-only key, made by the admin.
    pub(crate) async fn key(&self, name: &str) -> Made {
        let body = json!({"name": name, "kind": "write_only"});
        Made::of(&self.post("/admin/v1/keys", &body).await)
    }

    /// What an event that is sent with the text is answered: nothing, or the code of the error.
    pub(crate) async fn send(&self, text: &str) -> String {
        let event = json!({"name": "order", "userId": "ann"});
        let call = self.app.post("/event/ingest").header("apikey", text);
        let answer = call.json(&event).send().await;
        if answer.status == 204 {
            String::new()
        } else {
            answer.code()
        }
    }

    /// The newest line of the audit log, without its moment and its id.
    pub(crate) async fn newest_audit(&self) -> String {
        let query = AuditQuery {
            limit: 1,
            ..AuditQuery::default()
        };
        let page = self.app.store.audit(&self.app.workspace, &query).await;
        let entry = page.unwrap().entries.remove(0).entry;
        format!(
            "{} by {} from {} in {}: {} {}",
            entry.action.as_str(),
            entry.actor,
            entry.address.unwrap(),
            entry.request_id.unwrap(),
            entry.subject_name.unwrap(),
            Value::Object(entry.changes),
        )
    }
}

/// A key that was made.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) etag: String,
    pub(crate) path: String,
}

impl Made {
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 201, "{}", answer.body);
        let json = answer.json();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        Self {
            id: text("id"),
            text: text("key"),
            etag: answer.headers["etag"].clone(),
            path: answer.headers["location"].clone(),
        }
    }

    /// The path of something below the key.
    pub(crate) fn below(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }
}

/// The answer with what is random in it replaced: ids, and the texts of keys.
pub(crate) fn masked(answer: &Answer) -> String {
    let mut text = answer.shown();
    if let Ok(json) = serde_json::from_str::<Value>(&answer.body) {
        if let Some(key) = json["key"].as_str() {
            text = text.replace(key, "<key>");
        }
        for (pointer, name) in [("/id", "<id>"), ("/creator/id", "<creator>")] {
            if let Some(id) = json.pointer(pointer).and_then(Value::as_str) {
                text = text.replace(id, name);
            }
        }
    }
    text
}

/// The text with each moment near the test's clock replaced.
pub(crate) fn timeless(text: &str) -> String {
    const DAY_OF_TESTS: &str = "17952";
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(DAY_OF_TESTS) {
        let (before, moment) = rest.split_at(start);
        shown.push_str(before);
        shown.push_str("<time>");
        rest = moment.trim_start_matches(|digit: char| digit.is_ascii_digit());
    }
    shown.push_str(rest);
    shown
}

//! Saved metrics, from their making to their end.

use std::time::Duration;

use insta::assert_snapshot;
use policy::{ApiKey, Role};
use serde_json::{Value, json};
use testkit::Answer;

use crate::support::Asking;

const METRICS: &str = "/admin/v1/metrics";

/// A shop, and those who administer it.
struct Office {
    asking: Asking,
    editor: ApiKey,
    viewer: ApiKey,
}

impl Office {
    async fn open() -> Self {
        let asking = Asking::shop().await;
        Self {
            editor: asking.app.admin_key(Role::Editor).await,
            viewer: asking.app.admin_key(Role::Viewer).await,
            asking,
        }
    }

    async fn send(&self, method: &str, path: &str, etag: &str, body: &Value) -> Answer {
        let call = self.asking.to(method, path).key(&self.editor);
        let call = call.header("if-match", etag);
        if body.is_null() {
            call
        } else {
            call.json(body)
        }
        .send()
        .await
    }

    async fn post(&self, body: &Value) -> Answer {
        self.send("POST", METRICS, "", body).await
    }

    /// The path of a new metric.
    async fn save(&self, body: &Value) -> String {
        let made = self.post(body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.headers["location"].clone()
    }

    /// Runs a metric with these variables.
    async fn run(&self, path: &str, body: &Value) -> Answer {
        let path = path.replace(METRICS, "/metrics/query");
        let call = self.asking.to("POST", &path).key(&self.viewer);
        call.json(body).send().await
    }

    async fn rows(&self, path: &str, variables: Value) -> String {
        let answer = self.run(path, &json!({"variables": variables})).await;
        match answer.status {
            200 => answer.json()["rows"].to_string(),
            _ => format!("{} {}", answer.code(), answer.json()["error"]["message"]),
        }
    }
}

fn by_name() -> Value {
    json!({
        "name": "Events by name",
        "sql": "SELECT count(*) FROM events WHERE name IN (@{names}) AND userId = '@{user}' LIMIT @{limit}",
        "variables": [
            {"name": "names", "type": "list"},
            {"name": "user", "type": "text", "default": "ann"},
            {"name": "limit", "type": "number", "default": 10},
        ],
    })
}

#[tokio::test]
async fn a_metric_is_saved_listed_changed_and_deleted() {
    let office = Office::open().await;
    let path = office.save(&by_name()).await;
    let read = office.send("GET", &path, "", &Value::Null).await;
    assert_eq!(read.headers["etag"], "\"1\"");
    let mut shown = read.json();
    for member in ["id", "creator"] {
        shown[member] = Value::Null;
    }
    assert_snapshot!(shown, @r#"{"changedAt":1795240800000,"createdAt":1795240800000,"creator":null,"id":null,"name":"Events by name","sql":"SELECT count(*) FROM events WHERE name IN (@{names}) AND userId = '@{user}' LIMIT @{limit}","variables":[{"name":"names","type":"list"},{"default":"ann","name":"user","type":"text"},{"default":10,"name":"limit","type":"number"}],"version":1}"#);
    let mut other = by_name();
    other["name"] = json!("By name");
    let changed = office.send("PUT", &path, "\"1\"", &other).await;
    assert_eq!(
        (changed.status, changed.headers["etag"].as_str()),
        (200, "\"2\"")
    );
    let stale = office.send("PUT", &path, "\"1\"", &by_name()).await;
    assert_eq!(stale.code(), "version_stale");
    let blind = office.asking.to("PUT", &path).key(&office.editor);
    assert_eq!(
        blind.json(&other).send().await.code(),
        "precondition_required"
    );
    office.save(&by_name()).await;
    let names = office.send("GET", METRICS, "", &Value::Null).await.json();
    let names: Vec<_> = names["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(names, [&json!("By name"), &json!("Events by name")]);
    assert_eq!(office.post(&by_name()).await.code(), "conflict");
    let gone = office.send("DELETE", &path, "", &Value::Null).await;
    assert_eq!(gone.status, 204);
    for method in ["GET", "DELETE"] {
        let answer = office.send(method, &path, "", &Value::Null).await;
        assert_eq!(answer.code(), "not_found");
    }
    assert_eq!(
        office.rows(&path, json!({})).await,
        r#"not_found "there is nothing here""#
    );
}

#[tokio::test]
async fn variables_are_those_given_and_else_the_defaults() {
    let office = Office::open().await;
    let path = office.save(&by_name()).await;
    let names = json!(["page_view", "checkout"]);
    assert_snapshot!(office.rows(&path, json!({"names": names})).await, @"[[3]]");
    assert_snapshot!(office.rows(&path, json!({"names": names, "user": "bob"})).await, @"[[2]]");
    assert_snapshot!(office.rows(&path, json!({"names": ["x') OR ('1' = '1"]})).await, @"[[0]]");
    assert_snapshot!(office.rows(&path, json!({})).await, @r#"invalid_variable "variable names: is missing""#);
    assert_snapshot!(office.rows(&path, json!({"names": "a"})).await, @r#"invalid_variable "variable names: must be a list of texts, numbers and booleans""#);
    assert_snapshot!(office.rows(&path, json!({"names": [], "limit": "1"})).await, @r#"invalid_variable "variable limit: must be a number""#);
    assert_snapshot!(office.rows(&path, json!({"names": [], "nmes": []})).await, @r#"invalid_variable "variable nmes: is none of this metric's""#);
    let without = json!({"name": "All", "sql": "SELECT count(*) FROM events"});
    let path = office.save(&without).await;
    let path = path.replace(METRICS, "/metrics/query");
    let bare = office.asking.to("POST", &path).key(&office.viewer);
    assert_eq!(bare.send().await.json()["rows"], json!([[9]]));
}

#[tokio::test]
async fn a_metric_that_cannot_be_planned_is_not_saved_and_the_place_is_said() {
    let office = Office::open().await;
    let mut told = Vec::new();
    for (sql, variables) in [
        ("SELECT nme FROM events", json!([])),
        ("SELECT count(*)\nFROM evnts", json!([])),
        ("SELECT 1; SELECT 2", json!([])),
        ("SELECT @{a}", json!([])),
        ("SELECT 1", json!([{"name": "a", "type": "text"}])),
        (
            "SELECT 1 LIMIT @{a}",
            json!([{"name": "a", "type": "number", "default": "x"}]),
        ),
        (
            "SELECT 1 LIMIT @{a}",
            json!([{"name": "a-b", "type": "number"}]),
        ),
        (
            "SELECT 1 LIMIT @{a}",
            json!([{"name": "a", "type": "date"}]),
        ),
        (" ", json!([])),
    ] {
        let body = json!({"name": "Broken", "sql": sql, "variables": variables});
        let answer = office.post(&body).await;
        let body = answer.json();
        let message = body["error"]["message"].as_str().unwrap();
        let message = message.split(". Did you").next().unwrap();
        told.push(format!(
            "{} {} {message} {}",
            answer.status,
            answer.code(),
            body["position"]
        ));
        let trial = json!({"sql": sql, "variables": variables});
        let trial = office
            .send("POST", "/admin/v1/metrics/dry-run", "", &trial)
            .await;
        assert_eq!(trial.code(), answer.code());
    }
    assert_snapshot!(told.join("\n"), @r#"
    400 invalid_sql No field named nme {"column":8,"line":1}
    400 invalid_sql the table 'evnts' not found at line 2, column 6 {"column":6,"line":2}
    400 sql_not_allowed a query is one statement at line 1, column 11 {"column":11,"line":1}
    400 invalid_variable variable a: is missing null
    400 invalid_variable variable a: is not used: the query has no @{a} null
    400 invalid_body variables[0].default: must be a number null
    400 invalid_body variables[0].name: must be 1 to 64 letters, digits and _ null
    400 invalid_body variables[0].type: must be one of `text`, `number`, `boolean`, `list` null
    400 invalid_body sql: must not be empty null
    "#);
    let list = office.send("GET", METRICS, "", &Value::Null).await;
    assert_eq!(list.json(), json!({"metrics": []}));
}

#[tokio::test]
async fn a_text_without_a_default_may_stand_for_a_moment() {
    let office = Office::open().await;
    let body = json!({
        "sql": "SELECT name, count(*) AS n FROM events WHERE timestamp > '@{from}' GROUP BY name",
        "variables": [{"name": "from", "type": "text"}],
    });
    let answer = office
        .send("POST", "/admin/v1/metrics/dry-run", "", &body)
        .await;
    assert_snapshot!(answer.shown(), @r#"200 {"columns":[{"name":"name","type":"varchar"},{"name":"n","type":"bigint"}]}"#);
}

#[tokio::test]
async fn a_changed_metric_is_computed_anew() {
    let office = Office::open().await;
    let metric = |sql: &str| json!({"name": "Count", "sql": sql});
    let path = office.save(&metric("SELECT count(*) FROM events")).await;
    let cached = async || office.run(&path, &json!({})).await.json()["cached"].clone();
    assert_eq!(cached().await, json!(false));
    assert_eq!(cached().await, json!(true));
    let other = metric("SELECT count(*) + 1 FROM events");
    office.send("PUT", &path, "\"1\"", &other).await;
    let answer = office.run(&path, &json!({})).await.json();
    assert_eq!(
        (&answer["rows"], &answer["cached"]),
        (&json!([[10]]), &json!(false))
    );
}

#[tokio::test]
async fn viewers_read_editors_change_and_others_know_nothing() {
    let office = Office::open().await;
    let path = office.save(&by_name()).await;
    let viewer = |method: &str, path: &str| office.asking.to(method, path).key(&office.viewer);
    assert_eq!(viewer("GET", &path).send().await.status, 200);
    for (method, path) in [("POST", METRICS), ("PUT", &path), ("DELETE", &path)] {
        let answer = viewer(method, path).json(&by_name()).send().await;
        assert_eq!(answer.code(), "role_missing", "{method}");
        let nobody = office.asking.to(method, path).json(&by_name()).send().await;
        assert_eq!(nobody.status, 401, "{method}");
    }
    let elsewhere = office.asking.another_workspace("other").await;
    let issue = |record: &mut policy::KeyRecord| {
        record.workspace = elsewhere.clone();
        record.role = Some(Role::Admin);
    };
    let (kind, policy) = (policy::KeyKind::ServiceAccount, policy::Policy::default());
    let stranger = office.asking.app.issue(kind, policy, issue).await;
    let run = path.replace(METRICS, "/metrics/query");
    for (method, path) in [("GET", &path), ("DELETE", &path), ("POST", &run)] {
        let answer = office.asking.to(method, path).key(&stranger).send().await;
        assert_eq!(answer.code(), "not_found", "{method}");
    }
}

#[tokio::test]
async fn every_change_is_in_the_audit_log() {
    let office = Office::open().await;
    let path = office.save(&by_name()).await;
    let mut other = by_name();
    other["sql"] = json!("SELECT 1 WHERE '@{user}' IN (@{names}) LIMIT @{limit}");
    // Entries of the same moment stand in no order.
    let app = &office.asking.app;
    app.clock.advance(Duration::from_secs(1));
    office.send("PUT", &path, "\"1\"", &other).await;
    app.clock.advance(Duration::from_secs(1));
    office.send("DELETE", &path, "", &Value::Null).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let query = store::AuditQuery {
        subject: Some(id),
        limit: 10,
        ..store::AuditQuery::default()
    };
    let page = app.store.audit(&app.workspace, &query).await.unwrap();
    let actions: Vec<_> = page
        .entries
        .iter()
        .map(|it| it.entry.action.as_str())
        .collect();
    assert_eq!(
        actions,
        ["metric.deleted", "metric.changed", "metric.created"]
    );
    assert_eq!(page.entries[1].entry.changes["sql"]["to"], other["sql"]);
}

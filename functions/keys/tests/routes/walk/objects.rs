//! Objects to be asked about, made in the workspace of the test as the admin API makes them.

use std::collections::BTreeMap;

use policy::Role;
use rand::distr::{Alphanumeric, SampleString as _};
use serde_json::{Value, json};
use testkit::{Answer, Call, TestApp};

use super::operation::{Operation, workflow};
use super::runs;

/// The object that the path of an operation names, and the one that this lies in.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    /// Ids by parameter.
    ids: BTreeMap<&'static str, String>,
    /// Names, which nothing else has.
    names: Vec<String>,
}

impl Objects {
    /// Makes what the operation is about.
    pub(crate) async fn make(app: &TestApp, operation: &Operation) -> Self {
        let mut objects = Self::default();
        let (path, name) = (operation.path.as_str(), unique());
        if path.contains("/client-secret/") {
            let id = metrics_key(app).await;
            objects.ids.insert("{keyId}", id);
        } else if path.starts_with("/admin/v1/keys/{keyId}") {
            let key = json!({"name": name, "kind": "sensor"});
            let key = make(app, "/admin/v1/keys", &key).await;
            objects.add("{keyId}", &key);
        }
        if path.contains("{accountId}") {
            let account = json!({"name": name, "role": "viewer"});
            let account = make(app, "/admin/v1/service-accounts", &account).await;
            objects.add("{accountId}", &account);
            if path.contains("{keyId}") {
                let keys = objects.fill("/admin/v1/service-accounts/{accountId}/keys");
                let key = make(app, &keys, &json!({"name": unique()})).await;
                objects.add("{keyId}", &key);
            }
        }
        if path.contains("{workflowId}") {
            let workflow = make(app, "/admin/v1/workflows", &workflow(&name)).await;
            objects.add("{workflowId}", &workflow);
            objects.ids.insert("{version}", "1".to_owned());
        }
        if path.contains("{runId}") {
            let made = make(app, "/admin/v1/workflows", &workflow(&name)).await;
            let goes_on = path.ends_with("/cancel");
            objects
                .ids
                .insert("{runId}", runs::run(app, &made, goes_on).await);
        }
        if path == "/admin/v1/workflow-destinations/resume" {
            runs::pause(app, "https://a.example").await;
        }
        if path.starts_with("/admin/v1/remote-config/") {
            objects
                .ids
                .insert("{version}", remote_config(app, &name).await);
            objects.names.push(name);
        }
        objects
    }

    fn add(&mut self, parameter: &'static str, object: &Value) {
        let member = |name: &str| object[name].as_str().unwrap().to_owned();
        self.ids.insert(parameter, member("id"));
        self.names.push(member("name"));
    }

    /// The path with the ids of these objects in place of its parameters.
    pub(crate) fn fill(&self, path: &str) -> String {
        let with_id =
            |path: String, (parameter, id): (&&str, &String)| path.replace(*parameter, id);
        let filled = self.ids.iter().fold(path.to_owned(), with_id);
        assert!(!filled.contains('{'), "{path}: what object is that?");
        filled
    }

    /// The same objects, but that one.
    pub(crate) fn with(mut self, parameter: &'static str, other: &Self) -> Self {
        let id = other.ids[parameter].clone();
        self.ids.insert(parameter, id);
        self
    }

    /// Asks for the operation on these objects, with the version that they have and a good body.
    pub(crate) async fn ask(&self, app: &TestApp, operation: &Operation) -> Call {
        let version = self.version(app, operation).await;
        self.ask_for(app, operation, version.as_deref())
    }

    /// The version that the operation wants to hear, if it does.
    pub(crate) async fn version(&self, app: &TestApp, operation: &Operation) -> Option<String> {
        let current = get(app, &self.fill(operation.versioned()?)).await;
        Some(current.headers["etag"].clone())
    }

    /// Asks for the operation on these objects, with that version and a good body.
    pub(crate) fn ask_for(
        &self,
        app: &TestApp,
        operation: &Operation,
        version: Option<&str>,
    ) -> Call {
        let mut call = app.to_keys(operation.method, &self.fill(&operation.path));
        if let Some(version) = version {
            call = call.header("if-match", version);
        }
        match operation.body() {
            Some(body) => call.json(&body),
            None => call,
        }
    }

    /// Whether an answer lets something of these objects out.
    pub(crate) fn show_in(&self, answer: &Answer) -> bool {
        let is_long = |id: &&String| id.len() > 8;
        let ids = self.ids.values().filter(is_long);
        ids.chain(&self.names)
            .any(|text| answer.body.contains(text))
    }
}

/// What an admin reads there.
pub(crate) async fn get(app: &TestApp, path: &str) -> Answer {
    let token = app.token(Role::Admin);
    app.to_keys("GET", path).token(&token).send().await
}

async fn make(app: &TestApp, path: &str, body: &Value) -> Value {
    let token = app.token(Role::Admin);
    let answer = app
        .to_keys("POST", path)
        .token(&token)
        .json(body)
        .send()
        .await;
    assert_eq!(answer.status, 201, "{path}: {}", answer.shown());
    answer.json()
}

/// The one metrics key of the workspace.
async fn metrics_key(app: &TestApp) -> String {
    let found = get(app, "/admin/v1/keys?kind=metrics").await.json();
    let key = if let Some(key) = found["keys"].get(0) {
        key.clone()
    } else {
        let key = json!({"name": "Metrics", "kind": "metrics"});
        make(app, "/admin/v1/keys", &key).await
    };
    key["id"].as_str().unwrap().to_owned()
}

/// The number of a new version.
async fn remote_config(app: &TestApp, name: &str) -> String {
    let path = "/admin/v1/remote-config";
    let version = get(app, path).await.headers["etag"].clone();
    let token = app.token(Role::Admin);
    let put = app.to_keys("PUT", path).token(&token);
    let put = put.header("if-match", &version);
    let answer = put.json(&json!({"config": {"name": name}})).send().await;
    assert_eq!(answer.status, 200, "{}", answer.shown());
    answer.headers["etag"].trim_matches('"').to_owned()
}

/// A name that nothing else has.
pub(crate) fn unique() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 16)
}

//! A workspace with a workflow and somebody who gets its webhooks.

use std::time::Duration;

use event::Clock as _;
use policy::{ApiKey, KeyKind, Role};
use secrets::{SecretNames, Secrets};
use serde_json::{Value, json};
use testkit::{Answer, TestApp};
use workflow::Destination;
use workflows::{Limits, Workflows};

use crate::receiver::Receiver;

/// Longer than anything takes on a busy machine.
pub(crate) const LONG: Duration = Duration::from_mins(1);

pub(crate) struct Office {
    pub(crate) app: TestApp,
    pub(crate) key: ApiKey,
    pub(crate) editor: ApiKey,
    pub(crate) receiver: Receiver,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let app = TestApp::start().await;
        Self {
            key: app.key(KeyKind::ReadWrite).await,
            editor: app.admin_key(Role::Editor).await,
            receiver: Receiver::start().await,
            app,
        }
    }

    /// A request of an editor.
    pub(crate) async fn ask(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let call = self.app.to_keys(method, path).key(&self.editor);
        match body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// A workflow that was made.
    pub(crate) async fn workflow(&self, trigger: Value, steps: Value) -> Value {
        let body = json!({"name": "Test", "trigger": trigger, "steps": steps});
        let answer = self.ask("POST", "/admin/v1/workflows", Some(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// A workflow that a call starts.
    pub(crate) async fn by_call(&self, steps: Value) -> Value {
        self.workflow(json!({"type": "api"}), steps).await
    }

    /// Other limits from now on.
    pub(crate) fn limit(&mut self, limits: Limits) {
        let secrets = self.app.secrets.clone();
        self.app.workflows = Workflows::new(&self.app.runtime, secrets, limits);
    }

    /// A step that sends a webhook to that path of the receiver.
    pub(crate) fn hook(&self, id: &str, path: &str) -> Value {
        json!({"id": id, "type": "webhook", "url": format!("{}{path}", self.receiver.url)})
    }

    /// A call that starts the workflow.
    pub(crate) async fn call(&self, workflow: &Value, user: &str, variables: Value) -> Answer {
        let body = json!({
            "triggerId": workflow["triggerId"],
            "userId": user,
            "variables": variables,
        });
        let call = self.app.post("/workflow/trigger").key(&self.key);
        call.json(&body).send().await
    }

    /// A call that starts the workflow, and everything that follows at once.
    pub(crate) async fn start(&mut self, workflow: &Value, user: &str, variables: Value) {
        let answer = self.call(workflow, user, variables).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
        self.app.run_workflows().await;
    }

    /// The runs of the workflow, the newest first.
    pub(crate) async fn runs(&self, workflow: &Value) -> Vec<Value> {
        let id = workflow["id"].as_str().unwrap();
        let list = self.get(&format!("/admin/v1/workflows/{id}/runs")).await;
        list["runs"].as_array().unwrap().clone()
    }

    /// The only run of the workflow.
    pub(crate) async fn run(&self, workflow: &Value) -> Value {
        let runs = self.runs(workflow).await;
        assert_eq!(runs.len(), 1, "{runs:?}");
        runs[0].clone()
    }

    /// Notes so many failures of the receiver that nothing is sent to it for a while.
    pub(crate) async fn pause_receiver(&self) {
        let (destination, _) = Destination::split(&self.receiver.url, true).unwrap();
        let (store, workspace) = (&self.app.store, &self.app.workspace);
        for _ in 0..10 {
            let now = self.app.clock.now();
            let noted = store.note_failure(workspace, &destination, "refused", now);
            noted.await.unwrap();
        }
    }

    /// Moves the clock on and works on what is due then.
    pub(crate) async fn later(&self, by: Duration) {
        self.app.clock.advance(by);
        self.app.sweep().await;
    }

    /// Lets a run that failed go on.
    pub(crate) async fn replay(&self, run: &Value) {
        let id = run["id"].as_str().unwrap();
        let path = format!("/admin/v1/workflow-runs/{id}/replay");
        assert_eq!(self.ask("POST", &path, None).await.status, 200);
    }

    /// A process of its own that runs workflows, with secrets that it fetches itself.
    pub(crate) fn another_process(&mut self) {
        let secrets = Secrets::new(self.app.secrets_manager(), SecretNames::default());
        self.app.workflows = Workflows::new(&self.app.runtime, secrets, TestApp::limits());
    }

    /// Works on the only run of the workflow as the stream brings it.
    pub(crate) async fn stream(&mut self, workflow: &Value) {
        self.app.project().await;
        let run = self.run(workflow).await;
        let batch = crate::interrupted::batch(&self.app, run["id"].as_str().unwrap());
        self.app.workflows.stream(batch).await;
    }

    /// Deletes a user.
    pub(crate) async fn delete(&self, user: &str) {
        let path = format!("/profile/{user}");
        let call = self.app.to_profiles("DELETE", &path).key(&self.key);
        assert_eq!(call.send().await.status, 204);
    }

    /// Sends an event.
    pub(crate) async fn send(&self, event: &Value) {
        let call = self.app.post("/event/ingest").key(&self.key);
        let answer = call.json(event).send().await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
}

/// Step and result of what a run did.
pub(crate) fn taken(run: &Value) -> Vec<String> {
    let steps = run["steps"].as_array().unwrap();
    steps
        .iter()
        .map(|step| {
            let text = |name: &str| step[name].as_str().unwrap().to_owned();
            format!("{} {}", text("step"), text("result"))
        })
        .collect()
}

/// Waits until that holds.
pub(crate) async fn eventually(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let waited = tokio::time::timeout(LONG, waiting).await;
    waited.unwrap();
}

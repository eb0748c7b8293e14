//! The workflows of a workspace, and their runs.

use serde_json::{Value, json};

use crate::{Client, Tenant, eventually};

impl Tenant<'_> {
    /// A workflow that an admin made.
    pub async fn workflow(&self, trigger: &Value, steps: &Value) -> Value {
        let body = json!({"name": "Test", "trigger": trigger, "steps": steps});
        let admin = self.admin().await;
        let made = admin.post("/admin/v1/workflows", &body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()
    }

    /// The id of a run of these steps that came to that state.
    pub async fn run(&self, steps: &Value, state: &str) -> String {
        let workflow = self.workflow(&json!({"type": "api"}), steps).await;
        self.trigger(&workflow, 1).await;
        let admin = self.admin().await;
        let runs = eventually(
            async || runs(&admin, &workflow).await,
            |runs| matches!(runs.as_slice(), [run] if run.get("state") == Some(&json!(state))),
        )
        .await;
        let id = runs.first().and_then(|run| run.get("id")?.as_str());
        id.expect("a run has an id").to_owned()
    }

    /// Calls a workflow about Ann; each `n` is a call of its own.
    pub async fn trigger(&self, workflow: &Value, n: usize) {
        let trigger = workflow.get("triggerId");
        let body = json!({"triggerId": trigger, "userId": "ann", "variables": {"n": n}});
        let answer = self.reader().post("/workflow/trigger", &body).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }

    /// The runs of a workflow as the list shows them, the newest first.
    pub async fn runs(&self, workflow: &Value) -> Vec<Value> {
        runs(&self.admin().await, workflow).await
    }

    /// What the runs of a workflow are doing, the newest first.
    pub async fn states(&self, workflow: &Value) -> Vec<String> {
        let runs = self.runs(workflow).await;
        let states = runs.iter().map(|run| run.get("state")?.as_str());
        states
            .map(|state| state.expect("a run has a state").to_owned())
            .collect()
    }
}

async fn runs(admin: &Client, workflow: &Value) -> Vec<Value> {
    let id = workflow.get("id").and_then(Value::as_str);
    let path = format!("/admin/v1/workflows/{}/runs", id.expect("an id"));
    let list = admin.get(&path).await.json();
    let runs = list.get("runs").and_then(Value::as_array);
    runs.expect("a list of runs").clone()
}

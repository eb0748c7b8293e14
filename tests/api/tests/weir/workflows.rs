//! Workflows, from the call to the receiver, through processes that are killed.
#![allow(
    clippy::indexing_slicing,
    reason = "a helper that fails is a test that fails"
)]

use std::sync::{Arc, Mutex};

use api::{Function, Tenant, Weir, eventually};
use axum::Router;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// Who gets webhooks: their ids, in the order in which they came.
struct Receiver {
    url: String,
    ids: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn start() -> Self {
        let ids = Arc::<Mutex<Vec<_>>>::default();
        let take = async |State(ids): State<Arc<Mutex<Vec<String>>>>, headers: HeaderMap| {
            let id = headers["webhook-id"].to_str().unwrap().to_owned();
            ids.lock().unwrap().push(id);
        };
        let routes = Router::new().fallback(take).with_state(Arc::clone(&ids));
        let url = serve(routes).await;
        Self { url, ids }
    }

    fn ids(&self) -> Vec<String> {
        let mut ids = self.ids.lock().unwrap().clone();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// Where these routes are served.
async fn serve(routes: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

/// A destination that failed so often that nothing is sent to it for a while.
pub(crate) async fn paused_destination(tenant: &Tenant<'_>) -> String {
    let url = serve(Router::new().fallback(async || StatusCode::INTERNAL_SERVER_ERROR)).await;
    let steps = json!([{"id": "tell", "type": "webhook", "url": url}]);
    let workflow = tenant.workflow(&json!({"type": "api"}), &steps).await;
    for n in 0..12 {
        tenant.trigger(&workflow, n).await;
    }
    let admin = tenant.admin().await;
    let list = eventually(
        async || admin.get("/admin/v1/workflow-destinations").await.json(),
        |list| list["destinations"][0]["pausedUntil"].is_i64(),
    )
    .await;
    let name = list["destinations"][0]["destination"].as_str();
    name.unwrap().to_owned()
}

#[tokio::test]
async fn a_call_is_a_webhook_within_seconds() {
    let tenant = Weir::shared().await.tenant().await;
    let receiver = Receiver::start().await;
    let steps = json!([{"id": "tell", "type": "webhook", "url": receiver.url}]);
    let workflow = tenant.workflow(&json!({"type": "api"}), &steps).await;
    tenant.trigger(&workflow, 1).await;
    eventually(
        async || tenant.states(&workflow).await,
        |states| states == &["completed"],
    )
    .await;
    assert_eq!(receiver.ids().len(), 1);
}

#[tokio::test]
async fn a_step_changes_the_profile_that_the_run_is_about_whatever_device_was_linked_to_it() {
    let tenant = Weir::shared().await.tenant().await;
    let known = json!({
        "userId": "ann", "anonymousId": "device-1", "properties": {"plan": "free"},
    });
    let answer = tenant.identify(&known).await;
    assert_eq!(answer.status, 204, "{answer}");
    let plan = json!({"plan": "pro", "before": "{{ profile.properties.plan }}"});
    let steps = json!([{"id": "upgrade", "type": "update_profile", "properties": plan}]);
    tenant.run(&steps, "completed").await;
    let profile = tenant.profile("ann").await.json();
    let properties = json!({"before": "free", "plan": "pro"});
    assert_eq!(profile["properties"], properties, "{profile}");
}

#[tokio::test]
async fn runs_complete_once_though_their_processes_are_killed_again_and_again() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let receiver = Receiver::start().await;
    let steps = json!([
        {"id": "first", "type": "webhook", "url": format!("{}/first", receiver.url)},
        {"id": "note", "type": "send_event", "name": "noted"},
        {"id": "last", "type": "webhook", "url": format!("{}/last", receiver.url)},
    ]);
    let workflow = tenant.workflow(&json!({"type": "api"}), &steps).await;
    for n in 0..8 {
        tenant.trigger(&workflow, n).await;
        let function = if n % 2 == 0 {
            Function::Workflows
        } else {
            Function::Projector
        };
        weir.kill(function);
        weir.start(function).await;
    }
    // What a killed process worked on is another's after half a minute.
    let all = |runs: &[Value]| runs.len() == 8 && runs.iter().all(|it| it["state"] == "completed");
    let began = std::time::Instant::now();
    loop {
        tenant
            .client()
            .invoke_raw("workflows", &json!({"sweep": {"seconds": 1}}))
            .await;
        let runs = tenant.runs(&workflow).await;
        if all(&runs) {
            break;
        }
        let said = weir.printed(Function::Workflows);
        assert!(began.elapsed().as_secs() < 150, "{runs:#?}\n{said}");
    }
    assert_eq!(receiver.ids().len(), 16);
    assert_eq!(
        tenant.timeline_of("ann", 8).await.texts("name"),
        vec!["noted"; 8]
    );
}

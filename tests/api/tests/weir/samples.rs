//! The sample invocations in `events/`: each is what its function takes.

use std::path::Path;

use api::{Invocation, NewKey, Tenant, Weir};
use policy::KeyKind;
use serde_json::{Value, json};

use crate::workflows::paused_destination;

/// The samples and what their answers have in common with these, in an order in which what is read
/// was sent before.
fn samples() -> [(&'static str, Value); 90] {
    let status = |status: u16| json!({"statusCode": status});
    [
        ("ingest-preflight", status(204)),
        ("ingest-event", status(204)),
        ("ingest-batch", status(204)),
        ("ingest-profile", status(204)),
        ("profiles-read", status(200)),
        ("profiles-timeline", status(200)),
        ("profiles-delete", status(204)),
        ("ingest-otlp-traces", status(200)),
        ("ingest-otlp-logs", status(200)),
        ("ingest-otlp-metrics", status(200)),
        ("ingest-json-logs", status(204)),
        ("ingest-sensor-otlp-logs", status(200)),
        ("ingest-sensor-json-logs", status(204)),
        ("ingest-sensor-json-events", status(204)),
        ("ingest-sensor-health", status(200)),
        ("ingest-firehose", status(200)),
        ("ingest-rum", status(200)),
        ("ingest-health", status(200)),
        ("dashboard-root", status(303)),
        ("dashboard-home", status(200)),
        ("dashboard-page", status(303)),
        ("dashboard-theme", status(303)),
        // Nobody is signed in: the page that keeps the form.
        ("dashboard-key-settings", status(401)),
        ("ingest-snippet", status(200)),
        ("ingest-remote-config", status(200)),
        ("keys-openapi", status(200)),
        ("keys-create", status(201)),
        ("keys-list", status(200)),
        ("keys-read", status(200)),
        ("keys-change", status(200)),
        ("keys-policy", status(200)),
        ("keys-check-policy", status(200)),
        ("keys-suggestions", status(200)),
        ("keys-usage", status(200)),
        ("keys-reveal", status(200)),
        ("keys-rotate", status(200)),
        ("keys-end-previous", status(204)),
        ("keys-disable", status(204)),
        ("keys-enable", status(204)),
        ("keys-revoke", status(204)),
        ("metrics-token", status(200)),
        ("keys-rotate-client-secret", status(200)),
        ("keys-end-previous-client-secret", status(204)),
        ("keys-service-accounts", status(200)),
        ("keys-create-service-account", status(201)),
        ("keys-read-service-account", status(200)),
        ("keys-change-service-account", status(200)),
        ("keys-account-keys", status(200)),
        ("keys-create-account-key", status(201)),
        ("keys-revoke-account-key", status(204)),
        ("keys-delete-service-account", status(204)),
        ("keys-settings", status(200)),
        ("keys-replace-settings", status(200)),
        ("keys-remote-config", status(200)),
        ("keys-set-remote-config", status(200)),
        ("keys-remote-config-versions", status(200)),
        ("keys-remote-config-version", status(200)),
        ("keys-rollback-remote-config", status(200)),
        ("keys-workflows", status(200)),
        ("keys-create-workflow", status(201)),
        ("keys-read-workflow", status(200)),
        ("keys-replace-workflow", status(200)),
        ("keys-pause-workflow", status(204)),
        ("keys-resume-workflow", status(204)),
        ("keys-rotate-workflow-secret", status(200)),
        ("keys-workflow-versions", status(200)),
        ("keys-workflow-version", status(200)),
        ("keys-workflow-runs", status(200)),
        ("keys-runs", status(200)),
        ("keys-read-run", status(200)),
        ("keys-cancel-run", status(200)),
        ("keys-repeat-run", status(201)),
        ("keys-replay-run", status(200)),
        ("keys-destinations", status(200)),
        ("keys-resume-destination", status(204)),
        ("ingest-workflow-trigger", status(204)),
        ("keys-audit", status(200)),
        ("metrics-query", status(200)),
        ("metrics-query-saved", status(200)),
        ("metrics-query-list-metrics", status(200)),
        ("metrics-query-create-metric", status(201)),
        ("metrics-query-try-metric", status(200)),
        ("metrics-query-log", status(200)),
        ("metrics-query-read-metric", status(200)),
        ("metrics-query-change-metric", status(200)),
        ("metrics-query-delete-metric", status(204)),
        ("rotation-create", json!({"step": "createSecret"})),
        ("projector-chunks", json!({"batchItemFailures": []})),
        ("workflows-runs", json!({"batchItemFailures": []})),
        ("workflows-sweep", json!({})),
    ]
}

/// The functions whose names are of two words.
const OF_TWO_WORDS: [&str; 2] = ["metrics-query", "metrics-token"];
/// The ids in the samples.
const KEY_ID: &str = "3fYx9QkLm2Ab";
const ACCOUNT_ID: &str = "7Qm2fYx9kLAb";
const METRICS: &str = "/admin/v1/metrics";
const METRIC_ID: &str = "Mb4Ty7Qw2Zx9";
const WORKFLOW_ID: &str = "9kLAb7Qm2fYx";
const RUN_ID: &str = "0a4f3c52e1b84d7f9c26d80b7e5a1393";
const TRIGGER_ID: &str = "0b6e9c0a-3a62-4a53-9d0e-0a3a62d3f5c1";

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"))
}

#[tokio::test]
async fn every_sample_is_answered_as_a_success_by_its_function() {
    let tenant = Weir::shared().await.tenant().await;
    for (name, expected) in samples() {
        let event = event_of(name, &tenant).await;
        let (_, answer) = tenant.client().invoke_raw(function_of(name), &event).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(answer.get(member), Some(value), "{name}: {answer}");
        }
    }
}

/// The last sample of a function, as an event of that workspace, and what its answer has in common
/// with this.
pub(crate) async fn last_of(function: &str, tenant: &Tenant<'_>) -> (Value, Value) {
    let mut samples = samples().into_iter().rev();
    let last = samples.find(|(name, _)| function_of(name) == function);
    let (name, expected) = last.unwrap();
    (event_of(name, tenant).await, expected)
}

fn function_of(name: &str) -> &str {
    let function = OF_TWO_WORDS.iter().find(|it| name.starts_with(**it));
    function.copied().unwrap_or_else(|| {
        let first = name.split_once('-');
        first.map_or(name, |(function, _)| function)
    })
}

/// The sample with a key of that workspace.
async fn event_of(name: &str, tenant: &Tenant<'_>) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    let text = if name == "metrics-token" {
        paired(&text, tenant).await
    } else if name.starts_with("keys-") || name.starts_with("metrics-query") {
        administered(name, &text, tenant).await
    } else {
        let text = text.replace("<KEY>", &key_for(name, tenant).await);
        // Forms come from the dashboard's own pages.
        let text = text.replace("https://api.example.com", &tenant.client().base());
        with_workflow(&text, tenant).await
    };
    serde_json::from_str(&text).unwrap()
}

/// The sample with a metrics key and its client secret.
async fn paired(sample: &str, tenant: &Tenant<'_>) -> String {
    let admin = tenant.admin().await;
    let body = json!({"name": "Metrics", "kind": "metrics"}).to_string();
    let creation = Invocation::post("/admin/v1/keys", body).function("keys");
    let creation = creation.key(admin.key().unwrap());
    let made = admin.invoke(&creation).await.json();
    let text = |member: &str| made[member].as_str().unwrap().to_owned();
    sample
        .replace("<KEY>", &text("key"))
        .replace("<CLIENT SECRET>", &text("clientSecret"))
}

/// The sample with an admin's key, about a thing of its own.
async fn administered(name: &str, sample: &str, tenant: &Tenant<'_>) -> String {
    let admin = tenant.admin().await;
    let make = async |path: &str, body: Value| {
        let function = if path == METRICS {
            "metrics-query"
        } else {
            "keys"
        };
        let mut invocation = Invocation::post(path, body.to_string()).function(function);
        if let Some(key) = admin.key() {
            invocation = invocation.key(key);
        }
        let made = admin.invoke(&invocation).await;
        let made = made.json();
        made.get("id")?.as_str().map(str::to_owned)
    };
    let (keys, accounts) = ("/admin/v1/keys", "/admin/v1/service-accounts");
    let mut sample = sample.replace("<KEY>", admin.key().unwrap_or_default());
    if sample.contains(METRIC_ID) {
        let sql = "SELECT count(*) FROM events WHERE name = '@{event}'";
        let metric = json!({
            "name": format!("for {name}"), "sql": sql, "variables": [{"name": "event", "type": "text"}],
        });
        sample = sample.replace(METRIC_ID, &make(METRICS, metric).await.unwrap());
    }
    sample = with_workflow(&sample, tenant).await;
    sample = with_run(name, &sample, tenant).await;
    if name == "keys-resume-destination" {
        let paused = paused_destination(tenant).await;
        sample = sample.replace("https://hooks.example.com", &paused);
    }
    let mut keys_of_account = None;
    if sample.contains(ACCOUNT_ID) {
        let account = json!({"name": format!("for {name}"), "role": "viewer"});
        let account = make(accounts, account).await.unwrap_or_default();
        sample = sample.replace(ACCOUNT_ID, &account);
        keys_of_account = Some(format!("{accounts}/{account}/keys"));
    }
    if sample.contains(KEY_ID) {
        let kind = if name.ends_with("client-secret") {
            "metrics"
        } else {
            "write_only"
        };
        let id = match keys_of_account {
            Some(path) => make(&path, json!({"name": "CI"})).await,
            None => make(keys, json!({"name": format!("for {name}"), "kind": kind})).await,
        };
        // There is one metrics key in a workspace: an earlier sample's.
        let id = match id {
            Some(id) => id,
            None => tenant.metrics_key().await,
        };
        sample = sample.replace(KEY_ID, &id);
    }
    sample
}

/// The sample about a workflow of its own, if it is about one.
async fn with_workflow(sample: &str, tenant: &Tenant<'_>) -> String {
    if !sample.contains(WORKFLOW_ID) && !sample.contains(TRIGGER_ID) {
        return sample.to_owned();
    }
    let (by_call, stop) = (json!({"type": "api"}), json!([{"id": "a", "type": "stop"}]));
    let made = tenant.workflow(&by_call, &stop).await;
    let text = |name: &str| made.get(name).and_then(Value::as_str).unwrap().to_owned();
    sample
        .replace(WORKFLOW_ID, &text("id"))
        .replace(TRIGGER_ID, &text("triggerId"))
}

/// The sample about a run of its own, if it is about one: one that failed, where it is to go on, else
/// one that waits.
async fn with_run(name: &str, sample: &str, tenant: &Tenant<'_>) -> String {
    if !sample.contains(RUN_ID) {
        return sample.to_owned();
    }
    let (steps, state) = if name == "keys-replay-run" {
        // The call names no order, and a template must not be about what is not there.
        let properties = json!({"order": "{{ variables.order }}"});
        let step = json!({"id": "a", "type": "send_event", "name": "b", "properties": properties});
        (json!([step]), "failed")
    } else {
        (
            json!([{"id": "a", "type": "wait", "seconds": 3_600}]),
            "waiting",
        )
    };
    let id = tenant.run(&steps, state).await;
    sample.replace(RUN_ID, &id)
}

/// A key of the kind that the sample is for.
async fn key_for(name: &str, tenant: &Tenant<'_>) -> String {
    let kind = match name {
        "ingest-otlp-traces"
        | "ingest-otlp-logs"
        | "ingest-otlp-metrics"
        | "ingest-json-logs"
        | "ingest-firehose" => KeyKind::ThirdParty,
        "ingest-rum" => KeyKind::Rum,
        "ingest-remote-config" => KeyKind::Sensor,
        name if name.starts_with("ingest-sensor-") => KeyKind::Sensor,
        _ => KeyKind::ReadWrite,
    };
    let new = NewKey {
        kind,
        ..NewKey::default()
    };
    tenant.issue(new).await.text
}

#[test]
fn every_sample_is_tried() {
    let files = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut tried = samples().map(|(name, _)| name.to_owned());
    names.sort_unstable();
    tried.sort_unstable();
    assert_eq!(names, tried);
}

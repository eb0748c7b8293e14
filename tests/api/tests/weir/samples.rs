//! The sample invocations in `events/`: each is what its function takes.

use std::path::Path;

use api::{Invocation, NewKey, Tenant, Weir};
use policy::KeyKind;
use serde_json::{Value, json};

/// The samples and what their answers have in common with these, in an order in which what is read
/// was sent before.
fn samples() -> [(&'static str, Value); 51] {
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
        ("ingest-json-logs", status(204)),
        ("ingest-firehose", status(200)),
        ("ingest-rum", status(200)),
        ("ingest-health", status(200)),
        ("dashboard-root", status(303)),
        ("dashboard-home", status(200)),
        ("dashboard-page", status(303)),
        ("dashboard-theme", status(303)),
        ("ingest-snippet", status(200)),
        ("ingest-remote-config", status(200)),
        ("keys-openapi", status(200)),
        ("keys-create", status(201)),
        ("keys-list", status(200)),
        ("keys-read", status(200)),
        ("keys-change", status(200)),
        ("keys-policy", status(200)),
        ("keys-reveal", status(200)),
        ("keys-rotate", status(200)),
        ("keys-end-previous", status(204)),
        ("keys-disable", status(204)),
        ("keys-enable", status(204)),
        ("keys-revoke", status(204)),
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
        ("keys-audit", status(200)),
        (METRICS_QUERY, status(200)),
        ("projector-chunks", json!({"batchItemFailures": []})),
    ]
}

/// The one function whose name is of two words, and its sample.
const METRICS_QUERY: &str = "metrics-query";
/// The ids in the samples.
const KEY_ID: &str = "3fYx9QkLm2Ab";
const ACCOUNT_ID: &str = "7Qm2fYx9kLAb";

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"))
}

#[tokio::test]
async fn every_sample_is_answered_as_a_success_by_its_function() {
    let tenant = Weir::shared().await.tenant().await;
    for (name, expected) in samples() {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let text = if name.starts_with("keys-") || name == METRICS_QUERY {
            administered(name, &text, &tenant).await
        } else {
            text.replace("<KEY>", &key_for(name, &tenant).await)
        };
        let event: Value = serde_json::from_str(&text).unwrap();
        let function = match name.split_once('-') {
            Some((function, _)) if name != METRICS_QUERY => function,
            Some(_) | None => name,
        };
        let (_, answer) = tenant.client().invoke_raw(function, &event).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(answer.get(member), Some(value), "{name}: {answer}");
        }
    }
}

/// The sample with an admin's key, about a thing of its own.
async fn administered(name: &str, sample: &str, tenant: &Tenant<'_>) -> String {
    let admin = tenant.admin().await;
    let make = async |path: &str, body: Value| {
        let mut invocation = Invocation::post(path, body.to_string()).function("keys");
        if let Some(key) = admin.key() {
            invocation = invocation.key(key);
        }
        let made = admin.invoke(&invocation).await;
        let made = made.json();
        made.get("id")?.as_str().map(str::to_owned)
    };
    let (keys, accounts) = ("/admin/v1/keys", "/admin/v1/service-accounts");
    let mut sample = sample.replace("<KEY>", admin.key().unwrap_or_default());
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

/// A key of the kind that the sample is for.
async fn key_for(name: &str, tenant: &Tenant<'_>) -> String {
    let kind = match name {
        "ingest-otlp-traces" | "ingest-otlp-logs" | "ingest-json-logs" | "ingest-firehose" => {
            KeyKind::ThirdParty
        }
        "ingest-rum" => KeyKind::Rum,
        "ingest-remote-config" => KeyKind::Sensor,
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

//! The sample invocations in `events/`: each is what its function takes.

use std::path::Path;

use api::{NewKey, Tenant, Weir};
use policy::KeyKind;
use serde_json::{Value, json};

/// The samples and what their answers have in common with these, in an order in which what is read
/// was sent before.
fn samples() -> [(&'static str, Value); 14] {
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
        ("projector-chunks", json!({"batchItemFailures": []})),
    ]
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"))
}

#[tokio::test]
async fn every_sample_is_answered_as_a_success_by_its_function() {
    let tenant = Weir::shared().await.tenant().await;
    for (name, expected) in samples() {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let text = text.replace("<KEY>", &key_for(name, &tenant).await);
        let event: Value = serde_json::from_str(&text).unwrap();
        let (function, _) = name.split_once('-').unwrap();
        let (_, answer) = tenant.client().invoke_raw(function, &event).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(answer.get(member), Some(value), "{name}: {answer}");
        }
    }
}

/// A key of the kind that the sample is for.
async fn key_for(name: &str, tenant: &Tenant<'_>) -> String {
    let kind = match name {
        "ingest-otlp-traces" | "ingest-otlp-logs" | "ingest-json-logs" | "ingest-firehose" => {
            KeyKind::ThirdParty
        }
        "ingest-rum" => KeyKind::Rum,
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

//! The sample invocations in events/ are what the gateway and the stream would send.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::path::PathBuf;

use serde_json::Value;
use store::StoredChunk;

/// Name and content of every sample.
fn samples() -> Vec<(String, Value)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"));
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).unwrap();
            (name, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

fn text<'a>(sample: &'a Value, pointer: &str) -> &'a str {
    sample
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The sample's route with its path's parameters in their places.
fn filled(sample: &Value) -> String {
    let mut route = text(sample, "/routeKey").to_owned();
    let parameters = sample.get("pathParameters").and_then(Value::as_object);
    for (name, value) in parameters.into_iter().flatten() {
        let value = value.as_str().unwrap();
        for place in [format!("{{{name}}}"), format!("{{{name}+}}")] {
            route = route.replace(&place, value);
        }
    }
    route
}

#[test]
fn a_request_states_its_route_and_address_as_the_gateway_does() {
    for (name, sample) in samples() {
        if sample.get("requestContext").is_none() {
            continue;
        }
        let method = text(&sample, "/requestContext/http/method");
        let path = text(&sample, "/requestContext/http/path");
        let route = filled(&sample);
        assert_eq!(text(&sample, "/version"), "2.0", "{name}");
        assert_eq!(route, format!("{method} {path}"), "{name}");
        assert_eq!(text(&sample, "/rawPath"), path, "{name}");
        let address = text(&sample, "/requestContext/http/sourceIp");
        assert!(address.parse::<std::net::IpAddr>().is_ok(), "{name}");
        let carries_key = text(&sample, "/headers/authorization") == "Bearer <KEY>"
            || ["apikey", "x-amz-firehose-access-key"]
                .iter()
                .any(|carrier| text(&sample, &format!("/headers/{carrier}")) == "<KEY>");
        let is_page = path == "/" || path.starts_with("/dashboard");
        let public = ["/health", "/metrics/auth/token", "/openapi.json", "/rum.js"];
        let needs_key = method != "OPTIONS" && !is_page && !public.contains(&path);
        assert_eq!(carries_key, needs_key, "{name}");
        let function = if is_page {
            "dashboard"
        } else if path.starts_with("/profile/") {
            "profiles"
        } else if path == "/metrics/auth/token" {
            "metrics-token"
        } else if path.starts_with("/metrics/query") || path.starts_with("/admin/v1/metrics") {
            "metrics-query"
        } else if path.starts_with("/admin/") || path == "/openapi.json" {
            "keys"
        } else {
            "ingest"
        };
        assert!(
            name.starts_with(function),
            "{name} is named after its function"
        );
    }
}

#[test]
fn the_chunks_of_the_stream_are_chunks_of_the_log() {
    let (_, stream) = samples()
        .into_iter()
        .find(|(name, _)| name == "projector-chunks")
        .unwrap();
    let records = stream["Records"].as_array().unwrap();
    assert!(!records.is_empty());
    for record in records {
        let image = record["dynamodb"]["NewImage"].clone();
        let chunk = StoredChunk::from_stream(serde_json::from_value(image).unwrap()).unwrap();
        assert_eq!(chunk.meta.workspace.as_str(), "demo");
        assert_eq!(
            chunk.events().unwrap().len(),
            usize::try_from(chunk.count).unwrap()
        );
    }
}

#[test]
fn what_the_clock_and_the_stream_send_is_what_runs_workflows() {
    for (name, sample) in samples() {
        if name.starts_with("workflows") {
            let read: Result<workflows::Invocation, _> = serde_json::from_value(sample);
            assert!(read.is_ok(), "{name}");
        }
    }
}

//! The examples of docs/admin-api.md, run with the real curl.

use std::process::Command;

use policy::Role;
use serde_json::json;
use testkit::TestApp;

use crate::walk::runs;

const TEXT: &str = include_str!("../../../../docs/admin-api.md");

/// The examples, in their order.
fn examples() -> Vec<&'static str> {
    let blocks = TEXT.split("\n```sh\n").skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_documentation_is_answered_as_a_success() {
    let app = TestApp::start().await;
    let server = app.serve_keys().await;
    let key = app.admin_key(Role::Admin).await;
    let metrics = json!({"name": "Metrics", "kind": "metrics"});
    let made = app.to_keys("POST", "/admin/v1/keys").key(&key);
    assert_eq!(made.json(&metrics).send().await.status, 201);
    // What only other functions make.
    let end =
        json!({"name": "x", "trigger": {"type": "api"}, "steps": [{"id": "end", "type": "stop"}]});
    let made = app.to_keys("POST", "/admin/v1/workflows").key(&key);
    let workflow = made.json(&end).send().await.json();
    runs::run(&app, &workflow, false).await;
    runs::pause(&app, "https://hooks.example.com").await;
    let folder = tempfile::tempdir().unwrap();
    let mut script = "set -euo pipefail\n".to_owned();
    for example in examples() {
        script.extend([example, "\n"]);
    }
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("WEIR", &server.url)
        .env("TOKEN", key.expose())
        .output()
        .unwrap();
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, failed) = (shown(&output.stdout), shown(&output.stderr));
    assert!(output.status.success(), "{said}\n{failed}");
    assert!(said.contains("\"olderEnded\":false"), "{said}");
}

#[test]
fn every_route_of_the_document_has_an_example() {
    let document = serde_json::to_value(keys::openapi()).unwrap();
    let all = examples().concat();
    for (path, operations) in document["paths"].as_object().unwrap() {
        // Which variable stands for an id is the example's to choose.
        let pattern: Vec<_> = path.split('/').collect();
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let has = all.split("curl ").any(|example| {
                let address = example.split('"').find(|part| part.contains("$WEIR/"));
                let asked = address.unwrap_or_default().replace("$WEIR", "");
                let asked = asked.split('?').next().unwrap_or_default();
                let explicit = example.split_once("-X ").map(|(_, rest)| rest);
                let used = match explicit.and_then(|rest| rest.split(' ').next()) {
                    Some(method) => method,
                    None if example.contains("--json") => "POST",
                    None => "GET",
                };
                let asked: Vec<_> = asked.split('/').collect();
                let same = |(given, part): (&&str, &&str)| given == part || part.starts_with('{');
                let is_path = asked.len() == pattern.len();
                is_path && asked.iter().zip(&pattern).all(same) && used == method
            });
            assert!(has, "{method} {path}");
        }
    }
}

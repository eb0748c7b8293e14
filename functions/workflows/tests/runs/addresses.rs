//! Where webhooks may not go, wherever that shows.

use edge::Runtime;
use serde_json::json;
use testkit::TestApp;
use workflows::Workflows;

use crate::support::Office;

/// The functions as they are when deployed: nothing leads to the machine itself.
fn deployed(office: &mut Office) {
    let mut config = (*office.app.runtime.config).clone();
    config.webhooks_to_loopback = false;
    let runtime = Runtime {
        config: config.into(),
        ..office.app.runtime.clone()
    };
    let secrets = office.app.secrets.clone();
    office.app.workflows = Workflows::new(&runtime, secrets, TestApp::limits());
}

#[tokio::test]
async fn an_address_that_is_not_public_is_refused_when_the_workflow_is_saved() {
    let office = Office::open().await;
    for url in [
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "http://example.com/",
        "https://{{ profile.host }}/",
    ] {
        let body = json!({
            "name": "Test",
            "trigger": {"type": "api"},
            "steps": [{"id": "a", "type": "webhook", "url": url}],
        });
        let answer = office.ask("POST", "/admin/v1/workflows", Some(&body)).await;
        assert_eq!(answer.status, 400, "{url}");
        assert_eq!(
            answer.json()["error"]["errors"][0]["path"],
            "steps[0].url",
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_name_that_leads_to_the_machine_itself_is_refused_when_it_is_sent_to() {
    for host in ["localhost", "127.0.0.1"] {
        let mut office = Office::open().await;
        let url = office.receiver.url.replace("127.0.0.1", host);
        let url = url.replace("http://", "https://");
        let workflow = office
            .by_call(json!([{"id": "a", "type": "webhook", "url": url}]))
            .await;
        deployed(&mut office);
        assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
        office.app.project().await;
        let run = office.run(&workflow).await;
        let batch = crate::interrupted::batch(&office.app, run["id"].as_str().unwrap());
        office.app.workflows.stream(batch).await;
        let run = office.run(&workflow).await;
        assert_eq!(run["state"], "failed", "{host}: {run}");
        assert_eq!(
            run["error"],
            "given up after 1 attempts: the destination's address is not one of the public internet"
        );
        assert!(office.receiver.received().is_empty());
    }
}

//! The audit log.

use serde_json::{Value, json};

use crate::support::{Office, timeless};

const PATH: &str = "/admin/v1/audit";

fn actions(page: &Value) -> Vec<&str> {
    let entries = page["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn who_did_what_from_where_and_when_is_read_by_admins_alone() {
    let office = Office::open().await;
    let body = json!({"name": "Build", "role": "viewer"});
    let call = office.app.to_keys("POST", "/admin/v1/service-accounts");
    let call = call.key(&office.admin).from("198.51.100.9").json(&body);
    let id = call.send().await.json()["id"].as_str().unwrap().to_owned();
    let page = office.get(&format!("{PATH}?subject={id}")).await;
    let shown = timeless(&page.shown()).replace(&id, "<id>");
    let entry = page.json()["entries"][0]["id"].as_str().unwrap().to_owned();
    let shown = shown
        .replace(&entry, "<entry>")
        .replace(office.admin.id().as_str(), "<admin>");
    insta::assert_snapshot!(shown, @r#"200 {"entries":[{"id":"<entry>","at":<time>,"actor":{"kind":"service_account","id":"<admin>","name":"test admin"},"address":"198.51.100.9","requestId":"test-request","action":"service_account.created","subject":"<id>","subjectName":"Build","changes":{"name":{"to":"Build"},"role":{"to":"viewer"}}}],"nextCursor":null}"#);
    for key in [&office.viewer, &office.editor] {
        let answer = office.app.to_keys("GET", PATH).key(key).send().await;
        assert_eq!(answer.code(), "role_missing");
    }
    let stranger = office.stranger().await;
    let other = office.app.to_keys("GET", PATH).key(&stranger).send().await;
    assert!(!other.body.contains(&id));
}

#[tokio::test]
async fn pages_and_filters_find_each_entry_once() {
    let office = Office::open().await;
    for name in ["a", "b", "c", "d", "e"] {
        let body = json!({"name": name, "role": "viewer"});
        office.post("/admin/v1/service-accounts", &body).await;
        office
            .app
            .clock
            .advance(std::time::Duration::from_millis(1));
    }
    let wanted = "action=service_account.created&actor=test%20admin";
    let all = office.get(&format!("{PATH}?{wanted}")).await.json();
    assert_eq!(actions(&all), ["service_account.created"; 5]);
    let mut subjects = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{PATH}?{wanted}&limit=2{cursor}");
        let page = office.get(&path).await.json();
        let entries = page["entries"].as_array().unwrap();
        subjects.extend(
            entries
                .iter()
                .map(|entry| entry["subjectName"].as_str().unwrap().to_owned()),
        );
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(subjects, ["e", "d", "c", "b", "a"]);
    let third = all["entries"][2]["at"].as_i64().unwrap();
    let newer = office
        .get(&format!("{PATH}?{wanted}&from={third}"))
        .await
        .json();
    assert_eq!(actions(&newer).len(), 3);
    let older = office
        .get(&format!("{PATH}?{wanted}&until={third}"))
        .await
        .json();
    assert_eq!(actions(&older).len(), 2);
    let nobody = office.get(&format!("{PATH}?actor=nobody")).await.json();
    assert_eq!(nobody, json!({"entries": [], "nextCursor": null}));
}

#[tokio::test]
async fn a_parameter_that_makes_no_sense_is_named() {
    let office = Office::open().await;
    let mut answers = Vec::new();
    for query in [
        "from=yesterday",
        "action=key.eaten",
        "limit=0",
        "cursor=!",
        "who=ada",
        "from=2&until=1",
    ] {
        let answer = office.get(&format!("{PATH}?{query}")).await;
        answers.push(answer.shown());
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 {"error":{"code":"invalid_parameter","message":"from: must be a whole number of milliseconds since 1970","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"action: must be one of workspace.created, settings.changed, key.created, key.changed, key.policy_changed, key.revealed, key.rotated, key.previous_ended, client_secret.rotated, client_secret.previous_ended, key.disabled, key.enabled, key.revoked, service_account.created, service_account.changed, service_account.deleted, api_key.created, api_key.revoked, remote_config.changed, metric.created, metric.changed, metric.deleted, workflow.created, workflow.changed, workflow.paused, workflow.resumed, workflow.secret_rotated, run.repeated, run.cancelled, run.replayed, destination.resumed","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"cursor: is not one that was given out here","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"query: names a parameter that is not known, names one twice, or is not UTF-8","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"until: must not be before from","requestId":"test-request"}}
    "#);
    let none = office.get(&format!("{PATH}?from=1&until=1")).await;
    assert_eq!(none.json(), json!({"entries": [], "nextCursor": null}));
}

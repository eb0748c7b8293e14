//! What steps do.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use event::{Clock as _, Signal};
use secrets::SecretNames;
use serde_json::{Value, json};
use testkit::TestApp;
use workflows::Limits;

use crate::support::{LONG, Office, eventually, taken};

#[tokio::test]
async fn a_run_takes_its_steps_and_says_what_came_of_each() {
    let mut office = Office::open().await;
    let profile = json!({"userId": "ann", "properties": {"plan": "pro"}});
    office
        .app
        .post("/profile")
        .key(&office.key)
        .json(&profile)
        .send()
        .await;
    let mut hook = office.hook("tell", "/hooks/{{ profile.userId | urlencode }}");
    hook["headers"] = json!({"X-Plan": "{{ profile.properties.plan }}"});
    hook["body"] = json!({
        "text": "Hello {{ profile.userId }}",
        "seats": "{{ variables.seats }}",
        "stage": "{{ profile.properties.stage }}",
    });
    let workflow = office
        .by_call(json!([
            {"id": "mark", "type": "update_profile", "properties": {"stage": "{{ variables.stage }}"}},
            {"id": "pro", "type": "branch", "when": {"all": [
                {"path": "profile.properties.plan", "operator": "equals", "value": "pro"},
                {"path": "variables.seats", "operator": "at_least", "value": 3},
            ]}, "otherwise": "end"},
            hook,
            {"id": "note", "type": "send_event", "name": "welcomed", "properties": {"plan": "{{ profile.properties.plan }}"}},
            {"id": "end", "type": "stop"},
        ]))
        .await;
    office
        .start(&workflow, "ann", json!({"stage": 2, "seats": 5}))
        .await;

    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "completed", "{run}");
    assert_eq!(run["userFound"], true);
    assert_eq!(run["startedBy"], "api");
    assert_eq!(
        taken(&run),
        [
            "mark done",
            "pro held",
            "tell done",
            "note done",
            "end done"
        ]
    );
    let received = office.receiver.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].path, "/hooks/ann");
    assert_eq!(received[0].headers["x-plan"], "pro");
    assert_eq!(
        received[0].json(),
        json!({"text": "Hello ann", "seats": 5, "stage": 2})
    );
    let delivery = &run["steps"][2]["delivery"];
    assert_eq!(
        (&delivery["attempts"], &delivery["status"]),
        (&json!(1), &json!(204))
    );
    let events = office.app.log(Signal::Events).await;
    assert_eq!(events.len(), 1);
    assert_eq!(&*events[0].name, "welcomed");
    assert_eq!(events[0].properties.as_deref(), Some(r#"{"plan":"pro"}"#));
    let profile = office
        .app
        .get("/profile/ann")
        .key(&office.key)
        .send()
        .await
        .json();
    assert_eq!(profile["properties"], json!({"plan": "pro", "stage": 2}));
}

#[tokio::test]
async fn a_webhook_is_signed_with_the_secret_that_was_shown_and_after_a_rotation_with_both() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    office.start(&workflow, "ann", json!({"n": 1})).await;
    let path = format!(
        "/admin/v1/workflows/{}/secret/rotate",
        workflow["id"].as_str().unwrap()
    );
    let rotated = office
        .ask("POST", &path, Some(&json!({"overlapSeconds": 60})))
        .await
        .json();
    office.start(&workflow, "ann", json!({"n": 2})).await;
    office.app.clock.advance(Duration::from_secs(61));
    office.start(&workflow, "ann", json!({"n": 3})).await;

    let (old, new) = (
        workflow["secret"].as_str().unwrap(),
        rotated["secret"].as_str().unwrap(),
    );
    let received = office.receiver.received();
    let expected = [vec![old], vec![new, old], vec![new]];
    assert_eq!(received.len(), expected.len());
    for (request, secrets) in received.iter().zip(expected) {
        let headers = &request.headers;
        let signed = format!(
            "{}.{}.{}",
            request.id(),
            headers["webhook-timestamp"],
            request.body
        );
        let signatures: Vec<_> = secrets
            .iter()
            .map(|secret| signature(secret, &signed))
            .collect();
        assert_eq!(headers["webhook-signature"], signatures.join(" "));
        assert_eq!(headers["idempotency-key"], request.id());
        let now = office.app.clock.now().as_secs();
        assert!(now - headers["webhook-timestamp"].parse::<i64>().unwrap() <= 61);
    }
    let read = office
        .get(&format!(
            "/admin/v1/workflows/{}",
            workflow["id"].as_str().unwrap()
        ))
        .await;
    assert!(!read.to_string().contains("whsec_"), "{read}");
}

fn signature(secret: &str, signed: &str) -> String {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[tokio::test]
async fn a_wait_of_days_ends_on_time_and_one_of_a_second_within_the_invocation() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([
            {"id": "days", "type": "wait", "seconds": 172_800},
            office.hook("tell", "/"),
        ]))
        .await;
    office.start(&workflow, "ann", json!({})).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["step"]),
        (&json!("waiting"), &json!("days"))
    );
    office.later(Duration::from_secs(172_799)).await;
    assert!(office.receiver.received().is_empty());
    office.later(Duration::from_secs(1)).await;
    assert_eq!(office.receiver.received().len(), 1);
    assert_eq!(office.run(&workflow).await["state"], "completed");
    assert_eq!(office.app.sweep().await, 0);
}

#[tokio::test]
async fn a_user_who_does_not_exist_is_told_by_the_run() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    office.start(&workflow, "nobody", json!({})).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["userFound"], &run["userId"]),
        (&json!(false), &json!("nobody"))
    );
    assert_eq!(run["state"], "completed");
    let body = office.receiver.received()[0].json();
    assert_eq!(body["data"]["userId"], "nobody");
    assert_eq!(body["type"], "workflow.tell");
}

#[tokio::test]
async fn a_template_that_cannot_be_filled_fails_the_run_with_step_and_message() {
    let mut office = Office::open().await;
    let mut hook = office.hook("tell", "/");
    hook["body"] = json!({"mail": "{{ profile.properties.email }}"});
    let workflow = office
        .by_call(json!([{"id": "a", "type": "wait", "seconds": 60}, hook]))
        .await;
    office.start(&workflow, "ann", json!({})).await;
    office.later(Duration::from_mins(1)).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["step"]),
        (&json!("failed"), &json!("tell"))
    );
    assert_eq!(run["error"], "body: undefined value");
    assert_eq!(taken(&run), ["a done", "tell failed"]);
    let dead = office.get("/admin/v1/workflow-runs").await;
    assert_eq!(dead["runs"][0]["id"], run["id"]);
}

#[tokio::test]
async fn a_loop_with_a_wait_goes_round_until_its_condition_ends_it() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([
            {"id": "pause", "type": "wait", "seconds": 60},
            {"id": "done", "type": "branch", "when": {"all": [
                {"path": "profile.properties.ready", "operator": "exists"},
            ]}, "then": "tell", "otherwise": "pause"},
            office.hook("tell", "/"),
        ]))
        .await;
    office.start(&workflow, "ann", json!({})).await;
    for _ in 0..3 {
        office.later(Duration::from_mins(1)).await;
    }
    let profile = json!({"userId": "ann", "properties": {"ready": true}});
    office
        .app
        .post("/profile")
        .key(&office.key)
        .json(&profile)
        .send()
        .await;
    office.later(Duration::from_mins(1)).await;
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "completed");
    let rounds: Vec<Value> = run["steps"].as_array().unwrap().clone();
    assert_eq!(rounds.len(), 4 * 2 + 1);
}

#[tokio::test]
async fn a_step_that_can_never_be_done_fails_with_its_reason_and_can_be_replayed() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
    // The key that the workflow's secret is sealed under is gone.
    let manager = office.app.secrets_manager();
    let name = SecretNames::default().sealing_keys;
    let ring = manager.get_secret_value().secret_id(&name).send().await;
    let ring = ring.unwrap().secret_string.unwrap();
    let other = json!({"current": "other", "other": "0a".repeat(32)});
    let put = |text: String| {
        manager
            .put_secret_value()
            .secret_id(&name)
            .secret_string(text)
    };
    put(other.to_string()).send().await.unwrap();
    office.another_process();
    office.stream(&workflow).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["step"]),
        (&json!("failed"), &json!("tell")),
        "{run}"
    );
    assert_eq!(run["error"], "the text is sealed under an unknown key");
    let dead = office.get("/admin/v1/workflow-runs").await;
    assert_eq!(dead["runs"][0]["id"], run["id"]);

    put(ring).send().await.unwrap();
    office.another_process();
    office.replay(&run).await;
    office.later(Duration::from_mins(1)).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
}

#[tokio::test]
async fn a_step_that_was_done_counts_though_the_next_one_can_never_be_done() {
    let mut office = Office::open().await;
    office.limit(Limits {
        patience: LONG,
        timeout: LONG,
        ..TestApp::limits()
    });
    let steps = json!([office.hook("first", "/held"), office.hook("last", "/last")]);
    let workflow = office.by_call(steps).await;
    assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
    office.app.project().await;
    let run = office.run(&workflow).await;
    let batch = crate::interrupted::batch(&office.app, run["id"].as_str().unwrap());
    // A profile as nothing writes one, from the first step's end on.
    let table = &office.app.runtime.config.tables.profiles;
    let pk = format!("{}#u#ann", office.app.workspace);
    let key = json!({"pk": {"S": pk}, "sk": {"S": "PROFILE"}});
    let database = office.app.stand_in.database();
    let spoiling = async {
        eventually(|| !office.receiver.received().is_empty()).await;
        let put = json!({"TableName": table, "Item": key});
        let put = database.put_item(serde_json::from_value(put).unwrap());
        put.unwrap();
        office.receiver.release();
    };
    tokio::join!(office.app.workflows.stream(batch), spoiling);
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "failed", "{run}");
    assert_eq!(run["error"], "a stored profile cannot be read");
    assert_eq!(taken(&run), ["first done", "last failed"]);

    let delete = json!({"TableName": table, "Key": key});
    let deleted = database.delete_item(serde_json::from_value(delete).unwrap());
    deleted.unwrap();
    office.replay(&run).await;
    office.later(Duration::from_mins(1)).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
    let paths = office.receiver.received().into_iter().map(|it| it.path);
    assert_eq!(paths.collect::<Vec<_>>(), ["/held", "/last"]);
}

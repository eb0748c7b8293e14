//! Workflows: made, changed, paused, and what became of their runs.

use policy::{KeyKind, Role};
use serde_json::{Value, json};
use testkit::TestApp;

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::text_of;
use crate::office::{form, location, whole};

const PAGE: &str = "/dashboard/workflows";

fn definition(name: &str, step: &Value) -> String {
    let definition = json!({"name": name, "trigger": {"type": "api"}, "steps": [step]});
    definition.to_string()
}

fn stop() -> Value {
    json!({"id": "end", "type": "stop"})
}

/// The JSON view, sent by that button.
fn sent(definition: &str, replaces: &str, what: &str) -> String {
    form(&[
        ("definition", definition),
        ("replaces", replaces),
        ("new", "3fYx9QkLm2Ab"),
        ("do", what),
    ])
}

/// The only workflow, as the admin API has it.
async fn only(app: &TestApp) -> Value {
    let token = app.token(Role::Viewer);
    let list = app.to_keys("GET", "/admin/v1/workflows").token(&token);
    let list = list.send().await.json();
    assert_eq!(list["workflows"].as_array().unwrap().len(), 1, "{list}");
    list["workflows"][0].clone()
}

#[tokio::test]
async fn a_workflow_is_made_with_its_secret_shown_once_then_changed_and_paused() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    assert!(whole(&browser.get(PAGE).await, 200).contains("There is none yet"));
    let new = browser.get(&format!("{PAGE}?new=json")).await;
    assert!(whole(&new, 200).contains("signed_up"));
    let made = browser
        .post(PAGE, &sent(&definition("One", &stop()), "0", "save"))
        .await;
    assert!(whole(&made, 200).contains("whsec_"));
    let workflow = only(&app).await;
    let page = format!("{PAGE}/{}", workflow["id"].as_str().unwrap());
    let shown = browser.get(&page).await;
    assert!(!whole(&shown, 200).contains("whsec_"));
    assert!(shown.body.contains(workflow["triggerId"].as_str().unwrap()));

    let two = sent(&definition("Two", &stop()), "1", "save");
    assert_eq!(location(&browser.post(&page, &two).await), page);
    let late = browser
        .post(&page, &sent(&definition("Three", &stop()), "1", "save"))
        .await;
    let late = whole(&late, 409);
    assert!(late.contains("name=\"replaces\" value=\"2\""));
    assert_eq!(
        location(&browser.post(&format!("{page}/pause"), "").await),
        page
    );
    let workflow = only(&app).await;
    assert_eq!(
        (&workflow["name"], &workflow["active"]),
        (&json!("Two"), &json!(false))
    );
    let list = browser.get(PAGE).await;
    assert!(text_of(whole(&list, 200), "tbody").starts_with("Two Paused 2"));
    let first = browser.get(&format!("{page}/versions/1")).await;
    assert!(text_of(whole(&first, 200), "pre").contains("One"));
    let rotation = Form::of(&browser.get(&page).await.body, &format!("{page}/secret"));
    let rotated = rotation.press(&mut browser, "", "").await;
    assert!(whole(&rotated, 200).contains("whsec_"));
}

#[tokio::test]
async fn what_is_wrong_with_a_definition_is_listed_with_its_places() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    for what in ["save", "check"] {
        let wrong = definition(
            "One",
            &json!({"id": "a", "type": "wait", "url": "</textarea>"}),
        );
        let refused = browser.post(PAGE, &sent(&wrong, "0", what)).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(text_of(whole(&refused, 400), ".wrong"), @"steps[0].url is no member of a step of this type steps[0].seconds must be a number from 1 to 2592000, which is 30 days");
        }
    }
    let refused = browser
        .post(PAGE, &sent("{\"name\": \"x\", \"steps\": 7}", "0", "save"))
        .await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), ".wrong"), @"steps must be an array");
    let good = browser
        .post(PAGE, &sent(&definition("One", &stop()), "0", "check"))
        .await;
    assert!(whole(&good, 200).contains("This may be saved."));
}

#[tokio::test]
async fn a_run_that_failed_is_shown_and_goes_on_where_an_editor_says_so() {
    let mut app = app().await;
    let step =
        json!({"id": "set", "type": "update_profile", "properties": {"a": "{{ variables.none }}"}});
    let token = app.token(Role::Editor);
    let body: Value = serde_json::from_str(&definition("Fails", &step)).unwrap();
    let made = app.to_keys("POST", "/admin/v1/workflows").token(&token);
    let workflow = made.json(&body).send().await.json();
    let key = app.key(KeyKind::ReadWrite).await;
    let call = json!({"triggerId": workflow["triggerId"], "userId": "ann"});
    app.post("/workflow/trigger")
        .key(&key)
        .json(&call)
        .send()
        .await;
    app.run_workflows().await;
    let runs = app.to_keys("GET", "/admin/v1/workflow-runs").token(&token);
    let run = runs.send().await.json()["runs"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let mut viewer = Browser::of(&app, Role::Viewer).await;
    let list = viewer.get(PAGE).await;
    assert!(whole(&list, 200).contains("Runs that failed"));
    let path = format!("{PAGE}/runs/{run}");
    let page = viewer.get(&path).await;
    let main = text_of(whole(&page, 200), "main");
    assert!(main.contains("set: properties: undefined value"), "{main}");
    assert!(main.contains("There is no such user."), "{main}");
    assert!(!main.contains("Go on where it failed"), "{main}");
    assert_eq!(viewer.post(&format!("{path}/replay"), "").await.status, 403);

    let mut editor = Browser::of(&app, Role::Editor).await;
    assert_eq!(
        location(&editor.post(&format!("{path}/replay"), "").await),
        path
    );
    assert_eq!(
        location(&editor.post(&format!("{path}/cancel"), "").await),
        path
    );
    let page = editor.get(&path).await;
    assert!(text_of(whole(&page, 200), "main").contains("cancelled"));
    let again = Form::of(&page.body, &format!("{path}/rerun"));
    let again = again.press(&mut editor, "", "").await;
    assert_ne!(location(&again), path);
}

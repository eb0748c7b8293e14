//! A form that is sent twice does its work once, and says so.

use event::WorkflowId;
use policy::{ClientSecret, KeyKind, Role};
use serde_json::json;
use store::{RunsOf, StoredWorkflow};
use testkit::{Answer, TestApp};

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::text_of;
use crate::office::{form, found, location, whole};
use crate::workflow_editor::{PAGE, made, only, stop};

const METRICS: &str = "/dashboard/metrics-api";

/// Sends the form twice, as it is.
async fn twice(browser: &mut Browser<'_>, form: &Form, button: (&str, &str)) -> (Answer, Answer) {
    let first = form.press(browser, button.0, button.1).await;
    let second = form.press(browser, button.0, button.1).await;
    (first, second)
}

async fn stored(app: &TestApp, id: &str) -> StoredWorkflow {
    let id = WorkflowId::parse(id).unwrap();
    let found = app.store.workflow(&app.workspace, &id).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn a_new_workflow_that_is_sent_twice_is_made_once() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    for view in ["json", "yes"] {
        let new = found(&mut browser, &format!("{PAGE}?new={view}"), PAGE).await;
        assert!(new.get("new").is_some(), "{view}");
    }
    let new = found(&mut browser, &format!("{PAGE}?new=json"), PAGE).await;
    // What is looked at in between keeps its id.
    let checked = new.press(&mut browser, "do", "check").await;
    let new = Form::of(whole(&checked, 200), PAGE);
    let (first, second) = twice(&mut browser, &new, ("do", "save")).await;
    assert!(whole(&first, 200).contains("whsec_"));
    let page = whole(&second, 409);
    insta::assert_snapshot!(text_of(page, "[role=alert]"), @"This workflow was made already, by this very form: it is there once. The answer to that showed its signing secret. If nobody has that, make a new one.");
    assert_eq!(text_of(page, "h1"), "Welcome");
    assert!(!page.contains("whsec_"));
    only(&app).await;

    let definition = stop().to_string();
    let without = form(&[
        ("definition", &definition),
        ("replaces", "0"),
        ("do", "save"),
    ]);
    assert_eq!(browser.post(PAGE, &without).await.status, 400);
}

#[tokio::test]
async fn a_new_signing_secret_that_is_asked_for_twice_is_made_once() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let id = made(&mut browser, &stop().to_string()).await;
    let before = stored(&app, &id).await;
    let page = format!("{PAGE}/{id}");
    let rotation = found(&mut browser, &page, &format!("{page}/secret")).await;
    let (first, second) = twice(&mut browser, &rotation, ("", "")).await;
    assert!(whole(&first, 200).contains("whsec_"));
    let refused = whole(&second, 409);
    assert!(!refused.contains("whsec_"));
    assert!(text_of(refused, "[role=alert]").starts_with("No secret was made"));
    // The one that receivers know signs on.
    let previous = stored(&app, &id).await.previous.unwrap();
    assert_eq!(previous.secret, before.secret);
    // What the page shows now can be sent.
    let again = Form::of(refused, &format!("{page}/secret"));
    let again = again.press(&mut browser, "", "").await;
    assert!(whole(&again, 200).contains("whsec_"));
}

#[tokio::test]
async fn a_client_secret_that_is_rotated_twice_by_one_form_is_rotated_once() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let made = browser
        .post(&format!("{METRICS}/key"), "name=Metrics")
        .await;
    whole(&made, 200);
    let action = format!("{METRICS}/client-secret?");
    let secret = |answer: &Answer| {
        let (_, rest) = whole(answer, 200).split_once("value=\"weir_mcs_").unwrap();
        let (rest, _) = rest.split_once('"').unwrap();
        ClientSecret::parse(&format!("weir_mcs_{rest}")).unwrap()
    };
    let original = secret(&made);
    // The first rotation of all, and one after it.
    let mut before = original;
    for _ in 0..2 {
        let rotation = found(&mut browser, METRICS, &action)
            .await
            .with("overlap", "3600")
            .with("replace", "yes");
        let (first, second) = twice(&mut browser, &rotation, ("", "")).await;
        let newest = secret(&first);
        let refused = whole(&second, 409);
        assert!(text_of(refused, "[role=alert]").starts_with("Nothing is done"));
        assert!(!refused.contains("weir_mcs_"));
        for known in [&before, &newest] {
            assert!(is_accepted(&app, known).await);
        }
        before = newest;
    }
}

async fn is_accepted(app: &TestApp, secret: &ClientSecret) -> bool {
    use event::Clock;
    let keys = app.store.list_keys(&app.workspace).await.unwrap();
    let metrics = keys.iter().find(|key| key.kind == KeyKind::Metrics);
    let record = app.store.key(&metrics.unwrap().id).await.unwrap();
    let now = app.clock.now();
    let checked = app
        .secrets
        .check_client_secret(record.as_ref(), secret, now);
    checked.await.unwrap().is_some()
}

#[tokio::test]
async fn an_api_key_that_is_sent_twice_is_made_once() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Admin).await;
    let accounts = "/dashboard/service-accounts";
    let account = form(&[("name", "Build"), ("role", "viewer")]);
    let account = location(&browser.post(accounts, &account).await);
    let new = found(&mut browser, &account, &format!("{account}/keys?")).await;
    let new = new.with("name", "CI");
    let (first, second) = twice(&mut browser, &new, ("", "")).await;
    assert!(whole(&first, 200).contains("weir_sa_"));
    let page = whole(&second, 409);
    insta::assert_snapshot!(text_of(page, "[role=alert]"), @"this API key was made already, and the answer to that showed it: if nobody has it, disable it and make another");
    assert!(!page.contains("weir_sa_"));
    assert_eq!(page.matches("Disable for good").count(), 1);
    // The page's next form makes another.
    let next = Form::of(page, &format!("{account}/keys?"));
    let next = next.press(&mut browser, "", "").await;
    assert!(whole(&next, 200).contains("weir_sa_"));
}

#[tokio::test]
async fn a_run_that_is_started_once_more_twice_is_started_once() {
    let mut app = app().await;
    let token = app.token(Role::Editor);
    let workflow = app.to_keys("POST", "/admin/v1/workflows").token(&token);
    let workflow = workflow.json(&stop()).send().await.json();
    let key = app.key(KeyKind::ReadWrite).await;
    let call = json!({"triggerId": workflow["triggerId"], "userId": "ann"});
    let call = app.post("/workflow/trigger").key(&key).json(&call);
    assert_eq!(call.send().await.status, 204);
    app.run_workflows().await;
    let workflow = WorkflowId::parse(workflow["id"].as_str().unwrap()).unwrap();
    let all = RunsOf::Workflow(workflow);
    let runs = async |app: &TestApp| {
        let runs = app.store.runs(&app.workspace, &all, None, 10).await;
        runs.unwrap().runs
    };
    let run = runs(&app).await[0].id.clone();

    let mut browser = Browser::of(&app, Role::Editor).await;
    let page = format!("{PAGE}/runs/{run}");
    let again = found(&mut browser, &page, &format!("{page}/rerun")).await;
    let (first, second) = twice(&mut browser, &again, ("", "")).await;
    assert_ne!(location(&first), page);
    assert_eq!(location(&first), location(&second));
    let shown = browser.get(&location(&second)).await;
    assert_eq!(
        text_of(whole(&shown, 200), ".notice"),
        "Done already: the form came twice"
    );
    assert_eq!(runs(&app).await.len(), 2);
}

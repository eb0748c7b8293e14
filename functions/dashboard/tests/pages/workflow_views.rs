//! The two views of a workflow: what goes from the one to the other, and what stays.

use std::cell::RefCell;

use policy::Role;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::browser::{Browser, app};
use crate::form::{Form, encoded};
use crate::markup::text_of;
use crate::office::{location, whole};
use crate::workflow_drafts::{draft, normal};
use crate::workflow_editor::{PAGE, form_of, json_view, made, opened, reopened, stored, written};

#[tokio::test]
async fn a_definition_that_is_saved_unchanged_stays_the_version_that_it_is() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let text = r#"{"steps":[{"type":"wait","id":"w","seconds":3600},{"id":"t","type":"webhook","headers":{},
        "url":"https://hooks.example.com","body":{"b":1.0,"a":1e2}}],"trigger":{"type":"api"},"name":"Kept"}"#;
    let id = made(&mut browser, text).await;
    let page = format!("{PAGE}/{id}");
    let form = Form::of(
        whole(&browser.get(&format!("{page}?edit=yes")).await, 200),
        &page,
    );
    assert_eq!(form.get("steps[1].body"), Some(r#"{"b": 1.0, "a": 1e2}"#));
    assert_eq!(
        location(&form.press(&mut browser, "do", "save").await),
        page
    );
    assert_eq!(stored(&app, &id).await["version"], 1);

    let longer = form.with("steps[0].wait.number", "2");
    assert_eq!(
        location(&longer.press(&mut browser, "do", "save").await),
        page
    );
    let stored = stored(&app, &id).await;
    assert_eq!(
        (
            &stored["version"],
            &stored["definition"]["steps"][0]["seconds"]
        ),
        (&json!(2), &json!(7_200))
    );
    // Numbers are still as they were written.
    let shown = browser.get(&page).await;
    assert!(text_of(whole(&shown, 200), "pre").contains(r#""body": {"b": 1.0, "a": 1e2}"#));
}

#[tokio::test]
async fn neither_view_is_left_with_something_in_it_that_the_other_cannot_hold() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    for (definition, why) in [
        (
            "{\"name\": \"x\"\n",
            "line 2, column 0 the JSON text ends too early",
        ),
        ("{\"name\": \"x\", \"steps\": 7}", "steps must be an array"),
        (
            r#"{"name": "x", "trigger": {"type": "api"}, "steps": [{"id": "w", "type": "wait", "seconds": 60, "url": "x"}]}"#,
            "there is something in it that the form has no field for, such as a member of another type, a name that is empty or there twice, or a line break in an address steps[0].url is no member of a step of this type",
        ),
        (
            r#"{"name": "x", "trigger": {"type": "schedule", "cron": "0 9\n* * *"}, "steps": [{"id": "s", "type": "stop"}]}"#,
            "there is something in it that the form has no field for, such as a member of another type, a name that is empty or there twice, or a line break in an address",
        ),
    ] {
        let stays = browser.post(PAGE, &json_view(definition, "form")).await;
        assert_eq!(text_of(whole(&stays, 400), ".wrong"), why);
        let sent = definition.replace('\n', "\r\n");
        assert_eq!(form_of(&stays, 400).get("definition"), Some(sent.as_str()));
    }
    let webhook = json!({"id": "t", "type": "webhook", "url": "https://hooks.example.com"});
    let draft = json!({"name": "x", "trigger": {"type": "api"}, "steps": [webhook]});
    let form = opened(&mut browser, &draft)
        .await
        .with("steps[0].body", "{\"a\" 1}");
    let stays = form.press(&mut browser, "do", "json").await;
    insta::assert_snapshot!(text_of(whole(&stays, 400), "[id=faults] ul"), @"Step 1, body : is not JSON that can be read: look at line 1, column 6");
    assert_eq!(form_of(&stays, 400), form);

    // What is stored and has no fields opens as JSON, with the reason.
    let definition = r#"{"name": "x", "trigger": {"type": "schedule", "cron": "0 9\n* * *"}, "steps": [{"id": "s", "type": "stop"}]}"#;
    let id = made(&mut browser, definition).await;
    let page = browser.get(&format!("{PAGE}/{id}?edit=yes")).await;
    assert!(text_of(whole(&page, 200), ".wrong").starts_with("there is something in it"));
    assert!(form_of(&page, 200).get("definition").is_some());
}

#[tokio::test]
async fn the_limits_of_a_definition_are_said_and_nothing_is_lost() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let stops: Vec<_> = (0..100)
        .map(|n| json!({"id": format!("s{n}"), "type": "wait", "seconds": 60}))
        .collect();
    let mut draft = json!({"name": "Long", "trigger": {"type": "api"}, "steps": stops});
    let form = opened(&mut browser, &draft).await;
    assert!(
        whole(&form.press(&mut browser, "do", "check").await, 200).contains("This may be saved.")
    );
    let more = form.press(&mut browser, "do", "add-step stop").await;
    insta::assert_snapshot!(text_of(whole(&more, 400), "[id=faults] ul"), @"Steps : cannot take another: 100 is the most");
    assert_eq!(form_of(&more, 400), form);
    draft["steps"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "more", "type": "stop"}));
    let stays = browser
        .post(PAGE, &json_view(&draft.to_string(), "form"))
        .await;
    insta::assert_snapshot!(text_of(whole(&stays, 400), ".wrong"), @"steps must have at most 100 steps");

    // The rows of all lists together.
    let rows: serde_json::Map<_, _> = (0..1_000).map(|n| (format!("p{n}"), json!(n))).collect();
    let step = json!({"id": "u", "type": "update_profile", "properties": rows});
    let mut draft = json!({"name": "Wide", "trigger": {"type": "api"}, "steps": [step]});
    let form = opened(&mut browser, &draft).await;
    let more = form
        .press(&mut browser, "do", "add steps[0].properties")
        .await;
    insta::assert_snapshot!(text_of(whole(&more, 400), "[id=faults] ul"), @"Step 1, properties : cannot take another: 1000 rows are the most in one form");
    assert_eq!(form_of(&more, 400), form);
    draft["steps"][0]["properties"]["more"] = json!(1);
    let stays = browser
        .post(PAGE, &json_view(&draft.to_string(), "form"))
        .await;
    insta::assert_snapshot!(text_of(whole(&stays, 400), ".wrong"), @"the form shows at most 1000 conditions, headers and properties");

    // Every byte of it takes several on the way.
    let body = "\u{e9}\"\\".repeat(9_000);
    let webhook = json!({"id": "t", "type": "webhook", "url": "https://hooks.example.com", "body": {"a": body}});
    let draft = json!({"name": "Large", "trigger": {"type": "api"}, "steps": [webhook]});
    let large = opened(&mut browser, &draft).await;
    let fits = large.press(&mut browser, "do", "check").await;
    assert!(whole(&fits, 200).contains("This may be saved."));
    let body = "\u{e9}".repeat(40_000);
    let larger = large.with("steps[0].body", &format!("\"{body}\""));
    let refused = larger.press(&mut browser, "do", "save").await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), "[id=faults] ul"), @"The workflow: must be at most 65536 bytes of JSON");
    assert_eq!(form_of(&refused, 400), larger);

    let refused = browser
        .post(PAGE, &json_view(&"x".repeat(2 * 1024 * 1024), "save"))
        .await;
    assert!(text_of(whole(&refused, 413), "main").contains("The form may have at most 2 MB."));
}

#[tokio::test]
async fn what_is_not_the_form_of_the_page_is_refused() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let many: Vec<_> = (0..20_000)
        .map(|_| ("x".to_owned(), String::new()))
        .collect();
    for body in [
        "do=save".to_owned(),
        "replaces=0&steps%5B7%5D.id=x".to_owned(),
        "replaces=x&definition=%7B%7D".to_owned(),
        format!("replaces=0&{}", encoded(&many)),
    ] {
        let refused = browser.post(PAGE, &body).await;
        assert!(
            text_of(whole(&refused, 400), "main").contains("This is not the form of the page.")
        );
    }
    let odd =
        "replaces=0&steps%5B0%5D.type=x&steps%5B0%5D.next=%3D%22%3E%3Cb%3E&trigger.type=x&do=drop";
    let shown = browser.post(PAGE, odd).await;
    assert!(!whole(&shown, 200).contains("<b>"));
    let mut viewer = Browser::of(&app, Role::Viewer).await;
    assert_eq!(viewer.post(PAGE, odd).await.status, 403);
}

/// There and back, twice: as JSON and as fields.
async fn goes_around(browser: &mut Browser<'_>, draft: &Value) {
    let text = draft.to_string();
    let form = reopened(browser, &text).await;
    let again = written(browser, &form).await;
    let read = |text| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(read(&again), normal(&read(&text)));
    assert_eq!(reopened(browser, &again).await, form);
}

#[test]
fn a_definition_becomes_fields_and_again_what_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let app = runtime.block_on(app());
    let browser = RefCell::new(runtime.block_on(Browser::of(&app, Role::Editor)));
    let config = Config {
        cases: 100,
        failure_persistence: None,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&draft(), |draft| {
        runtime.block_on(goes_around(&mut browser.borrow_mut(), &draft));
        Ok(())
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

//! A workflow as a form: built, mended, moved, and what becomes of what is typed.

use std::time::Duration;

use edge::SystemClock;
use event::Clock;
use policy::Role;
use serde_json::json;

use crate::browser::{Browser, app};
use crate::form::Form;
use crate::markup::{Piece, attribute, pieces, text_of};
use crate::office::{location, whole};
use crate::workflow_editor::{PAGE, form_of, made, only, opened, said, stop, stored};

#[tokio::test]
async fn a_workflow_of_every_kind_of_step_is_built_field_by_field() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let mut form = form_of(&browser.get(&format!("{PAGE}?new=yes")).await, 200)
        .with("name", "Ordered")
        .with("trigger.type", "event")
        .with("trigger.events", "ordered\r\n\r\n paid \r\n");
    for button in [
        "add trigger.when.all",
        "add-step branch",
        "add-step webhook",
        "add steps[1].headers",
        "add-step wait",
        "add-step update_profile",
        "add steps[3].properties",
        "add-step send_event",
        "add-step stop",
    ] {
        form = form_of(&form.press(&mut browser, "do", button).await, 200);
    }
    for (name, value) in [
        ("trigger.when.all[0].path", "event.properties.total"),
        ("trigger.when.all[0].operator", "at_least"),
        ("trigger.when.all[0].kind", "number"),
        ("trigger.when.all[0].value", "12.50"),
        ("steps[0].when.all[0].path", "profile.properties.plan"),
        ("steps[0].when.all[0].operator", "one_of"),
        ("steps[0].when.all[0].kind", "texts"),
        ("steps[0].when.all[0].value", "pro, team"),
        ("steps[0].otherwise", "5"),
        ("steps[1].id", "tell"),
        ("steps[1].url", "https://hooks.example.com/{{ event.id }}"),
        ("steps[1].headers[0].name", "X-Order"),
        ("steps[1].headers[0].value", "{{ event.properties.id }}"),
        (
            "steps[1].body",
            "{\r\n  \"order\": \"{{ event.properties.id }}\"\r\n}",
        ),
        ("steps[2].wait.number", "3"),
        ("steps[2].wait.unit", "hours"),
        ("steps[3].properties[0].name", "orders"),
        ("steps[3].properties[0].kind", "number"),
        ("steps[3].properties[0].value", "5"),
        ("steps[3].properties[1].name", "code"),
        ("steps[3].properties[1].value", "5"),
        ("steps[4].name", "thanked"),
        ("steps[5].id", "end"),
    ] {
        assert!(form.get(name).is_some(), "{name}");
        form.set(name, value);
    }
    let checked = form.press(&mut browser, "do", "check").await;
    assert!(whole(&checked, 200).contains("This may be saved."));
    let saved = form_of(&checked, 200)
        .press(&mut browser, "do", "save")
        .await;
    assert!(whole(&saved, 200).contains("whsec_"));

    let id = only(&app).await;
    let condition =
        json!({"path": "event.properties.total", "operator": "at_least", "value": 12.5});
    let plan =
        json!({"path": "profile.properties.plan", "operator": "one_of", "value": ["pro", "team"]});
    let webhook = json!({
        "id": "tell",
        "type": "webhook",
        "url": "https://hooks.example.com/{{ event.id }}",
        "headers": {"X-Order": "{{ event.properties.id }}"},
        "body": {"order": "{{ event.properties.id }}"},
    });
    assert_eq!(
        stored(&app, &id).await["definition"],
        json!({
            "name": "Ordered",
            "trigger": {"type": "event", "events": ["ordered", "paid"], "when": {"all": [condition]}},
            "steps": [
                {"id": "branch", "type": "branch", "when": {"all": [plan]}, "otherwise": "end"},
                webhook,
                {"id": "wait", "type": "wait", "seconds": 10_800},
                {"id": "update_profile", "type": "update_profile", "properties": {"orders": 5, "code": "5"}},
                {"id": "send_event", "type": "send_event", "name": "thanked"},
                {"id": "end", "type": "stop"},
            ],
        })
    );
}

#[tokio::test]
async fn a_schedule_is_every_so_often_or_a_line_of_cron() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let form = opened(&mut browser, &stop())
        .await
        .with("trigger.type", "schedule");
    let every = form
        .clone()
        .with("trigger.every.number", " 90 ")
        .with("trigger.every.unit", "minutes");
    let trigger = said(&mut browser, &every).await["trigger"].clone();
    assert_eq!(trigger, json!({"type": "schedule", "everySeconds": 5_400}));
    // What the other kinds had is kept as long as the form is open.
    let cron = every
        .with("trigger.schedule", "cron")
        .with("trigger.cron", "0 9 * * 1-5");
    let trigger = said(&mut browser, &cron).await["trigger"].clone();
    assert_eq!(trigger, json!({"type": "schedule", "cron": "0 9 * * 1-5"}));
    let kept = form_of(&cron.press(&mut browser, "do", "check").await, 200);
    assert_eq!(kept.get("trigger.every.number"), Some(" 90 "));

    let none = form.with("trigger.every.number", "often");
    let refused = none.press(&mut browser, "do", "save").await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), "[id=faults] ul"), @"Trigger, every : must be a whole number");
    let odd = none.with("trigger.every.number", "0");
    let refused = odd.press(&mut browser, "do", "check").await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), "[id=faults] ul"), @"Trigger, every : must be whole minutes, from 60 to 31622400 seconds");
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_the_summary_leads_there() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let condition = json!({"path": "profile", "operator": "greater_than", "value": true});
    let draft = json!({
        "name": "",
        "trigger": {"type": "event", "events": ["ok", "\u{7f}"], "when": {"any": [{"path": "profile.x", "operator": "exists"}]}},
        "steps": [
            {"id": "hook", "type": "webhook", "url": "http://x", "headers": {"X": "1", "Host": "{{"}, "body": {"user": ["{{ a b }}"]}},
            {"id": "a b", "type": "wait", "seconds": 60},
            {"id": "w", "type": "wait", "seconds": 0},
            {"id": "w", "type": "update_profile", "next": "nowhere"},
            {"id": "s", "type": "send_event", "name": "", "properties": {"a.b": "{{"}},
            {"id": "b", "type": "branch", "then": "c"},
            {"id": "c", "type": "branch", "when": {"all": [condition]}},
        ],
    });
    let form = opened(&mut browser, &draft).await;
    let refused = form.press(&mut browser, "do", "save").await;
    let page = whole(&refused, 400);
    let mut links = 0;
    let mut ids = Vec::new();
    let mut described = Vec::new();
    for piece in pieces(page) {
        if let Piece::Start(_, attributes) = piece {
            ids.extend(attribute(attributes, "id"));
            let by = attribute(attributes, "aria-describedby").unwrap_or_default();
            described.extend(by.split(' ').filter(|id| !id.is_empty()));
        }
    }
    let summary = page.split("id=\"faults\"").nth(1).unwrap();
    let summary = summary.split("</ul>").next().unwrap();
    for link in summary.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(ids.contains(&target), "{target}");
        links += 1;
    }
    // Each is about something that has a field, a row or a step.
    assert_eq!(links, summary.matches("<li>").count());
    for id in &described {
        assert!(ids.contains(id), "{id}");
    }
    insta::assert_snapshot!(text_of(page, "[id=faults] ul"), @"Name : must have 1 to 64 characters, none of them a control character Trigger, condition 1 of any, path : must be names joined by dots, and begin with one of: event Trigger, names of events, name 2 : must not contain a control character Step 1, header 1 : is a header that Weir sets itself Step 1, header 1 : cannot be read as a template: syntax error: unexpected end of input, expected expression Step 1, body, user[0] : cannot be read as a template: syntax error: unexpected input after expression Step 1, address : must begin with https:// Step 2, id : must not contain anything but letters, digits, _ and - Step 3, how long : must be a number from 1 to 2592000, which is 30 days Step 4, id : is the id of another step, too Step 4, then : must be the id of a step Step 5, name : must not be empty Step 6, conditions : must have at least one condition, in all or in any Step 7, condition 1 of all, value : must be a number or a text");
    // Nothing that was typed is gone.
    assert_eq!(form_of(&refused, 400), form);
    let mended = form.with("name", "Now it has one");
    let refused = mended.press(&mut browser, "do", "check").await;
    assert!(!text_of(whole(&refused, 400), "[id=faults]").contains("Name:"));
}

#[tokio::test]
async fn a_webhook_without_an_address_is_said_to_need_one() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let draft = json!({
        "name": "Ordered",
        "trigger": {"type": "api"},
        "steps": [{"id": "tell", "type": "webhook", "url": ""}],
    });
    let form = opened(&mut browser, &draft).await;
    let refused = form.press(&mut browser, "do", "save").await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), "[id=faults] ul"), @"Step 1, address : is missing: a webhook needs an address that begins with https://");
}

#[tokio::test]
async fn a_step_that_gets_another_id_or_place_is_still_led_to() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let condition = json!({"path": "variables.x", "operator": "exists"});
    let draft = json!({"name": "Ways", "trigger": {"type": "api"}, "steps": [
        {"id": "b", "type": "branch", "when": {"all": [condition]}, "then": "x", "otherwise": "y"},
        {"id": "x", "type": "wait", "seconds": 60, "next": "y"},
        {"id": "y", "type": "stop"},
    ]});
    let renamed = opened(&mut browser, &draft)
        .await
        .with("steps[2].id", "end");
    let moved = form_of(&renamed.press(&mut browser, "do", "up 2").await, 200);
    let steps = said(&mut browser, &moved).await["steps"].clone();
    assert_eq!(steps[0]["otherwise"], "end");
    assert_eq!(steps[1], json!({"id": "end", "type": "stop"}));
    assert_eq!(steps[2]["next"], "end");

    let removed = moved.press(&mut browser, "do", "remove-step 1").await;
    let page = whole(&removed, 200);
    assert!(page.contains("end: there is no such step"), "{page}");
    let refused = form_of(&removed, 200)
        .press(&mut browser, "do", "save")
        .await;
    insta::assert_snapshot!(text_of(whole(&refused, 400), "[id=faults] ul"), @"Step 1, where they do not hold : must be the id of a step Step 2, then : must be the id of a step");
}

#[tokio::test]
async fn of_two_who_edit_the_second_keeps_what_was_typed_and_sees_the_first() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let id = made(&mut browser, &stop().to_string()).await;
    let page = format!("{PAGE}/{id}");
    let form = Form::of(
        whole(&browser.get(&format!("{page}?edit=yes")).await, 200),
        &page,
    );
    let theirs = form.clone().with("name", "Theirs");
    assert_eq!(
        location(&theirs.press(&mut browser, "do", "save").await),
        page
    );
    let late = form
        .with("name", "Mine")
        .press(&mut browser, "do", "save")
        .await;
    let shown = whole(&late, 409);
    assert!(text_of(shown, ".note").starts_with("Not saved: somebody else saved a version"));
    assert!(text_of(shown, "pre").contains("Theirs"));
    let mine = Form::of(shown, &page);
    assert_eq!(mine.get("name"), Some("Mine"));
    assert_eq!(
        location(&mine.press(&mut browser, "do", "save").await),
        page
    );
    assert_eq!(stored(&app, &id).await["name"], "Mine");
}

#[tokio::test]
async fn a_form_outlives_the_session_that_it_was_begun_in() {
    let app = app().await;
    let mut browser = Browser::of(&app, Role::Editor).await;
    let webhook = json!({"id": "t", "type": "webhook", "url": "https://hooks.example.com", "body": {
        "long": "a text that takes a line of its own, and \"quotes\" in it", "lines": "a\nb",
    }});
    let draft = json!({"name": "Kept", "trigger": {"type": "api"}, "steps": [webhook]});
    let form = opened(&mut browser, &draft).await;
    app.clock.advance(Duration::from_hours(2));
    let kept = form.press(&mut browser, "do", "save").await;
    let kept = form_of(&kept, 401);
    app.clock.set(SystemClock.now());
    browser.cookies.clear();
    browser.sign_in("editor@example.com").await;
    let saved = kept.press(&mut browser, "", "").await;
    assert!(whole(&saved, 200).contains("whsec_"));
    let id = only(&app).await;
    assert_eq!(stored(&app, &id).await["definition"], draft);
}

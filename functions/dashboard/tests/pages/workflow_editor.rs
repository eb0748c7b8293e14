//! Workflows as an editor meets them: opened as a form or as JSON, saved, read again.

use policy::Role;
use serde_json::{Value, json};
use testkit::{Answer, TestApp};

use crate::browser::Browser;
use crate::form::Form;
use crate::office::{form, whole};

pub(crate) const PAGE: &str = "/dashboard/workflows";

/// The form of an answer with that status.
pub(crate) fn form_of(answer: &Answer, status: u16) -> Form {
    Form::of(whole(answer, status), PAGE)
}

/// The JSON view of a definition that is not saved, sent by that button.
pub(crate) fn json_view(definition: &str, button: &str) -> String {
    form(&[
        ("definition", definition),
        ("replaces", "0"),
        ("new", "3fYx9QkLm2Ab"),
        ("do", button),
    ])
}

/// The form of that definition.
pub(crate) async fn opened(browser: &mut Browser<'_>, definition: &Value) -> Form {
    reopened(browser, &definition.to_string()).await
}

/// The form of a definition as it is written.
pub(crate) async fn reopened(browser: &mut Browser<'_>, definition: &str) -> Form {
    let sent = json_view(definition, "form");
    form_of(&browser.post(PAGE, &sent).await, 200)
}

/// What the form says, as JSON.
pub(crate) async fn written(browser: &mut Browser<'_>, form: &Form) -> String {
    let shown = form_of(&form.press(browser, "do", "json").await, 200);
    shown.get("definition").expect("the JSON view").to_owned()
}

pub(crate) async fn said(browser: &mut Browser<'_>, form: &Form) -> Value {
    serde_json::from_str(&written(browser, form).await).unwrap()
}

/// A workflow made of that text: its id.
pub(crate) async fn made(browser: &mut Browser<'_>, definition: &str) -> String {
    let made = browser.post(PAGE, &json_view(definition, "save")).await;
    assert!(whole(&made, 200).contains("whsec_"));
    only(browser.app).await
}

/// The id of the only workflow.
pub(crate) async fn only(app: &TestApp) -> String {
    let token = app.token(Role::Viewer);
    let list = app.to_keys("GET", "/admin/v1/workflows").token(&token);
    let list = list.send().await.json();
    assert_eq!(list["workflows"].as_array().unwrap().len(), 1, "{list}");
    list["workflows"][0]["id"].as_str().unwrap().to_owned()
}

/// A workflow as the admin API has it.
pub(crate) async fn stored(app: &TestApp, id: &str) -> Value {
    let token = app.token(Role::Viewer);
    let path = format!("/admin/v1/workflows/{id}");
    app.to_keys("GET", &path).token(&token).send().await.json()
}

pub(crate) fn stop() -> Value {
    json!({"name": "One", "trigger": {"type": "api"}, "steps": [{"id": "end", "type": "stop"}]})
}

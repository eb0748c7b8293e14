//! The invocation that makes a workspace.

use keys::{InvocationError, Outcome};
use policy::{ApiKey, KeyKind};
use serde_json::{Value, json};
use testkit::TestApp;

async fn invoke(app: &TestApp, payload: Value) -> Result<Value, InvocationError> {
    let routes = keys::router(&app.runtime, app.secrets.clone());
    let outcome = keys::handle(routes, &app.runtime, &app.secrets, payload).await?;
    let is_http = matches!(outcome, Outcome::Http(_));
    let mut answer = serde_json::to_value(outcome).unwrap();
    answer["isHttp"] = is_http.into();
    Ok(answer)
}

fn bootstrap(more: &Value) -> Value {
    let mut payload = json!({"bootstrap": {"workspace": "acme", "name": "Acme"}});
    for (name, value) in more.as_object().unwrap() {
        payload["bootstrap"][name] = value.clone();
    }
    payload
}

async fn keys_of(app: &TestApp, admin: &Value) -> Value {
    let admin = ApiKey::parse(admin.as_str().unwrap()).unwrap();
    let list = app
        .to_keys("GET", "/admin/v1/keys")
        .key(&admin)
        .send()
        .await;
    assert_eq!(list.status, 200, "{}", list.body);
    list.json()
}

#[tokio::test]
async fn a_workspace_starts_with_an_admin_whose_key_is_shown_once() {
    let app = TestApp::start().await;
    let made = invoke(&app, bootstrap(&json!({}))).await.unwrap();
    assert_eq!(made["adminAccount"], "First admin");
    assert_eq!(made["isHttp"], false);
    let keys = keys_of(&app, &made["adminApiKey"]).await;
    let kinds: Vec<_> = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| KeyKind::parse(key["kind"].as_str().unwrap()).unwrap())
        .collect();
    assert_eq!(kinds.len(), 6);
    assert!(kinds.contains(&KeyKind::Metrics));
    assert!(made["metricsClientSecret"].is_string());
    let again = invoke(&app, bootstrap(&json!({}))).await.unwrap();
    assert_eq!(again["adminApiKey"], json!(null));
    assert_eq!(again["metricsClientSecret"], json!(null));
    assert_eq!(again["metricsKeyId"], made["metricsKeyId"]);
    insta::assert_snapshot!(again["note"].as_str().unwrap(), @"The workspace has an admin whose API key was shown when it was made. Ask with newAdminKey (--new-admin-key) for another one.");
    let other = invoke(&app, bootstrap(&json!({"newAdminKey": true})));
    let other = other.await.unwrap();
    assert_ne!(other["adminApiKey"], made["adminApiKey"]);
    keys_of(&app, &other["adminApiKey"]).await;
    keys_of(&app, &made["adminApiKey"]).await;
}

#[tokio::test]
async fn what_is_wrong_with_it_is_said() {
    let app = TestApp::start().await;
    let mut errors = Vec::new();
    for more in [
        json!({"workspace": "Acme Inc."}),
        json!({"name": ""}),
        json!({"admin": "me"}),
    ] {
        let error = invoke(&app, bootstrap(&more)).await.unwrap_err();
        errors.push(error.to_string());
    }
    insta::assert_snapshot!(errors.join("\n"), @"
    the payload is no invocation of this function: bootstrap.workspace: has a value that it cannot have
    what was asked is not valid; name: must be 1 to 64 characters
    the payload is no invocation of this function: bootstrap.admin: is not a known member: expected one of `workspace`, `name`, `newAdminKey`
    ");
}

/// The gateway puts what a caller sends into members of its own.
#[tokio::test]
async fn no_http_request_reaches_it() {
    let app = TestApp::start().await;
    let body = bootstrap(&json!({})).to_string();
    let mut event = json!({
        "version": "2.0",
        "rawPath": "/admin/v1/keys",
        "rawQueryString": "bootstrap=1",
        "headers": {"bootstrap": "{}", "content-type": "application/json"},
        "requestContext": {
            "requestId": "1",
            "stage": "$default",
            "http": {"method": "POST", "path": "/admin/v1/keys", "sourceIp": "203.0.113.7"},
        },
        "body": body,
        "isBase64Encoded": false,
    });
    let answer = invoke(&app, event.clone()).await.unwrap();
    assert_eq!(
        (&answer["isHttp"], &answer["statusCode"]),
        (&json!(true), &json!(401))
    );
    // Not even an event of the gateway that had such a member.
    event["bootstrap"] = json!({"workspace": "acme"});
    let answer = invoke(&app, event).await.unwrap();
    assert_eq!(answer["statusCode"], 401);
}

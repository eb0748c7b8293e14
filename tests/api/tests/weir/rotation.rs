//! Secrets Manager rotates the rings of keys.

use api::{Invocation, Tenant, Weir};
use serde_json::{Value, json};

/// The four steps of one rotation.
async fn rotate(tenant: &Tenant<'_>, secret: &str) {
    for step in ["createSecret", "setSecret", "testSecret", "finishSecret"] {
        let request = json!({
            "Step": step,
            "SecretId": secret,
            "ClientRequestToken": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        });
        let (_, answer) = tenant.client().invoke_raw("rotation", &request).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer, json!({"step": step}), "{secret}");
    }
}

#[tokio::test]
async fn an_api_key_can_be_shown_after_the_sealing_keys_were_rotated() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    let admin = tenant.admin().await;
    let post = async |path: &str, body: Value| {
        let invocation = Invocation::post(path, body.to_string()).function("keys");
        let invocation = invocation.key(admin.key().unwrap());
        admin.invoke(&invocation).await.json()
    };
    let made = post(
        "/admin/v1/keys",
        json!({"name": "Shop", "kind": "write_only"}),
    )
    .await;
    let key = made["key"].as_str().unwrap();

    rotate(&tenant, "weir/sealing-keys").await;

    let path = format!("/admin/v1/keys/{}/reveal", made["id"].as_str().unwrap());
    let shown = post(&path, json!({})).await;
    assert_eq!(shown["key"].as_str(), Some(key));
}

#[tokio::test]
async fn the_rings_of_sessions_and_of_access_tokens_turn_like_that_of_the_sealing_keys() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    for secret in ["weir/session-keys", "weir/token-signing-keys"] {
        rotate(&tenant, secret).await;
    }
}

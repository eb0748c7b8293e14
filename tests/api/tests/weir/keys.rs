//! Who may do what: the verdict on a key.

use api::{Invocation, NewKey, Weir, now};
use insta::assert_snapshot;
use policy::{KeyKind, KeyState};
use serde_json::json;

const EVENT: &str = r#"{"name":"a","userId":"ann"}"#;

/// Sends an event with what calls itself a key.
async fn sent_with(key: &str) -> String {
    let client = Weir::shared().await.client().with_key(key);
    client.post_text("/event/ingest", EVENT).await.to_string()
}

#[tokio::test]
async fn a_request_without_a_key_is_refused() {
    let client = Weir::shared().await.client();
    assert_snapshot!(client.post_text("/event/ingest", EVENT).await, @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"[id]"}}"#);
    assert_snapshot!(client.post_text("/event/ingest/batch", EVENT).await, @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"[id]"}}"#);
    assert_snapshot!(client.post_text("/profile", EVENT).await, @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"[id]"}}"#);
    assert_snapshot!(client.get("/profile/ann").await, @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"[id]"}}"#);
    assert_snapshot!(client.get("/profile/ann/events").await, @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"[id]"}}"#);
    assert_snapshot!(client.delete("/profile/ann").await, @r#"401 {"error":{"code":"key_missing","message":"the request carries no API key","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn what_is_no_key_is_refused_as_malformed() {
    let tenant = Weir::shared().await.tenant().await;
    let text = &tenant.write_only.text;
    assert_snapshot!(sent_with("uf_write_KEY_123").await, @r#"401 {"error":{"code":"key_malformed","message":"the API key is malformed: check that it was copied whole","requestId":"[id]"}}"#);
    assert_snapshot!(sent_with(&text[..text.len() - 1]).await, @r#"401 {"error":{"code":"key_malformed","message":"the API key is malformed: check that it was copied whole","requestId":"[id]"}}"#);
    let last = if text.ends_with('0') { "1" } else { "0" };
    assert_snapshot!(sent_with(&format!("{}{last}", &text[..text.len() - 1])).await, @r#"401 {"error":{"code":"key_malformed","message":"the API key is malformed: check that it was copied whole","requestId":"[id]"}}"#);
    assert_snapshot!(sent_with(&text.replace("_wo_", "_rw_")).await, @r#"401 {"error":{"code":"key_malformed","message":"the API key is malformed: check that it was copied whole","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_secret_get_the_same_answer() {
    let tenant = Weir::shared().await.tenant().await;
    let unknown = policy::ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let id = tenant.write_only.id.clone();
    let wrong = policy::ApiKey::generate_with_id(KeyKind::WriteOnly, id, &mut rand::rng());
    assert_snapshot!(sent_with(unknown.expose()).await, @r#"401 {"error":{"code":"key_unknown","message":"the API key is not known","requestId":"[id]"}}"#);
    assert_eq!(
        sent_with(unknown.expose()).await,
        sent_with(wrong.expose()).await
    );
}

#[tokio::test]
async fn a_revoked_key_is_refused_on_the_next_request_and_its_wrong_secret_stays_unknown() {
    let tenant = Weir::shared().await.tenant().await;
    assert_eq!(sent_with(&tenant.write_only.text).await, "204");
    tenant.revoke(&tenant.write_only).await;
    assert_snapshot!(sent_with(&tenant.write_only.text).await, @r#"403 {"error":{"code":"key_revoked","message":"the API key was revoked","requestId":"[id]"}}"#);
    let id = tenant.write_only.id.clone();
    let wrong = policy::ApiKey::generate_with_id(KeyKind::WriteOnly, id, &mut rand::rng());
    assert_snapshot!(sent_with(wrong.expose()).await, @r#"401 {"error":{"code":"key_unknown","message":"the API key is not known","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn a_disabled_key_is_refused_from_the_next_request_until_it_is_enabled() {
    let tenant = Weir::shared().await.tenant().await;
    let key = &tenant.write_only;
    assert_eq!(sent_with(&key.text).await, "204");
    tenant.set_enabled(key, false).await;
    assert_snapshot!(sent_with(&key.text).await, @r#"403 {"error":{"code":"key_disabled","message":"the API key is disabled","requestId":"[id]"}}"#);
    tenant.set_enabled(key, true).await;
    assert_eq!(sent_with(&key.text).await, "204");
}

#[tokio::test]
async fn a_key_is_refused_from_its_expiry_on() {
    let tenant = Weir::shared().await.tenant().await;
    let key = &tenant.write_only;
    let hour = std::time::Duration::from_hours(1);
    tenant.expire(key, now().plus(hour)).await;
    assert_eq!(sent_with(&key.text).await, "204");
    tenant.expire(key, now()).await;
    assert_snapshot!(sent_with(&key.text).await, @r#"403 {"error":{"code":"key_expired","message":"the API key has expired","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn each_kind_of_key_may_do_what_it_is_for_and_nothing_else() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {}}))
        .await;
    let mut table = String::new();
    for kind in KeyKind::ALL {
        let key = tenant
            .issue(NewKey {
                kind,
                ..NewKey::default()
            })
            .await;
        let client = tenant.client().with_key(key.text);
        let answers = [
            client.post_text("/event/ingest", EVENT).await,
            client
                .post_text("/event/ingest/batch", r#"{"events":[]}"#)
                .await,
            client.post_text("/profile", r#"{"userId":"ann"}"#).await,
            client.get("/profile/ann").await,
            client.get("/profile/ann/events").await,
            client.delete("/profile/nobody").await,
        ];
        let answers = answers.map(|answer| format!("{} {}", answer.status, answer.code()));
        let answers = answers.map(|answer| answer.trim_end().to_owned());
        table += &[kind.as_str(), ": ", &answers.join(", "), "\n"].concat();
    }
    assert_snapshot!(table, @r#"
    write_only: 204, 204, 204, 403 scope_missing, 403 scope_missing, 403 scope_missing
    read_write: 204, 204, 204, 200, 200, 204
    sensor: 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing
    rum: 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing
    third_party: 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing
    metrics: 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing, 403 scope_missing
    service_account: 403 scope_missing, 403 scope_missing, 403 scope_missing, 200, 200, 403 scope_missing
    "#);
}

#[tokio::test]
async fn a_key_with_several_faults_is_refused_for_the_first_in_order() {
    let tenant = Weir::shared().await.tenant().await;
    let nowhere = json!({"addresses": [], "events": []});
    let faulty = |state, expires_at| NewKey {
        kind: KeyKind::Rum,
        policy: nowhere.clone(),
        state,
        expires_at,
        role: None,
    };
    let order = [
        (faulty(KeyState::Disabled, Some(now())), "key_disabled"),
        (faulty(KeyState::Enabled, Some(now())), "key_expired"),
        (faulty(KeyState::Enabled, None), "ip_not_allowed"),
        (
            NewKey {
                kind: KeyKind::Rum,
                ..NewKey::for_events(&json!([]))
            },
            "scope_missing",
        ),
        (NewKey::for_events(&json!([])), "event_not_allowed"),
    ];
    for (new, code) in order {
        let key = tenant.issue(new).await;
        let answer = tenant
            .client()
            .with_key(&key.text)
            .post_text("/event/ingest", EVENT)
            .await;
        assert_eq!(answer.code(), code, "{answer}");
    }
    let revoked = tenant.issue(faulty(KeyState::Disabled, Some(now()))).await;
    tenant.revoke(&revoked).await;
    assert!(sent_with(&revoked.text).await.contains("key_revoked"));
}

#[tokio::test]
async fn the_verdict_on_the_key_comes_before_a_look_at_the_body() {
    let tenant = Weir::shared().await.tenant().await;
    let invocation = Invocation::post_bytes("/event/ingest", *b"\xff").key("weir_nonsense");
    let answer = tenant.client().invoke(&invocation).await;
    assert_eq!(answer.code(), "key_malformed", "{answer}");
    let unknown = policy::ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let client = tenant.client().with_key(unknown.expose());
    let answer = client.post_text("/event/ingest", "{").await;
    assert_eq!(answer.code(), "key_unknown", "{answer}");
}

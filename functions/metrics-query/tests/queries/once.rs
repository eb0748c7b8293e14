//! Each event once, and deleted and expired ones never.

use std::time::Duration;

use policy::KeyKind;
use serde_json::{Value, json};
use store::{AuditAction, WorkspaceSettings};

use crate::support::{Asking, NOW, shop};

async fn count(asking: &Asking, what: &str) -> Value {
    asking
        .ask(&format!("SELECT {what} FROM events"))
        .await
        .json()["rows"][0]
        .clone()
}

#[tokio::test]
async fn an_event_that_was_sent_again_among_others_counts_once() {
    let asking = Asking::shop().await;
    let mut again = shop();
    again.push(json!({"id": "10", "name": "page_view", "userId": "dan", "timestamp": NOW}));
    asking.send(&again).await;
    // The hours that are the same are not stored again; that of the new event is, with the ninth in it.
    assert_eq!(asking.app.log(event::Signal::Events).await.len(), 9 + 2);
    assert_eq!(
        count(
            &asking,
            "count(*), count(DISTINCT id), sum(properties.revenue)"
        )
        .await,
        json!([10, 10, 50.0])
    );
}

#[tokio::test]
async fn an_event_without_an_id_is_known_by_its_content() {
    let asking = Asking::start().await;
    let event = |user: &str| json!({"name": "login", "userId": user, "timestamp": NOW, "properties": {"n": 1}});
    asking.send(&[event("ann")]).await;
    asking.send(&[event("ann"), event("bob")]).await;
    assert_eq!(
        count(&asking, "count(*), sum(properties.n)").await,
        json!([2, 2.0])
    );
}

#[tokio::test]
async fn what_a_deletion_covers_is_gone_and_what_comes_later_is_there() {
    let asking = Asking::shop().await;
    let key = asking.app.key(KeyKind::ReadWrite).await;
    let deleted = asking
        .app
        .to_profiles("DELETE", "/profile/ann")
        .key(&key)
        .send()
        .await;
    assert_eq!(deleted.status, 204);
    assert_eq!(
        count(&asking, "count(*), count(DISTINCT userId)").await,
        json!([5, 2])
    );
    asking.app.clock.advance(Duration::from_secs(1));
    asking
        .send(&[json!({"id": "11", "name": "login", "userId": "ann", "timestamp": NOW})])
        .await;
    assert_eq!(
        count(&asking, "count(*), count(DISTINCT userId)").await,
        json!([6, 3])
    );
}

#[tokio::test]
async fn of_a_deleted_device_no_event_and_no_profile_is_left() {
    let asking = Asking::start().await;
    let key = asking.app.key(KeyKind::ReadWrite).await;
    let event = |id: &str| json!({"id": id, "name": "visit", "anonymousId": id, "timestamp": NOW});
    asking.send(&[event("dev-1"), event("dev-2")]).await;
    for id in ["dev-1", "dev-2"] {
        let update = json!({"anonymousId": id, "properties": {"theme": "dark"}});
        let answer = asking.app.post("/profile").key(&key).json(&update).send();
        assert_eq!(answer.await.status, 204);
    }
    let rows = async |table: &str| {
        asking
            .rows(&format!("SELECT anonymousId FROM {table} ORDER BY 1"))
            .await
    };
    assert_eq!(rows("events").await, "[\"dev-1\"]\n[\"dev-2\"]");
    let deleted = asking
        .app
        .to_profiles("DELETE", "/profile/dev-1")
        .key(&key)
        .send()
        .await;
    assert_eq!(deleted.status, 204);
    for table in ["events", "profiles"] {
        assert_eq!(rows(table).await, "[\"dev-2\"]", "{table}");
    }
}

#[tokio::test]
async fn what_has_expired_is_gone_also_while_the_log_still_has_it() {
    let asking = Asking::start().await;
    let app = &asking.app;
    let settings = app.store.workspace(&app.workspace).await.unwrap().unwrap();
    let settings = WorkspaceSettings {
        retention_days: Some(1),
        ..settings
    };
    let audit = app.audit(AuditAction::SettingsChanged, &asking.key);
    let changed = app
        .store
        .replace_settings(&app.workspace, &settings, &audit);
    changed.await.unwrap();
    asking.send(&shop()).await;
    let key = app.key(KeyKind::WriteOnly).await;
    let update = json!({"userId": "ann", "properties": {"plan": "pro"}});
    let answer = app.post("/profile").key(&key).json(&update).send().await;
    assert_eq!(answer.status, 204);

    app.clock.advance(Duration::from_secs(24 * 3_600 - 1));
    assert_eq!(count(&asking, "count(*)").await, json!([9]));
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(count(&asking, "count(*)").await, json!([0]));
    assert_eq!(app.log(event::Signal::Events).await.len(), 9);
    // Profiles stay until they are deleted.
    let plans = asking.rows("SELECT properties.plan FROM profiles").await;
    assert_eq!(plans, r#"["pro"]"#);
}

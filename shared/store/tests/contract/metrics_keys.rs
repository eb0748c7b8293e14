//! Metrics keys: one per workspace, and which client secrets go with it.

use policy::{KeyKind, KeyRecord, PreviousClientSecret};
use store::{AuditAction, NewKey, StoreError};

use crate::support::{Fixture, at, audit, audit_entry, change, new_key, workspace};

#[tokio::test]
async fn a_workspace_has_one_metrics_key_until_that_is_revoked() {
    let fixture = Fixture::new().await;
    let metrics = |name| {
        let (_, mut new) = new_key(name);
        new.record.kind = KeyKind::Metrics;
        new
    };
    let (first, second) = (metrics("Metrics"), metrics("More metrics"));
    let create = async |new: &NewKey| {
        let entry = audit(&new.record.id);
        fixture.store.create_key(new, &entry).await
    };
    create(&first).await.unwrap();
    let refused = create(&second).await;
    assert_eq!(
        refused,
        Err(StoreError::Conflict {
            what: "the workspace has a metrics key"
        })
    );
    let mut elsewhere = metrics("Metrics");
    elsewhere.record.workspace = workspace("other");
    create(&elsewhere).await.unwrap();
    let entry = audit(&first.record.id);
    let end = change(&first, &entry);
    fixture.store.revoke(&end).await.unwrap();
    create(&second).await.unwrap();
}

#[tokio::test]
async fn a_previous_client_secret_is_set_and_ended_by_who_knows_the_one_before() {
    let fixture = Fixture::new().await;
    let (_, mut new) = new_key("Metrics");
    new.record.kind = KeyKind::Metrics;
    let entry = audit(&new.record.id);
    fixture.store.create_key(&new, &entry).await.unwrap();
    let id = &new.record.id;
    let previous = |version: &str| PreviousClientSecret {
        version: version.to_owned(),
        expires_at: at(60_000),
    };
    let set = async |record: &KeyRecord, version: Option<&str>| {
        let previous = version.map(previous);
        let entry = audit_entry(AuditAction::ClientSecretRotated);
        fixture
            .store
            .set_client_secrets(record, version, previous.as_ref(), &entry)
            .await
    };
    set(&new.record, Some("v1")).await.unwrap();
    let rotated = fixture.store.key(id).await.unwrap().unwrap();
    assert_eq!(rotated.previous_client_secret, Some(previous("v1")));
    assert_eq!(rotated.client_secret.as_deref(), Some("v1"));
    assert_eq!(
        set(&new.record, Some("v2")).await,
        Err(StoreError::VersionStale)
    );
    set(&rotated, None).await.unwrap();
    assert_eq!(set(&rotated, None).await, Err(StoreError::VersionStale));
    assert_eq!(fixture.store.key(id).await.unwrap(), Some(new.record));
}

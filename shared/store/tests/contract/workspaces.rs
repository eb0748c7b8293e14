//! Workspaces and their settings.

use store::{AuditAction, AuditQuery, StoreError, WorkspaceSettings};

use crate::support::{Fixture, at, audit_entry};

#[tokio::test]
async fn a_workspace_is_made_once_and_read_back() {
    let fixture = Fixture::new().await;
    let mut settings = WorkspaceSettings::new("Acme", at(0));
    settings.retention_days = Some(30);
    settings.keep_addresses = false;
    settings.metrics_cache_ttl_minutes = 60;
    let entry = audit_entry(AuditAction::WorkspaceCreated);
    let make = || {
        fixture
            .store
            .create_workspace(&fixture.workspace, &settings, &entry)
    };
    make().await.unwrap();
    assert!(matches!(make().await, Err(StoreError::Conflict { .. })));
    assert_eq!(
        fixture.store.workspace(&fixture.workspace).await.unwrap(),
        Some(settings.clone())
    );
}

#[tokio::test]
async fn of_two_who_change_the_same_settings_one_wins_and_the_other_learns_it() {
    let fixture = Fixture::new().await;
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let first = WorkspaceSettings::new("Acme", at(0));
    let entry = audit_entry(AuditAction::WorkspaceCreated);
    store
        .create_workspace(workspace, &first, &entry)
        .await
        .unwrap();
    let change = async |days| {
        let mut settings = first.clone();
        settings.retention_days = Some(days);
        let entry = audit_entry(AuditAction::SettingsChanged);
        store.replace_settings(workspace, &settings, &entry).await
    };
    assert_eq!(change(30).await, Ok(()));
    assert_eq!(change(60).await, Err(StoreError::VersionStale));
    let read = store.workspace(workspace).await.unwrap().unwrap();
    assert_eq!((read.version, read.retention_days), (2, Some(30)));
    let query = AuditQuery {
        action: Some(AuditAction::SettingsChanged),
        limit: 10,
        ..AuditQuery::default()
    };
    let recorded = store.audit(workspace, &query).await.unwrap();
    assert_eq!(
        recorded.entries.len(),
        1,
        "what did not happen is not recorded"
    );
}

//! The sensors' remote configuration.

use event::WorkspaceId;
use store::{AuditAction, ConfigVersion, RemoteConfig, Store, StoreError};

use crate::support::{Fixture, ada, at, audit_entry, workspace};

fn config(version: u64, text: &str) -> RemoteConfig {
    RemoteConfig {
        version: ConfigVersion {
            version,
            created_at: at(0),
            creator: ada(),
            restored_from: version.checked_sub(1).filter(|earlier| *earlier > 0),
        },
        config: text.to_owned(),
    }
}

async fn put(
    store: &Store,
    workspace: &WorkspaceId,
    config: &RemoteConfig,
) -> Result<(), StoreError> {
    let entry = audit_entry(AuditAction::RemoteConfigChanged);
    store.put_remote_config(workspace, config, &entry).await
}

#[tokio::test]
async fn a_configuration_is_read_back_to_the_letter_in_one_read() {
    let fixture = Fixture::new().await;
    let (store, acme) = (&fixture.store, &fixture.workspace);
    assert_eq!(store.remote_config(acme).await.unwrap(), None);
    let rules = "x".repeat(60_000);
    let first = config(
        1,
        &format!(r#"{{ "n": 9007199254740993, "rules": "{rules}" }}"#),
    );
    put(store, acme, &first).await.unwrap();
    fixture.stand_in.clear_recorded();
    assert_eq!(store.remote_config(acme).await.unwrap(), Some(first));
    assert_eq!(fixture.stand_in.recorded().len(), 1);
    let other = store.remote_config(&workspace("other")).await.unwrap();
    assert_eq!(other, None);
}

#[tokio::test]
async fn a_version_follows_the_one_that_its_author_saw() {
    let fixture = Fixture::new().await;
    let (store, acme) = (&fixture.store, &fixture.workspace);
    let stale = Err(StoreError::VersionStale);
    assert_eq!(put(store, acme, &config(2, "{}")).await, stale);
    put(store, acme, &config(1, r#"{"a":1}"#)).await.unwrap();
    assert_eq!(put(store, acme, &config(1, r#"{"a":2}"#)).await, stale);
    put(store, acme, &config(2, r#"{"a":3}"#)).await.unwrap();
    let newest = store.remote_config(acme).await.unwrap();
    assert_eq!(newest, Some(config(2, r#"{"a":3}"#)));
    let first = store.remote_config_version(acme, 1).await.unwrap();
    assert_eq!(first, Some(config(1, r#"{"a":1}"#)));
    assert_eq!(store.remote_config_version(acme, 3).await.unwrap(), None);
}

#[tokio::test]
async fn the_versions_are_listed_from_the_newest_a_page_at_a_time() {
    let fixture = Fixture::new().await;
    let (store, acme) = (&fixture.store, &fixture.workspace);
    for version in 1..=11 {
        put(store, acme, &config(version, "{}")).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store.remote_config_versions(acme, before, 4).await.unwrap();
        seen.extend(page.versions.iter().map(|version| version.version));
        before = seen.last().copied();
        assert_eq!(page.more, before != Some(1));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, (1..=11).rev().collect::<Vec<_>>());
    let none = store
        .remote_config_versions(acme, Some(1), 4)
        .await
        .unwrap();
    assert!(none.versions.is_empty() && !none.more);
}

//! The audit log.

use policy::Actor;
use serde_json::json;
use store::{AuditAction, AuditEntry, AuditQuery, StoreError};

use crate::support::{Fixture, at, workspace};

fn entry(time: i64, action: AuditAction, subject: &str) -> AuditEntry {
    let changes = json!({"name": {"from": "a", "to": "b"}});
    AuditEntry {
        at: at(time),
        actor: Actor::Person {
            subject: "42".to_owned(),
            name: "ada@example.org".to_owned(),
        },
        address: Some("2001:db8::1".parse().unwrap()),
        request_id: Some("request-1".to_owned()),
        action,
        subject: subject.to_owned(),
        subject_name: Some("Web".to_owned()),
        changes: changes.as_object().unwrap().clone(),
    }
}

fn query(limit: usize) -> AuditQuery {
    AuditQuery {
        limit,
        ..AuditQuery::default()
    }
}

#[tokio::test]
async fn an_entry_is_read_back_as_it_was_written() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let written = entry(1, AuditAction::KeyChanged, "k1");
    store
        .append_audit(&workspace("acme"), &written)
        .await
        .unwrap();
    let page = store.audit(&workspace("acme"), &query(10)).await.unwrap();
    assert_eq!(page.entries[0].entry, written);
    assert_eq!((page.entries.len(), page.next), (1, None));
    let other = store.audit(&workspace("acme2"), &query(10)).await.unwrap();
    assert_eq!(other.entries, []);
}

#[tokio::test]
async fn pages_walk_back_in_time_and_miss_nothing() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let acme = workspace("acme");
    for time in 0..25 {
        let written = entry(time / 3, AuditAction::KeyRevealed, &format!("k{time}"));
        store.append_audit(&acme, &written).await.unwrap();
    }
    let mut subjects = Vec::new();
    let mut query = query(7);
    loop {
        let page = store.audit(&acme, &query).await.unwrap();
        assert!(page.entries.len() <= 7);
        let times: Vec<_> = page.entries.iter().map(|found| found.entry.at).collect();
        assert!(times.is_sorted_by(|a, b| a >= b));
        subjects.extend(page.entries.into_iter().map(|found| found.entry.subject));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 25);
}

#[tokio::test]
async fn entries_are_chosen_by_time_actor_subject_and_action() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let acme = workspace("acme");
    for (time, action, subject) in [
        (1, AuditAction::KeyCreated, "k1"),
        (2, AuditAction::KeyCreated, "k2"),
        (3, AuditAction::KeyRevoked, "k1"),
    ] {
        let written = entry(time, action, subject);
        store.append_audit(&acme, &written).await.unwrap();
    }
    let found = async |query: AuditQuery| {
        let page = store.audit(&acme, &query).await.unwrap();
        let times = page.entries.iter().map(|found| found.entry.at);
        times.collect::<Vec<_>>()
    };
    let all = || query(10);
    let subject = Some("k1".to_owned());
    assert_eq!(found(AuditQuery { subject, ..all() }).await, [at(3), at(1)]);
    let action = Some(AuditAction::KeyCreated);
    assert_eq!(found(AuditQuery { action, ..all() }).await, [at(2), at(1)]);
    let (from, until) = (Some(at(2)), Some(at(3)));
    assert_eq!(
        found(AuditQuery {
            from,
            until,
            ..all()
        })
        .await,
        [at(2)]
    );
    for (actor, count) in [("42", 3), ("ada@example.org", 3), ("43", 0)] {
        let actor = Some(actor.to_owned());
        assert_eq!(found(AuditQuery { actor, ..all() }).await.len(), count);
    }
}

#[tokio::test]
async fn a_cursor_from_elsewhere_is_refused() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    for cursor in ["!", "fn5-"] {
        let mut query = query(10);
        query.cursor = Some(cursor.to_owned());
        let read = store.audit(&workspace("acme"), &query).await;
        assert_eq!(read, Err(StoreError::InvalidCursor), "{cursor}");
    }
}

#[tokio::test]
async fn who_looks_for_little_in_a_long_log_gets_short_pages_and_finds_it() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let acme = workspace("acme");
    let rare = entry(0, AuditAction::KeyRevoked, "k1");
    store.append_audit(&acme, &rare).await.unwrap();
    for time in 1..=2_001 {
        let written = entry(time, AuditAction::KeyRevealed, "k1");
        store.append_audit(&acme, &written).await.unwrap();
    }
    let mut wanted = query(10);
    wanted.action = Some(AuditAction::KeyRevoked);
    let first = store.audit(&acme, &wanted).await.unwrap();
    assert_eq!(first.entries, []);
    wanted.cursor = first.next;
    assert!(wanted.cursor.is_some());
    let second = store.audit(&acme, &wanted).await.unwrap();
    assert_eq!(second.entries[0].entry, rare);
    assert_eq!((second.entries.len(), second.next), (1, None));
}

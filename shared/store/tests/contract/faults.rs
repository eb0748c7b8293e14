//! DynamoDB throttled, slow or away.

use event::Signal;
use event::chunk::build;
use local::Fault;
use policy::Policy;
use store::{Cause, ProfileRead, StoreError};

use crate::support::{
    Fixture, at, audit, change, chunk, event, known, meta, new_key, update, user, window, workspace,
};

#[tokio::test]
async fn a_throttle_is_tried_again_and_not_noticed() {
    let fixture = Fixture::new().await;
    fixture
        .stand_in
        .faults()
        .inject(Fault::throttled().on_action("PutItem").times(2));
    let appended = fixture
        .store
        .append(
            &meta(Signal::Events),
            chunk(Signal::Events, &[event("a", 0)]),
        )
        .await;
    assert_eq!(appended, Ok(()));
    assert_eq!(fixture.item_count(&fixture.tables.events).await, 1);
}

#[tokio::test]
async fn lasting_throttles_end_as_unavailable_after_three_attempts() {
    let fixture = Fixture::new().await;
    let fault = fixture.stand_in.faults().inject(Fault::throttled());
    let (_, new) = new_key("Shop");
    let unavailable = |operation| StoreError::Unavailable {
        operation,
        cause: Cause::Throttled,
    };
    let (meta, chunk) = (
        meta(Signal::Events),
        chunk(Signal::Events, &[event("a", 0)]),
    );
    let appended = fixture.store.append(&meta, chunk).await;
    assert_eq!(appended.unwrap_err(), unavailable("appending to the log"));
    assert_eq!(fault.hits(), 3);
    let read = fixture.store.key(&new.record.id).await;
    assert_eq!(read.unwrap_err(), unavailable("reading a key"));
    assert_eq!(fault.hits(), 6);
    assert!(
        fixture
            .store
            .create_key(&new, &audit(&new.record.id))
            .await
            .unwrap_err()
            .is_unavailable()
    );
    fault.clear();
    assert_eq!(fixture.store.key(&new.record.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_request_half_stored_is_completed_by_its_repetition_without_a_second_copy() {
    let fixture = Fixture::new().await;
    let events: Vec<_> = (0..6)
        .map(|hour| event(&format!("{hour}"), hour * 3_600_000))
        .collect();
    let chunks = build(&workspace("acme"), Signal::Events, &events);
    let fault = Fault::throttled().on_action("PutItem").skip(3);
    let fault = fixture.stand_in.faults().inject(fault);
    let meta = meta(Signal::Events);
    assert!(
        fixture
            .store
            .append_all(&meta, chunks.clone())
            .await
            .is_err()
    );
    fault.clear();
    assert!(fixture.item_count(&fixture.tables.events).await < 6);
    fixture.store.append_all(&meta, chunks).await.unwrap();
    assert_eq!(fixture.item_count(&fixture.tables.events).await, 6);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_counts_once() {
    let fixture = Fixture::new().await;
    let lost = |action: &str| {
        let fault = Fault::answer_lost().on_action(action).times(1);
        fixture.stand_in.faults().inject(fault);
    };
    lost("PutItem");
    let appended = fixture
        .store
        .append(
            &meta(Signal::Events),
            chunk(Signal::Events, &[event("a", 0)]),
        )
        .await;
    assert_eq!(appended, Ok(()));
    assert_eq!(fixture.item_count(&fixture.tables.events).await, 1);
    lost("UpdateItem");
    let update = update(Some("u"), Some("d"), 0, r#"{"a":1}"#);
    fixture
        .store
        .update_profile(&fixture.workspace, &update, at(0))
        .await
        .unwrap();
    let read = fixture
        .store
        .profile(&fixture.workspace, &user("u"), at(0))
        .await
        .unwrap();
    let ProfileRead::Found(profile) = read else {
        panic!("found: {read:?}")
    };
    assert_eq!(profile.properties.to_json(), r#"{"a":1}"#);
    lost("TransactWriteItems");
    let (_, new) = new_key("Shop");
    fixture
        .store
        .create_key(&new, &audit(&new.record.id))
        .await
        .unwrap();
    lost("TransactWriteItems");
    let version = fixture
        .store
        .replace_policy(&change(&new, &audit(&new.record.id)), 1, &Policy::default())
        .await;
    assert_eq!(version, Ok(2));
}

#[tokio::test]
async fn conflicts_with_transactions_are_waited_out() {
    let fixture = Fixture::new().await;
    for action in ["UpdateItem", "TransactWriteItems"] {
        let fault = Fault::conflict().on_action(action).times(3);
        fixture.stand_in.faults().inject(fault);
    }
    let update = update(Some("u"), Some("d"), 0, r#"{"a":1}"#);
    fixture
        .store
        .update_profile(&fixture.workspace, &update, at(0))
        .await
        .unwrap();
    let read = fixture
        .store
        .profile(&fixture.workspace, &user("u"), at(0))
        .await
        .unwrap();
    assert!(matches!(read, ProfileRead::Found(profile) if profile.anonymous_ids.len() == 1));
}

#[tokio::test]
async fn what_a_batch_leaves_over_is_written_again() {
    let fixture = Fixture::new().await;
    fixture
        .stand_in
        .faults()
        .inject(Fault::unprocessed().times(2));
    let windows: Vec<_> = (0..30)
        .map(|i: i64| window(known(&i.to_string()), vec![event("e", i)]))
        .collect();
    fixture
        .store
        .put_timelines(&fixture.workspace, windows.clone())
        .await
        .unwrap();
    assert_eq!(fixture.item_count(&fixture.tables.profiles).await, 30);
    fixture.stand_in.faults().inject(Fault::unprocessed());
    let failed = fixture
        .store
        .put_timelines(&fixture.workspace, windows)
        .await;
    let cause = Cause::Throttled;
    let operation = "writing timelines";
    assert_eq!(failed, Err(StoreError::Unavailable { operation, cause }));
}

#[tokio::test]
async fn a_database_that_is_away_or_silent_is_given_up() {
    let fixture = Fixture::new().await;
    let store = fixture.impatient();
    let (_, new) = new_key("Shop");
    for (fault, cause) in [
        (Fault::refused(), Cause::Unreachable),
        (Fault::hang(), Cause::TimedOut),
    ] {
        let fault = fixture.stand_in.faults().inject(fault);
        let error = store.key(&new.record.id).await.unwrap_err();
        let expected = StoreError::Unavailable {
            operation: "reading a key",
            cause,
        };
        assert_eq!(error, expected);
        fault.clear();
    }
    assert_eq!(fixture.store.key(&new.record.id).await, Ok(None));
}

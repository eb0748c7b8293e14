//! Reads are counted for their key.

use std::collections::BTreeMap;
use std::time::Duration;

use event::Clock as _;

use crate::start;

#[tokio::test]
async fn reads_and_deletions_are_counted_and_mark_the_key_as_used() {
    let (app, key) = start().await;
    for _ in 0..3 {
        app.get("/profile/ann").key(&key).send().await;
    }
    app.to_profiles("DELETE", "/profile/ann")
        .key(&key)
        .send()
        .await;
    app.stand_in.clear_recorded();
    app.get("/profile/ann/events").key(&key).send().await;
    let writes = app.stand_in.recorded();
    assert!(
        writes.iter().all(|call| call.action != "UpdateItem"),
        "a read writes nothing"
    );
    app.runtime.flush().await;
    let (from, to) = (
        app.clock.now(),
        app.clock.now().plus(Duration::from_mins(1)),
    );
    let mut usage = app
        .store
        .usage(&app.workspace, Some(key.id()), from, to)
        .await
        .unwrap();
    let hours = usage.remove(key.id()).unwrap().hours;
    let calls: Vec<_> = hours.into_values().map(|hour| hour.calls).collect();
    assert_eq!(
        calls,
        [BTreeMap::from([
            ("deleteProfile".to_owned(), 1),
            ("readProfile".to_owned(), 4)
        ])]
    );
    let last_used = app.store.last_used_of(&app.workspace, key.id()).await;
    assert_eq!(last_used, Ok(Some(app.clock.now())));
}

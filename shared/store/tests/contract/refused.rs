//! Samples of what was refused.

use event::KeyId;
use store::RefusedSample;

use crate::support::{Fixture, at};

const DAY: i64 = 24 * 3_600_000;

fn sample(key: &str, time: i64) -> RefusedSample {
    RefusedSample {
        at: at(time),
        key_id: KeyId::parse(key).unwrap(),
        reason: "event_not_allowed".to_owned(),
        name: Some("purchase".to_owned()),
        path: "events[2].name".to_owned(),
        message: "the API key may not send events of this name".to_owned(),
        address: "2001:db8::1".parse().ok(),
    }
}

#[tokio::test]
async fn samples_are_read_newest_first_over_days_of_one_key_or_all() {
    let fixture = Fixture::new().await;
    let (ours, others) = ("aaaaaaaaaaaa", "bbbbbbbbbbbb");
    for time in [0, 5, DAY, 2 * DAY] {
        for key in [ours, others] {
            let sample = sample(key, time);
            fixture
                .store
                .put_refused(&fixture.workspace, &sample)
                .await
                .unwrap();
        }
    }
    let read = async |key: Option<&str>, from: i64, limit| {
        let key = key.map(|key| KeyId::parse(key).unwrap());
        fixture
            .store
            .refused_samples(
                &fixture.workspace,
                key.as_ref(),
                at(from),
                at(2 * DAY),
                limit,
            )
            .await
            .unwrap()
    };
    assert_eq!(
        read(Some(ours), 0, 10).await,
        [2 * DAY, DAY, 5, 0].map(|time| sample(ours, time))
    );
    assert_eq!(
        read(Some(ours), 1, 2).await,
        [2 * DAY, DAY].map(|time| sample(ours, time))
    );
    assert_eq!(read(None, 5, 100).await.len(), 6);
}

#[tokio::test]
async fn two_samples_of_one_moment_are_both_kept() {
    let fixture = Fixture::new().await;
    for _ in 0..2 {
        let sample = sample("aaaaaaaaaaaa", 0);
        fixture
            .store
            .put_refused(&fixture.workspace, &sample)
            .await
            .unwrap();
    }
    let table = &fixture.tables.activity;
    assert_eq!(fixture.item_count(table).await, 2);
}

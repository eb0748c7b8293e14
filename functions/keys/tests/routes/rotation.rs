//! Rotation, with an overlap.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Answer;

use crate::support::{Made, Office};

async fn rotate(office: &Office, made: &Made, body: &Value) -> Answer {
    office.post(&made.below("rotate"), body).await
}

/// Rotates, and gives the new text.
async fn rotated(office: &Office, made: &Made, seconds: u64) -> String {
    let answer = rotate(office, made, &json!({"overlapSeconds": seconds})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn both_texts_work_until_the_deadline_of_the_old_one() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let answer = rotate(&office, &made, &json!({"overlapSeconds": 60})).await;
    let new = answer.json()["key"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(answer.shown().replace(&new, "<new>"), @r#"200 {"key":"<new>","previousExpiresAt":1795240860002,"olderEnded":false}"#);
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.rotated by test admin from 203.0.113.7 in test-request: Web shop {"previousExpiresAt":{"to":1795240860002}}"#);
    assert!(
        new.starts_with(&format!("weir_wo_{}_", made.id)),
        "the id stays"
    );
    assert_eq!(office.send(&made.text).await, "");
    assert_eq!(office.send(&new).await, "");
    let listed = || async { office.get(&made.path).await.json()["previousExpiresAt"].clone() };
    assert_eq!(listed().await, answer.json()["previousExpiresAt"]);
    office.app.clock.advance(Duration::from_secs(59));
    assert_eq!(office.send(&made.text).await, "");
    office.app.clock.advance(Duration::from_secs(1));
    assert_eq!(office.send(&made.text).await, "key_unknown");
    assert_eq!(office.send(&new).await, "");
    assert_eq!(listed().await, json!(null), "it is over");
}

#[tokio::test]
async fn without_an_overlap_the_old_text_ends_at_once() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let answer = rotate(&office, &made, &json!({"overlapSeconds": 0})).await;
    assert_eq!(answer.json()["previousExpiresAt"], json!(null));
    assert_eq!(office.send(&made.text).await, "key_unknown");
    assert_eq!(
        office.send(answer.json()["key"].as_str().unwrap()).await,
        ""
    );
}

#[tokio::test]
async fn the_old_text_is_ended_on_demand() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let new = rotated(&office, &made, 2_592_000).await;
    for _ in 0..2 {
        let ended = office.call("DELETE", &made.below("previous")).send().await;
        assert_eq!(ended.shown(), "204 ");
        assert_eq!(office.send(&made.text).await, "key_unknown");
        assert_eq!(office.send(&new).await, "");
    }
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.previous_ended by test admin from 203.0.113.7 in test-request: Web shop {"previousExpiresAt":{"from":1797832800002}}"#);
}

#[tokio::test]
async fn a_second_rotation_that_may_ends_the_oldest_text_and_says_so() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let second = rotated(&office, &made, 60).await;
    let body = json!({"overlapSeconds": 60, "replacePrevious": true});
    let answer = rotate(&office, &made, &body).await;
    assert_eq!(answer.json()["olderEnded"], true);
    let third = answer.json()["key"].as_str().unwrap().to_owned();
    let mut outcomes = Vec::new();
    for text in [&made.text, &second, &third] {
        outcomes.push(office.send(text).await);
    }
    assert_eq!(outcomes, ["key_unknown", "", ""]);
}

#[tokio::test]
async fn what_is_revealed_is_the_newest_text() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let new = rotated(&office, &made, 60).await;
    let revealed = office.call("POST", &made.below("reveal")).send().await;
    assert_eq!(revealed.json(), json!({"key": new}));
    assert_eq!(revealed.headers["cache-control"], "no-store");
    insta::assert_snapshot!(office.newest_audit().await, @"key.revealed by test admin from 203.0.113.7 in test-request: Web shop {}");
}

#[tokio::test]
async fn an_overlap_is_a_number_of_seconds_up_to_thirty_days() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let mut answers = String::new();
    for body in [
        json!({}),
        json!({"overlapSeconds": -1}),
        json!({"overlapSeconds": 2_592_001}),
        json!({"overlapSeconds": 1.5}),
        json!({"overlapSeconds": "60"}),
        json!({"overlapSeconds": 60, "force": true}),
    ] {
        let answer = rotate(&office, &made, &body).await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_body","message":"missing member `overlapSeconds`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"overlapSeconds: must be a whole number","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"overlapSeconds: must be at most 2592000, which is 30 days","requestId":"test-request","errors":[{"path":"overlapSeconds","message":"must be at most 2592000, which is 30 days"}]}}
    400 {"error":{"code":"invalid_body","message":"overlapSeconds: must be a whole number","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"overlapSeconds: must be a whole number","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"force: is not a known member: expected `overlapSeconds` or `replacePrevious`","requestId":"test-request"}}
    "#);
    assert_eq!(office.send(&made.text).await, "");
}

#[tokio::test]
async fn a_rotation_that_is_asked_for_again_ends_nothing() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let second = rotated(&office, &made, 60).await;
    for seconds in [60, 0] {
        let again = rotate(&office, &made, &json!({"overlapSeconds": seconds})).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(again.shown(), @r#"409 {"error":{"code":"conflict","message":"a rotation is under way: the secret before it works until 1795240860002; end it first, or say \"replacePrevious\": true to end it now","requestId":"test-request"}}"#);
        }
    }
    for text in [&made.text, &second] {
        assert_eq!(office.send(text).await, "");
    }
    // When it has ended, on demand or by its deadline, the next one may come.
    let ended = office.call("DELETE", &made.below("previous")).send().await;
    assert_eq!(ended.status, 204);
    rotated(&office, &made, 60).await;
    office.app.clock.advance(Duration::from_mins(1));
    rotated(&office, &made, 60).await;
}

#[tokio::test]
async fn of_two_rotations_at_a_time_one_is_refused_and_the_old_text_works_on() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let body = json!({"overlapSeconds": 60});
    let (one, two) = tokio::join!(rotate(&office, &made, &body), rotate(&office, &made, &body));
    let mut codes = [one.code(), two.code()];
    codes.sort();
    assert_eq!(codes, ["", "conflict"], "{one:?} {two:?}");
    assert_eq!(office.send(&made.text).await, "");
}

#[tokio::test]
async fn a_rotation_is_of_the_key_that_was_seen_where_that_is_said() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let body = json!({"overlapSeconds": 60, "replacePrevious": true});
    let path = made.below("rotate");
    let seen = |etag: &str| {
        let call = office.call("POST", &path).header("if-match", etag);
        call.json(&body).send()
    };
    assert_eq!(seen(&made.etag).await.status, 200);
    for stale in [&*made.etag, "none"] {
        assert_eq!(seen(stale).await.shown(), STALE);
    }
    assert_eq!(office.send(&made.text).await, "", "nothing has ended");
    let now = office.get(&made.path).await.headers["etag"].clone();
    assert_eq!(seen(&now).await.status, 200);
}

const STALE: &str = r#"412 {"error":{"code":"version_stale","message":"the version in If-Match is not the newest","requestId":"test-request"}}"#;

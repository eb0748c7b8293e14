//! Timelines: order, pages, filters, and each event once.

use std::time::Duration;

use event::Clock as _;
use serde_json::{Value, json};

use crate::{names, start, track};

#[tokio::test]
async fn an_entry_says_what_was_sent_and_where_it_came_from() {
    let (mut app, key) = start().await;
    let body = r#"{"id":"m-1","name":"order","userId":"ann","sessionId":"s","timestamp":1795240000000,
        "properties":{"n":9007199254740993},"deviceData":{"os":"Linux"}}"#;
    assert_eq!(
        app.post("/event/ingest")
            .key(&key)
            .text(body)
            .send()
            .await
            .status,
        204
    );
    app.project().await;
    let answer = app.get("/profile/ann/events").key(&key).send().await;
    let key_id = key.id().as_str();
    insta::assert_snapshot!(answer.shown().replace(key_id, "[key id]"), @r#"200 {"events":[{"id":"m-1","name":"order","timestamp":1795240000000,"userId":"ann","sessionId":"s","properties":{"n":9007199254740993},"deviceData":{"os":"Linux"},"receivedAt":1795240800000,"source":"userflux","keyId":"[key id]"}],"nextCursor":null}"#);
}

#[tokio::test]
async fn pages_walk_the_whole_timeline_newest_first() {
    let (mut app, key) = start().await;
    let now = app.clock.now().as_millis();
    for window in 0..5 {
        let event = |n: i64| {
            json!({"name": format!("e{:02}", window * 5 + n), "userId": "ann",
                   "timestamp": now - 1_000 * (window * 5 + n)})
        };
        track(&app, &key, &(0..5).map(event).collect::<Vec<_>>()).await;
        app.project().await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/profile/ann/events?limit=7&cursor={cursor}");
        let page = app.get(&path).key(&key).send().await.json();
        let events = page["events"].as_array().unwrap();
        seen.extend(
            events
                .iter()
                .map(|event| event["name"].as_str().unwrap().to_owned()),
        );
        match &page["nextCursor"] {
            Value::String(next) => next.clone_into(&mut cursor),
            _ => break,
        }
    }
    let expected: Vec<_> = (0..25).map(|n| format!("e{n:02}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_event_sent_again_among_others_appears_once() {
    let (mut app, key) = start().await;
    let now = app.clock.now().as_millis();
    let visit = json!({"name": "visit", "userId": "ann", "timestamp": now});
    track(&app, &key, std::slice::from_ref(&visit)).await;
    app.project().await;
    app.clock.advance(Duration::from_mins(1));
    let leave = json!({"name": "leave", "userId": "ann", "timestamp": now + 1});
    track(&app, &key, &[leave, visit]).await;
    app.project().await;
    assert_eq!(names(&app, &key, "ann").await, ["leave", "visit"]);
}

#[tokio::test]
async fn one_name_can_be_asked_for() {
    let (mut app, key) = start().await;
    let event = |name: &str| json!({"name": name, "userId": "ann"});
    track(&app, &key, &[event("a"), event("b"), event("c")]).await;
    app.project().await;
    let page = app
        .get("/profile/ann/events?name=b")
        .key(&key)
        .send()
        .await
        .json();
    assert_eq!(page["events"].as_array().unwrap().len(), 1);
    assert_eq!(page["events"][0]["name"], "b");
    let page = app.get("/profile/ann/events?name=z").key(&key).send().await;
    assert_eq!(page.json()["events"], json!([]));
}

#[tokio::test]
async fn profile_updates_are_in_no_timeline() {
    let (mut app, key) = start().await;
    crate::identify(&app, &key, json!({"userId": "ann", "properties": {"a": 1}})).await;
    app.project().await;
    assert_eq!(names(&app, &key, "ann").await, Vec::<String>::new());
}

#[tokio::test]
async fn no_page_is_larger_than_an_answer_may_be_and_none_is_lost() {
    let (mut app, key) = start().await;
    let now = app.clock.now().as_millis();
    // Twelve events of 250 KB, most of it quotes, each of which an answer escapes.
    let texts = format!("[{}\"\"]", "\"\",".repeat(80_000));
    for n in 0..12 {
        let name = format!("e{n:02}");
        let time = now - n;
        let body = format!(
            r#"{{"name":"{name}","userId":"ann","timestamp":{time},"properties":{{"t":{texts}}}}}"#
        );
        let answer = app.post("/event/ingest").key(&key).text(&body).send().await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    app.project().await;
    let (mut seen, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let path = format!("/profile/ann/events?limit=1000&cursor={cursor}");
        let answer = app.get(&path).key(&key).send().await;
        let envelope = serde_json::to_string(&answer.body).unwrap();
        assert!(envelope.len() < 5 * 1024 * 1024, "{}", envelope.len());
        pages += 1;
        let page = answer.json();
        let events = page["events"].as_array().unwrap();
        seen.extend(events.iter().map(|event| event["name"].clone()));
        match &page["nextCursor"] {
            Value::String(next) => next.clone_into(&mut cursor),
            _ => break,
        }
    }
    let expected: Vec<_> = (0..12).map(|n| json!(format!("e{n:02}"))).collect();
    assert_eq!((seen, pages), (expected, 2));
}

#[tokio::test]
async fn parameters_that_make_no_sense_are_named() {
    let (app, key) = start().await;
    let shown = async |query: &str| {
        app.get(&format!("/profile/ann/events?{query}"))
            .key(&key)
            .send()
            .await
            .shown()
    };
    insta::assert_snapshot!(shown("limit=0").await, @r#"400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"test-request"}}"#);
    insta::assert_snapshot!(shown("limit=ten").await, @r#"400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"test-request"}}"#);
    insta::assert_snapshot!(shown("cursor=xyz").await, @r#"400 {"error":{"code":"invalid_parameter","message":"cursor: is not one that was given out here","requestId":"test-request"}}"#);
    insta::assert_snapshot!(shown("limit=1&limit=2").await, @r#"400 {"error":{"code":"invalid_parameter","message":"query: names a parameter twice or is not UTF-8","requestId":"test-request"}}"#);
}

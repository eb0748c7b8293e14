//! Answers that are kept, for how long, and for whom.

use std::time::Duration;

use event::Clock;
use policy::{KeyKind, Policy};
use serde_json::{Value, json};
use testkit::{Answer, Fault};

use crate::support::{Asking, NOW, shop};

const COUNT: &str = "SELECT count(*) AS n FROM events";

async fn ask(asking: &Asking, body: &Value) -> Answer {
    let answer = asking.call_kept().json(body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// Rows and whether they were kept.
async fn count(asking: &Asking) -> (Value, Value) {
    let body = ask(asking, &json!({"query": COUNT})).await.json();
    (body["rows"][0][0].clone(), body["cached"].clone())
}

async fn send_one_more(asking: &Asking) {
    asking
        .send(&[json!({"id": "more", "name": "x", "userId": "u", "timestamp": NOW})])
        .await;
}

#[tokio::test]
async fn an_answer_is_given_again_until_its_time_is_over() {
    let asking = Asking::shop().await;
    let first = ask(&asking, &json!({"query": COUNT})).await.json();
    assert_eq!(first["cached"], json!(false));
    assert_eq!(first["expiresAt"], json!(NOW + 5 * 60_000));
    send_one_more(&asking).await;
    let app = &asking.app;
    app.clock
        .advance(Duration::from_mins(5) - Duration::from_millis(1));
    let again = ask(&asking, &json!({"query": COUNT})).await;
    let body = again.json();
    assert_eq!(body["rows"], json!([[9]]));
    assert_eq!(
        (&body["cached"], &body["asOf"]),
        (&json!(true), &json!(NOW))
    );
    assert_eq!(body["rowsScanned"], first["rowsScanned"]);
    assert_eq!(again.headers["weir-cached"], "true");
    app.clock.advance(Duration::from_millis(1));
    assert_eq!(count(&asking).await, (json!(10), json!(false)));
}

#[tokio::test]
async fn the_workspaces_setting_says_how_long() {
    let asking = Asking::shop().await;
    let app = &asking.app;
    let admin = app.admin_key(policy::Role::Admin).await;
    let path = "/admin/v1/settings";
    let read = app.to_keys("GET", path).key(&admin).send().await;
    let body = json!({
        "name": "Test", "keepAddresses": true, "retentionDays": null, "metricsCacheTtlMinutes": 60,
    });
    let set = app.to_keys("PUT", path).key(&admin);
    let set = set.header("if-match", &read.headers["etag"]).json(&body);
    assert_eq!(set.send().await.status, 200);
    app.clock.advance(Duration::from_mins(1));
    let now = app.clock.now().as_millis();
    let answer = ask(&asking, &json!({"query": COUNT})).await.json();
    assert_eq!(answer["expiresAt"], json!(now + 60 * 60_000));
}

#[tokio::test]
async fn no_cache_has_the_answer_computed_anew_for_everybody() {
    let asking = Asking::shop().await;
    count(&asking).await;
    send_one_more(&asking).await;
    assert_eq!(count(&asking).await, (json!(9), json!(true)));
    let anew = asking.call_kept().header("cache-control", "no-cache");
    let anew = anew.json(&json!({"query": COUNT})).send().await.json();
    assert_eq!(
        (&anew["rows"], &anew["cached"]),
        (&json!([[10]]), &json!(false))
    );
    assert_eq!(count(&asking).await, (json!(10), json!(true)));
}

#[tokio::test]
async fn another_body_or_format_is_another_question() {
    let asking = Asking::shop().await;
    count(&asking).await;
    let cached = async |body: Value| ask(&asking, &body).await.json()["cached"].clone();
    let with = |least: i64| json!({"query": "SELECT count(*) FROM events WHERE properties.revenue > @{least}", "variables": {"least": least}});
    assert_eq!(cached(with(1)).await, json!(false));
    assert_eq!(cached(with(2)).await, json!(false));
    assert_eq!(cached(with(1)).await, json!(true));
    let csv = asking.call_kept().header("accept", "text/csv");
    let csv = csv.json(&json!({"query": COUNT})).send().await;
    assert_eq!(
        (csv.headers["weir-cached"].as_str(), csv.body.as_str()),
        ("false", "n\r\n9\r\n")
    );
}

#[tokio::test]
async fn nobody_gets_the_answer_of_another_workspace() {
    let asking = Asking::shop().await;
    count(&asking).await;
    let other = asking.another_workspace("other").await;
    let issue = |record: &mut policy::KeyRecord| record.workspace = other.clone();
    let (kind, policy) = (KeyKind::ServiceAccount, Policy::default());
    let key = asking.app.issue(kind, policy, issue).await;
    let call = asking.to("POST", "/metrics/query").key(&key);
    let body = json!({"query": COUNT});
    let answer = call.json(&body).send().await.json();
    assert_eq!(
        (&answer["rows"], &answer["cached"]),
        (&json!([[0]]), &json!(false))
    );
}

#[tokio::test]
async fn of_equal_questions_at_a_time_one_is_computed() {
    let asking = Asking::shop().await;
    let ask = || async { ask(&asking, &json!({"query": COUNT})).await.json() };
    asking.app.stand_in.clear_recorded();
    let answers = tokio::join!(ask(), ask(), ask(), ask());
    let answers: [Value; 4] = answers.into();
    let computed = answers.iter().filter(|it| it["cached"] == json!(false));
    assert_eq!(computed.count(), 1);
    assert!(answers.iter().all(|it| it["rows"] == json!([[9]])));
    let marks = asking.app.stand_in.recorded().into_iter();
    let marks =
        marks.filter(|it| it.action == "PutItem" && it.table.as_deref() == Some("activity"));
    assert_eq!(marks.count(), 1);
}

#[tokio::test]
async fn a_question_that_failed_is_asked_again() {
    let asking = Asking::shop().await;
    let fault = Fault::server_error().on_action("Query");
    asking.app.stand_in.faults().inject(fault);
    let body = json!({"query": COUNT});
    let failed = asking.call_kept().json(&body).send().await;
    assert_eq!(failed.code(), "unavailable");
    asking.app.stand_in.faults().clear();
    assert_eq!(count(&asking).await, (json!(9), json!(false)));
}

#[tokio::test]
async fn large_answers_come_in_pages() {
    let asking = Asking::shop().await;
    let sql = "SELECT id FROM events ORDER BY id";
    let mut body = json!({"query": sql, "pageSize": 4});
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let answer = asking.call_kept().json(&body).send().await;
        let page = answer.json();
        assert_eq!(page["columns"][0]["name"], json!("id"), "{}", answer.body);
        let rows = page["rows"].as_array().unwrap();
        assert_eq!(page["rowCount"], json!(rows.len()));
        ids.extend(rows.iter().map(|row| row[0].as_str().unwrap().to_owned()));
        pages += 1;
        // What is sent meanwhile does not move the rows.
        asking.send(&shop()[..1]).await;
        match page["nextCursor"].as_str() {
            Some(cursor) => {
                assert_eq!(answer.headers["weir-next-cursor"], cursor);
                body = json!({"cursor": cursor});
            }
            None => break,
        }
    }
    assert_eq!((ids.join(""), pages), ("123456789".to_owned(), 3));
    asking.app.clock.advance(Duration::from_mins(5));
    let late = asking.call_kept().json(&body).send().await;
    insta::assert_snapshot!(late.shown(), @r#"400 {"error":{"code":"invalid_body","message":"cursor: is of an answer that is not kept any more: ask again","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn the_pages_of_an_answer_stay_while_it_is_computed_anew() {
    let asking = Asking::shop().await;
    let body = json!({"query": "SELECT id FROM events ORDER BY id DESC", "pageSize": 6});
    let first = ask(&asking, &body).await.json();
    let next = json!({"cursor": first["nextCursor"]});
    asking.app.clock.advance(Duration::from_secs(1));
    send_one_more(&asking).await;
    let anew = asking.call_kept().header("cache-control", "no-cache");
    let anew = anew.json(&body).send().await.json();
    assert_eq!(anew["rows"][0], json!(["more"]));
    let second = ask(&asking, &next).await.json();
    assert_eq!(second["rows"], json!([["3"], ["2"], ["1"]]));
    let second = ask(&asking, &json!({"cursor": anew["nextCursor"]})).await;
    assert_eq!(second.json()["rows"], json!([["4"], ["3"], ["2"], ["1"]]));
}

/// Each event with those of the same name, and each of these again: 1,299 rows.
const MANY: &str = "SELECT a.id FROM events a JOIN events b ON a.name = b.name \
                    JOIN events c ON a.name = c.name JOIN events d ON a.name = d.name \
                    JOIN events e ON a.name = e.name";

#[tokio::test]
async fn an_answer_of_more_pages_than_can_be_turned_is_not_kept() {
    let asking = Asking::shop().await;
    let of = |rows: u32| json!({"query": format!("{MANY} LIMIT {rows}"), "pageSize": 1});
    asking.app.stand_in.clear_recorded();
    let refused = asking.call_kept().json(&of(1_000)).send().await;
    insta::assert_snapshot!(refused.shown(), @r#"422 {"error":{"code":"answer_limit","message":"the answer has more than 999 pages: ask for a larger pageSize, or set a LIMIT","requestId":"test-request"}}"#);
    let mut calls = asking.app.stand_in.recorded().into_iter();
    assert!(calls.all(|call| call.action != "BatchWriteItem"));

    let first = ask(&asking, &of(999)).await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let last = cursor.replace(".1.", ".998.");
    let last = ask(&asking, &json!({"cursor": last})).await.json();
    assert_eq!(last["rowCount"], json!(1));
    assert_eq!(last["nextCursor"], Value::Null);
}

#[tokio::test]
async fn who_finds_the_first_page_finds_all_others() {
    let asking = Asking::shop().await;
    asking.app.stand_in.clear_recorded();
    let body = json!({"query": format!("{MANY} LIMIT 120"), "pageSize": 1});
    ask(&asking, &body).await;
    let calls = asking.app.stand_in.recorded().into_iter();
    let mut written: Vec<Vec<String>> = calls
        .filter(|call| call.action == "BatchWriteItem")
        .map(|call| {
            let permissions = call.permissions.into_iter();
            permissions.flat_map(|it| it.partitions).collect()
        })
        .collect();
    let is_first = |partition: &String| partition.ends_with("#0000");
    let last = written.pop().unwrap();
    assert!(last.iter().all(is_first), "{last:?}");
    assert_eq!(written.iter().flatten().count(), 119);
    assert!(!written.iter().flatten().any(is_first));
}

#[tokio::test]
async fn pages_of_other_formats_are_whole_and_say_where_it_goes_on() {
    let asking = Asking::shop().await;
    let body = json!({"query": "SELECT id, name FROM events ORDER BY id LIMIT 3", "pageSize": 2});
    let ask = async |body: &Value| {
        let call = asking.call_kept().header("accept", "text/csv");
        call.json(body).send().await
    };
    let first = ask(&body).await;
    assert_eq!(first.body, "id,name\r\n1,page_view\r\n2,page_view\r\n");
    let next = json!({"cursor": first.headers["weir-next-cursor"]});
    let second = ask(&next).await;
    assert_eq!(second.body, "id,name\r\n3,add_to_cart\r\n");
    assert!(!second.headers.contains_key("weir-next-cursor"));
}

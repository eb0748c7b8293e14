//! What queries answer.

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{Asking, HOUR, NOW};

#[tokio::test]
async fn an_answer_says_what_it_holds_and_what_it_cost() {
    let shop = Asking::shop().await;
    let answer = shop
        .ask("SELECT name, count(*) AS n FROM events GROUP BY name ORDER BY n DESC, name")
        .await;
    let mut body = answer.json();
    assert!(body["durationMs"].is_u64() && body["bytesScanned"].as_u64() > Some(0));
    body["durationMs"] = json!(0);
    body["bytesScanned"] = json!(0);
    assert_snapshot!(body, @r#"{"asOf":1795240800000,"bytesScanned":0,"cached":false,"columns":[{"name":"name","type":"varchar"},{"name":"n","type":"bigint"}],"durationMs":0,"expiresAt":1795241100000,"range":{"from":1794636000000,"to":1795330800000},"rowCount":3,"rows":[["page_view",4],["checkout",3],["add_to_cart",2]],"rowsScanned":9}"#);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn the_text_comes_as_it_is_or_in_base64() {
    let shop = Asking::shop().await;
    let plain = shop
        .post(&json!({"query": "SELECT count(*) FROM events"}))
        .await;
    let encoded = shop
        .post(&json!({"encodedQuery": "U0VMRUNUIGNvdW50KCopIEZST00gZXZlbnRz"}))
        .await;
    assert_eq!(plain.json()["rows"], json!([[9]]));
    assert_eq!(encoded.json()["rows"], json!([[9]]));
}

#[tokio::test]
async fn a_table_has_two_names_and_names_need_neither_quotes_nor_case() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows("select USERID, Count(DISTINCT SessionId) AS Sessions from EVENTSTABLE group by userid order by SESSIONS, userId").await, @r#"
    ["ann",1]
    ["bob",1]
    ["cy",1]
    "#);
    assert_snapshot!(shop.rows(r#"SELECT e."userId", count(*) FROM eventsTable AS e WHERE e.Name = 'checkout' GROUP BY 1 ORDER BY 1"#).await, @r#"
    ["ann",1]
    ["bob",1]
    ["cy",1]
    "#);
}

#[tokio::test]
async fn windows_common_tables_and_joins_work() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows(
        "SELECT id, lag(properties.path) OVER (PARTITION BY userId ORDER BY timestamp), row_number() OVER (ORDER BY timestamp, id) \
         FROM events WHERE name = 'page_view' ORDER BY id"
    ).await, @r#"
    ["1",null,1]
    ["2",null,2]
    ["5",null,3]
    ["8","/",4]
    "#);
    let funnel = "WITH viewed AS (SELECT userId, min(timestamp) AS at FROM events WHERE name = 'page_view' GROUP BY userId), \
         added AS (SELECT e.userId, min(e.timestamp) AS at FROM events e JOIN viewed v ON e.userId = v.userId \
                   WHERE e.name = 'add_to_cart' AND e.timestamp > v.at GROUP BY e.userId), \
         bought AS (SELECT e.userId FROM events e JOIN added a ON e.userId = a.userId \
                    WHERE e.name = 'checkout' AND e.timestamp BETWEEN a.at AND a.at + INTERVAL '7' DAY GROUP BY e.userId) \
         SELECT (SELECT count(*) FROM viewed), (SELECT count(*) FROM added), (SELECT count(*) FROM bought)";
    assert_snapshot!(shop.rows(funnel).await, @"[3,2,2]");
    assert_snapshot!(shop.rows("SELECT userId FROM events WHERE name = 'page_view' EXCEPT SELECT userId FROM events WHERE name = 'add_to_cart'").await, @r#"["cy"]"#);
    assert_snapshot!(shop.rows("SELECT name, userId, count(*) FROM events GROUP BY ROLLUP(name, userId) ORDER BY 1, 2 LIMIT 5").await, @r#"
    ["add_to_cart","ann",1]
    ["add_to_cart","bob",1]
    ["add_to_cart",null,2]
    ["checkout","ann",1]
    ["checkout","bob",1]
    "#);
}

#[tokio::test]
async fn time_is_cut_into_hours_and_days_of_a_time_zone() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.rows("SELECT date_trunc('hour', timestamp) AS hour, count(*) FROM events GROUP BY hour ORDER BY hour LIMIT 3").await, @r#"
    ["2026-11-21T01:00:00.000Z",2]
    ["2026-11-21T02:00:00.000Z",1]
    ["2026-11-21T03:00:00.000Z",2]
    "#);
    assert_snapshot!(shop.rows("SELECT date_trunc('day', timestamp AT TIME ZONE 'America/New_York') AS day, count(*) FROM events GROUP BY day ORDER BY day").await, @r#"
    ["2026-11-20T00:00:00.000-05:00",6]
    ["2026-11-21T00:00:00.000-05:00",3]
    "#);
    assert_snapshot!(shop.rows("SELECT extract(hour FROM timestamp), to_unixtime(timestamp), CAST(timestamp AS DATE) FROM events WHERE id = '9'").await, @r#"[6,1795240800.0,"2026-11-21"]"#);
    assert_snapshot!(shop.rows("SELECT date_diff('minute', min(timestamp), max(timestamp)), date_add('month', 1, max(timestamp)), from_unixtime(1795240800.5) FROM events").await, @r#"[300,"2026-12-21T06:00:00.000Z","2026-11-21T06:00:00.500Z"]"#);
}

#[tokio::test]
async fn time_is_compared_with_texts_moments_intervals_and_milliseconds() {
    let shop = Asking::shop().await;
    for condition in [
        "timestamp >= '2026-11-21T04:00:00Z'",
        "timestamp >= TIMESTAMP '2026-11-21 04:00:00'",
        "timestamp >= now() - INTERVAL '2' HOUR",
        "timestamp >= date_add('hour', -2, now())",
        &format!("timestamp >= {}", NOW - 2 * HOUR),
        &format!("{} <= timestamp", NOW - 2 * HOUR),
        &format!(
            "timestamp BETWEEN from_unixtime({}) AND now()",
            (NOW - 2 * HOUR) / 1000
        ),
    ] {
        let answer = shop
            .ask(&format!("SELECT count(*) FROM events WHERE {condition}"))
            .await;
        let body = answer.json();
        assert_eq!(body["rows"], json!([[4]]), "{condition}: {body}");
        assert_eq!(body["rowsScanned"], 4, "{condition}");
        assert_eq!(body["range"]["from"], NOW - 2 * HOUR, "{condition}");
    }
}

#[tokio::test]
async fn only_what_the_conditions_leave_is_read() {
    let shop = Asking::shop().await;
    // One request makes a chunk for each hour: these hours hold no checkout.
    let answer = shop
        .ask("SELECT count(*) FROM events WHERE name IN ('checkout')")
        .await
        .json();
    assert_eq!(
        (&answer["rows"], &answer["rowsScanned"]),
        (&json!([[3]]), &json!(5))
    );
    let answer = shop
        .ask("SELECT count(*) FROM events WHERE timestamp < '2026-11-21T02:00:00Z'")
        .await
        .json();
    assert_eq!(
        (&answer["rows"], &answer["rowsScanned"]),
        (&json!([[2]]), &json!(2))
    );
}

//! The values of the graphs.

use std::time::Duration;

use policy::{ApiKey, KeyKind};
use serde_json::{Value, json};
use testkit::{Fault, Service, TestApp};

use crate::browser::{Browser, app, know};
use crate::markup::text_of;

const DATA: &str = "/dashboard/data/graphs?range=1h";

/// Sends two events that are stored and one that is not, and has the metrics leave.
async fn send_some(app: &TestApp, key: &ApiKey) {
    let events = json!({"events": [
        {"name": "signed_up", "userId": "ann"},
        {"name": "signed_up", "userId": "ben"},
        {"name": "", "userId": "eve"},
    ]});
    let call = app.post("/event/ingest/batch").key(key).json(&events);
    assert_eq!(call.send().await.status, 200);
    app.runtime.flush().await;
}

/// Counts are whole numbers, and so is a sum of times, rounded up: zero means nothing at all.
fn sum(values: &Value) -> u64 {
    let values = values.as_array().unwrap().iter();
    let sum: f64 = values.map(|value| value.as_f64().unwrap_or_default()).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small and positive"
    )]
    let whole = sum.ceil() as u64;
    whole
}

fn calls(app: &TestApp) -> usize {
    let recorded = app.stand_in.recorded();
    let is_read = |action: &str| action == "GetMetricData";
    recorded.iter().filter(|it| is_read(&it.action)).count()
}

#[tokio::test]
async fn what_a_client_sent_a_moment_ago_is_in_both_graphs() {
    let app = app().await;
    let key = app.key(KeyKind::WriteOnly).await;
    app.runtime.flush().await;
    let mut browser = Browser::of_viewer(&app).await;
    // The key was written too.
    let before = sum(&browser.get(DATA).await.json()["databaseWrites"]["writes"]);
    app.clock.advance(Duration::from_secs(3));
    send_some(&app, &key).await;
    let data = browser.get(DATA).await.json();
    let length = data["times"].as_array().unwrap().len();
    assert!((60..=61).contains(&length), "{length}");
    assert_eq!(data["periodSeconds"], 60);
    let (events, writes) = (&data["userEvents"], &data["databaseWrites"]);
    assert_eq!((sum(&events["accepted"]), sum(&events["refused"])), (2, 1));
    // A chunk, and what is kept of the refused event.
    assert!(sum(&writes["writes"]) > before);
    assert!(sum(&writes["units"]) >= 1 && sum(&writes["averageMillis"]) > 0);
    for part in [events, writes] {
        for (name, values) in part.as_object().unwrap() {
            assert_eq!(values.as_array().unwrap().len(), length, "{name}");
        }
    }
}

#[tokio::test]
async fn both_graphs_are_one_call_which_serves_all_who_look_in_the_same_moment() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    for _ in 0..5 {
        assert_eq!(browser.get(DATA).await.status, 200);
    }
    assert_eq!(calls(&app), 1);
    app.clock.advance(Duration::from_secs(3));
    browser.get(DATA).await;
    assert_eq!(calls(&app), 2);
}

#[tokio::test]
async fn the_page_does_not_wait_for_the_values() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let hang = Fault::hang().on_service(Service::CloudWatch);
    app.stand_in.faults().inject(hang);
    let page = browser.get("/dashboard/ingest-api").await;
    assert_eq!((page.status, calls(&app)), (200, 0));
    insta::assert_snapshot!(text_of(&page.body, "main"), @"Ingest API Last 1 h Last 24 h Last 7 d Last 30 d Live The graphs need JavaScript. Show the values as tables , and load the page again for newer ones. User Events What came in, and how long it took to store it. Values as a table Database Writes The load on the database that keeps them. Values as a table Integration Write-Only API Key Settings There is no such key yet. Integration Read & Write API Key Settings There is no such key yet.");
}

#[tokio::test]
async fn without_cloud_watch_the_page_comes_and_the_data_ask_to_try_again() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    let fault = Fault::server_error().on_service(Service::CloudWatch);
    app.stand_in.faults().inject(fault);
    let data = browser.get(DATA).await;
    assert_eq!(data.headers["retry-after"], "2");
    insta::assert_snapshot!(data.shown(), @r#"503 {"error":{"code":"unavailable","message":"CloudWatch does not answer: try again later","requestId":"test-request"}}"#);
    let page = browser.get("/dashboard/ingest-api?tables=yes").await;
    assert_eq!(page.status, 200);
    insta::assert_snapshot!(text_of(&page.body, "[role=alert]"), @"No values: CloudWatch does not answer: try again later.");
}

#[tokio::test]
async fn without_scripts_the_values_come_as_tables() {
    let app = app().await;
    send_some(&app, &app.key(KeyKind::WriteOnly).await).await;
    let mut browser = Browser::of_viewer(&app).await;
    let page = browser.get("/dashboard/ingest-api?tables=yes").await;
    let tables = text_of(&page.body, ".plain");
    assert!(
        tables.starts_with("User Events, values From (UTC) Accepted Refused"),
        "{tables}"
    );
    assert!(tables.contains(" 2 1 "), "{tables}");
    assert!(
        tables.contains("Database Writes, values From (UTC) Writes Write units"),
        "{tables}"
    );
}

#[tokio::test]
async fn nobody_sees_the_values_of_another_workspace() {
    let app = app().await;
    send_some(&app, &app.key(KeyKind::WriteOnly).await).await;
    know(&app, "eve@example.com", &["other:admin"]);
    let mut browser = Browser::open(&app);
    browser.sign_in("eve@example.com").await;
    let data = browser.get(DATA).await.json();
    assert_eq!(sum(&data["userEvents"]["accepted"]), 0);
    assert_eq!(sum(&data["databaseWrites"]["writes"]), 0);
}

#[tokio::test]
async fn signed_out_a_script_is_told_so() {
    let app = app().await;
    let answer = Browser::open(&app).get(DATA).await;
    insta::assert_snapshot!(answer.shown(), @r#"401 {"error":{"code":"signed_out","message":"you are signed out: sign in again","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn each_range_has_its_period_and_no_other_range_exists() {
    let app = app().await;
    let mut browser = Browser::of_viewer(&app).await;
    for (range, seconds) in [("1h", 60), ("24h", 300), ("7d", 3_600), ("30d", 21_600)] {
        let answer = browser
            .get(&format!("/dashboard/data/graphs?range={range}"))
            .await;
        assert_eq!(answer.json()["periodSeconds"], seconds, "{range}");
        let page = browser
            .get(&format!("/dashboard/ingest-api?range={range}"))
            .await;
        assert_eq!(page.status, 200, "{range}");
    }
    let answer = browser.get("/dashboard/data/graphs?range=2h").await;
    insta::assert_snapshot!(answer.shown(), @r#"400 {"error":{"code":"invalid_parameter","message":"range: must be 1h, 24h, 7d or 30d","requestId":"test-request"}}"#);
    let page = browser.get("/dashboard/ingest-api?range=2h").await;
    assert_eq!(page.status, 400);
    insta::assert_snapshot!(text_of(&page.body, "main"), @"This did not work Range: must be 1h, 24h, 7d or 30d. Go to the start page invalid_parameter");
}

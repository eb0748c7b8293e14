//! The formats of answers.

use std::io::Cursor;

use arrow::ipc::reader::StreamReader;
use base64::Engine as _;
use insta::assert_snapshot;
use serde_json::json;
use testkit::Answer;

use crate::support::{Asking, NOW};

const SQL: &str = "SELECT id, name, properties.revenue, timestamp FROM events WHERE name = 'checkout' ORDER BY id";

async fn accept(asking: &Asking, accept: &str, sql: &str) -> Answer {
    asking
        .call()
        .header("accept", accept)
        .json(&json!({"query": sql}))
        .send()
        .await
}

#[tokio::test]
async fn csv_has_a_line_for_each_row_and_no_formula() {
    let asking = Asking::shop().await;
    asking.send(&[json!({"id": "=cmd", "name": "checkout", "userId": "x", "timestamp": NOW, "properties": {"revenue": -5}})]).await;
    let answer = accept(&asking, "text/csv", SQL).await;
    assert_eq!(
        answer.headers["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    assert_snapshot!(answer.body.replace("\r\n", "\n"), @r#"
    id,name,properties.revenue,timestamp
    4,checkout,12.5,2026-11-21T03:00:00.000Z
    7,checkout,30,2026-11-21T05:00:00.000Z
    9,checkout,7.5,2026-11-21T06:00:00.000Z
    "'=cmd",checkout,-5,2026-11-21T06:00:00.000Z
    "#);
}

#[tokio::test]
async fn ndjson_has_an_object_for_each_row() {
    let asking = Asking::shop().await;
    let answer = accept(&asking, "application/x-ndjson", SQL).await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    assert_snapshot!(answer.body, @r#"
    {"id":"4","name":"checkout","properties.revenue":12.5,"timestamp":"2026-11-21T03:00:00.000Z"}
    {"id":"7","name":"checkout","properties.revenue":30,"timestamp":"2026-11-21T05:00:00.000Z"}
    {"id":"9","name":"checkout","properties.revenue":"7.5","timestamp":"2026-11-21T06:00:00.000Z"}
    "#);
}

#[tokio::test]
async fn an_arrow_stream_has_typed_columns() {
    let asking = Asking::shop().await;
    let answer = accept(&asking, "application/vnd.apache.arrow.stream", SQL).await;
    let bytes = base64::prelude::BASE64_STANDARD
        .decode(&answer.body)
        .unwrap();
    let reader = StreamReader::try_new(Cursor::new(bytes), None).unwrap();
    let names: Vec<String> = reader
        .schema()
        .fields()
        .iter()
        .map(|it| format!("{} {}", it.name(), it.data_type()))
        .collect();
    assert_snapshot!(names.join("\n"), @r#"
    id Utf8View
    name Utf8View
    properties.revenue Utf8
    timestamp Timestamp(ms, "UTC")
    "#);
    let rows: usize = reader.map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, 3);
}

#[tokio::test]
async fn a_format_that_there_is_not_is_refused() {
    let asking = Asking::start().await;
    let answer = accept(&asking, "image/png", "SELECT 1").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "invalid_parameter")
    );
}

//! The tables of what machines send.

use insta::assert_snapshot;
use policy::KeyKind;
use serde_json::{Value, json};

use crate::support::{Asking, NOW};

async fn otlp(asking: &Asking, path: &str, body: &Value) {
    let key = asking.app.key(KeyKind::Sensor).await;
    let answer = asking.app.post(path).key(&key).json(body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn nanos(offset_ms: i64) -> String {
    ((NOW - offset_ms) * 1_000_000).to_string()
}

fn resource() -> Value {
    json!({"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]})
}

#[tokio::test]
async fn spans_have_columns_for_their_members() {
    let asking = Asking::start().await;
    let span = |id: &str, name: &str, ms: i64, code: u32| {
        json!({
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id, "name": name, "kind": 2,
            "startTimeUnixNano": nanos(1_000), "endTimeUnixNano": nanos(1_000 - ms),
            "attributes": [{"key": "http.request.method", "value": {"stringValue": "GET"}}],
            "status": {"code": code},
        })
    };
    let spans = json!([
        span("b7ad6b7169203331", "GET /", 125, 0),
        span("b7ad6b7169203332", "GET /x", 40, 2)
    ]);
    let body =
        json!({"resourceSpans": [{"resource": resource(), "scopeSpans": [{"spans": spans}]}]});
    otlp(&asking, "/v1/traces", &body).await;
    assert_snapshot!(asking.rows("SELECT name, traceId, kind, durationMs, statusCode, serviceName, attributes.http.request.method, source, endTime FROM spans ORDER BY durationMs").await, @r#"
    ["GET /x","0af7651916cd43dd8448eb211c80319c",2,40.0,2,"shop","GET","otlp","2026-11-21T05:59:59.040Z"]
    ["GET /","0af7651916cd43dd8448eb211c80319c",2,125.0,null,"shop","GET","otlp","2026-11-21T05:59:59.125Z"]
    "#);
}

#[tokio::test]
async fn logs_and_metric_points_have_columns_for_their_members() {
    let asking = Asking::start().await;
    let record = json!({
        "timeUnixNano": nanos(500), "severityNumber": 9, "severityText": "INFO",
        "body": {"stringValue": "paid"}, "attributes": [{"key": "orderId", "value": {"intValue": "7"}}],
    });
    let body = json!({"resourceLogs": [{"resource": resource(), "scopeLogs": [{"logRecords": [record]}]}]});
    otlp(&asking, "/v1/logs", &body).await;
    assert_snapshot!(asking.rows("SELECT body, message, severityText, severityNumber, attributes.orderId + 1, serviceName FROM logs").await, @r#"["paid",null,"INFO",9,8.0,"shop"]"#);

    let point = |value: f64| json!({"timeUnixNano": nanos(500), "asDouble": value, "attributes": [{"key": "core", "value": {"intValue": "1"}}]});
    let metric =
        json!({"name": "cpu", "unit": "1", "gauge": {"dataPoints": [point(0.5), point(0.25)]}});
    let body = json!({"resourceMetrics": [{"resource": resource(), "scopeMetrics": [{"metrics": [metric]}]}]});
    otlp(&asking, "/v1/metrics", &body).await;
    assert_snapshot!(asking.rows("SELECT name, type, unit, avg(value), max(attributes.core) FROM metricPoints GROUP BY 1, 2, 3").await, @r#"["cpu","gauge","1",0.375,1]"#);
}

#[tokio::test]
async fn every_row_of_every_table_names_its_source_and_key() {
    let shop = Asking::shop().await;
    let log = json!([{"timestamp": NOW, "message": "hello", "level": "info"}]);
    let sensor = shop.app.key(KeyKind::Sensor).await;
    assert_eq!(
        shop.app
            .post("/json/logs")
            .key(&sensor)
            .json(&log)
            .send()
            .await
            .status,
        204
    );
    let writer = shop.app.key(KeyKind::WriteOnly).await;
    let update = json!({"userId": "ann", "properties": {"plan": "pro"}, "timestamp": NOW});
    assert_eq!(
        shop.app
            .post("/profile")
            .key(&writer)
            .json(&update)
            .send()
            .await
            .status,
        204
    );

    let sources = "SELECT source, count(*), count(keyId), count(receivedAt) FROM";
    assert_eq!(
        shop.rows(&format!("{sources} eventsTable GROUP BY 1"))
            .await,
        r#"["userflux",9,9,9]"#
    );
    assert_eq!(
        shop.rows(&format!("{sources} logs GROUP BY 1")).await,
        r#"["jsonLogs",1,1,1]"#
    );
    assert_eq!(
        shop.rows(&format!(
            "SELECT message FROM logs WHERE keyId = '{}'",
            sensor.id()
        ))
        .await,
        r#"["hello"]"#
    );
    assert_eq!(
        shop.rows("SELECT userId, properties.plan, source FROM profiles")
            .await,
        r#"["ann","pro","userflux"]"#
    );
}

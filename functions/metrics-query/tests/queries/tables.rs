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
async fn spans_and_metric_points_are_found_by_their_names() {
    let asking = Asking::start().await;
    let span = |id: &str, name: &str| {
        json!({
            "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id, "name": name, "kind": 2,
            "startTimeUnixNano": nanos(1_000), "endTimeUnixNano": nanos(900),
        })
    };
    let spans = json!([
        span("b7ad6b7169203331", "GET /"),
        span("b7ad6b7169203332", "GET /x")
    ]);
    let body =
        json!({"resourceSpans": [{"resource": resource(), "scopeSpans": [{"spans": spans}]}]});
    otlp(&asking, "/v1/traces", &body).await;
    let gauge = |name: &str| {
        let point = json!({"timeUnixNano": nanos(500), "asDouble": 1.0});
        json!({"name": name, "unit": "1", "gauge": {"dataPoints": [point]}})
    };
    let metrics = json!([gauge("cpu"), gauge("load")]);
    let body = json!({"resourceMetrics": [{"resource": resource(), "scopeMetrics": [{"metrics": metrics}]}]});
    otlp(&asking, "/v1/metrics", &body).await;

    for (table, name) in [("spans", "GET /x"), ("metricPoints", "cpu")] {
        for condition in [
            format!("name = '{name}'"),
            format!("name IN ('{name}', 'other')"),
        ] {
            let sql = format!("SELECT name FROM {table} WHERE {condition}");
            assert_eq!(asking.rows(&sql).await, json!([name]).to_string(), "{sql}");
        }
        let sql = format!("SELECT name FROM {table} WHERE name = 'span' OR name = 'metric'");
        assert_eq!(asking.rows(&sql).await, "", "{sql}");
    }
}

#[tokio::test]
async fn a_bound_on_the_time_has_older_profiles_read_and_no_property_left_out() {
    let asking = Asking::start().await;
    let day = 24 * crate::support::HOUR;
    let writer = asking.app.key(KeyKind::WriteOnly).await;
    for (user, days, properties) in [
        ("imported", 30, json!({"plan": "pro"})),
        ("ann", 3, json!({"plan": "free"})),
        ("ann", 0, json!({"city": "Linz"})),
    ] {
        let update =
            json!({"userId": user, "properties": properties, "timestamp": NOW - days * day});
        let answer = asking.app.post("/profile").key(&writer).json(&update);
        assert_eq!(answer.send().await.status, 204);
    }
    let ask = async |bound: &str| {
        let sql = "SELECT userId, properties.plan, properties.city FROM profiles";
        asking.rows(&format!("{sql} {bound} ORDER BY userId")).await
    };
    let ann = r#"["ann","free","Linz"]"#;
    // The workspace was made today.
    assert_eq!(ask("").await, ann);
    assert_eq!(
        ask("WHERE timestamp > '2026-10-01T00:00:00Z'").await,
        format!("{ann}\n{}", r#"["imported","pro",null]"#)
    );
    assert_eq!(ask("WHERE timestamp > now() - INTERVAL '1' DAY").await, ann);
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

//! Input that is of no use: each a 4xx with its code and position, and nothing of it stored.

use api::{Client, Invocation, Tenant, Weir};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

const DAY: i64 = 24 * 3_600_000;

/// Sends a body as an event, and expects that nothing is stored.
async fn refused(body: impl Into<String>) -> String {
    let tenant = Weir::shared().await.tenant().await;
    let answer = tenant.writer().post_text("/event/ingest", body).await;
    assert_eq!(tenant.chunks().await, 0, "{answer}");
    answer.to_string()
}

/// An event with one member replaced.
fn event_with(member: &str, value: Value) -> String {
    let mut event = serde_json::Map::from_iter([
        ("name".to_owned(), json!("a")),
        ("userId".to_owned(), json!("ann")),
    ]);
    event.insert(member.to_owned(), value);
    Value::Object(event).to_string()
}

#[tokio::test]
async fn malformed_json_is_refused_with_line_and_column() {
    assert_snapshot!(refused("{\n  \"name\": \"a\",\n  \"userId\" \"ann\"\n}").await, @r#"400 {"error":{"code":"invalid_body","message":"line 3, column 12: the text is not valid JSON","requestId":"[id]"}}"#);
    assert_snapshot!(refused(r#"{"name": "a", "userId": "ann""#).await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 29: the JSON text ends too early","requestId":"[id]"}}"#);
    assert_snapshot!(refused(r#"{"name": "a", "userId": "ann"} {}"#).await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 32: the text is not valid JSON","requestId":"[id]"}}"#);
    assert_snapshot!(refused("").await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1: the body is empty","requestId":"[id]"}}"#);
    assert_snapshot!(refused("[]").await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1: must be an object, not an array","requestId":"[id]"}}"#);
    assert_snapshot!(refused(r#"["id", "name", 1795229788987, "ann"]"#).await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1: must be an object, not an array","requestId":"[id]"}}"#);
    assert_snapshot!(refused("null").await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1: must be an object, not null","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn a_member_of_the_wrong_type_is_refused_with_its_path() {
    assert_snapshot!(refused(event_with("name", json!(7))).await, @r#"400 {"error":{"code":"invalid_event","message":"name: must be a string, not a number","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"name","message":"must be a string, not a number"}]}"#);
    assert_snapshot!(refused(event_with("userId", json!(["ann"]))).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: must be a string, not an array","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"userId","message":"must be a string, not an array"}]}"#);
    assert_snapshot!(refused(event_with("anonymousId", json!({}))).await, @r#"400 {"error":{"code":"invalid_event","message":"anonymousId: must be a string, not an object","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"anonymousId","message":"must be a string, not an object"}]}"#);
    assert_snapshot!(refused(event_with("id", json!(1))).await, @r#"400 {"error":{"code":"invalid_event","message":"id: must be a string, not a number","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"id","message":"must be a string, not a number"}]}"#);
    assert_snapshot!(refused(event_with("sessionId", json!(true))).await, @r#"400 {"error":{"code":"invalid_event","message":"sessionId: must be a string, not a boolean","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"sessionId","message":"must be a string, not a boolean"}]}"#);
    assert_snapshot!(refused(event_with("externalId", json!(0.5))).await, @r#"400 {"error":{"code":"invalid_event","message":"externalId: must be a string, not a number","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"externalId","message":"must be a string, not a number"}]}"#);
    assert_snapshot!(refused(event_with("timestamp", json!("2026-11-21"))).await, @r#"400 {"error":{"code":"invalid_event","message":"timestamp: must be a number, not a string","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"timestamp","message":"must be a number, not a string"}]}"#);
    assert_snapshot!(refused(event_with("properties", json!([1]))).await, @r#"400 {"error":{"code":"invalid_event","message":"properties: must be an object","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"properties","message":"must be an object"}]}"#);
    assert_snapshot!(refused(event_with("deviceData", json!("phone"))).await, @r#"400 {"error":{"code":"invalid_event","message":"deviceData: must be an object","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"deviceData","message":"must be an object"}]}"#);
}

#[tokio::test]
async fn an_event_without_a_name_is_refused() {
    assert_snapshot!(refused(r#"{"userId": "ann"}"#).await, @r#"400 {"error":{"code":"invalid_event","message":"name: is missing","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"name","message":"is missing"}]}"#);
    assert_snapshot!(refused(event_with("name", json!(null))).await, @r#"400 {"error":{"code":"invalid_event","message":"name: is missing","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"name","message":"is missing"}]}"#);
    assert_snapshot!(refused(event_with("name", json!(""))).await, @r#"400 {"error":{"code":"invalid_event","message":"name: must not be empty","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"name","message":"must not be empty"}]}"#);
    assert_snapshot!(refused(event_with("name", json!("x".repeat(129)))).await, @r#"400 {"error":{"code":"invalid_event","message":"name: must be at most 128 characters","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"name","message":"must be at most 128 characters"}]}"#);
}

#[tokio::test]
async fn an_event_with_neither_id_is_refused() {
    assert_snapshot!(refused(r#"{"name": "a"}"#).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: is missing, and so is anonymousId: one is needed","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"userId","message":"is missing, and so is anonymousId: one is needed"}]}"#);
    assert_snapshot!(refused(event_with("userId", json!(null))).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: is missing, and so is anonymousId: one is needed","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"userId","message":"is missing, and so is anonymousId: one is needed"}]}"#);
    assert_snapshot!(refused(event_with("userId", json!(""))).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: must not be empty","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"userId","message":"must not be empty"}]}"#);
    assert_snapshot!(refused(event_with("userId", json!("x".repeat(129)))).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: must be at most 128 characters","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"userId","message":"must be at most 128 characters"}]}"#);
    assert_snapshot!(refused(event_with("id", json!(""))).await, @r#"400 {"error":{"code":"invalid_event","message":"id: must not be empty","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"id","message":"must not be empty"}]}"#);
}

#[tokio::test]
async fn a_time_more_than_ten_years_back_or_a_day_ahead_is_refused() {
    let now = api::now().as_millis();
    assert_snapshot!(refused(event_with("timestamp", json!(now - 3_660 * DAY))).await, @r#"400 {"error":{"code":"invalid_event","message":"timestamp: must be milliseconds since 1970, at most 10 years ago and 1 day ahead","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"timestamp","message":"must be milliseconds since 1970, at most 10 years ago and 1 day ahead"}]}"#);
    assert_snapshot!(refused(event_with("timestamp", json!(now + DAY + 60_000))).await, @r#"400 {"error":{"code":"invalid_event","message":"timestamp: must be milliseconds since 1970, at most 10 years ago and 1 day ahead","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"timestamp","message":"must be milliseconds since 1970, at most 10 years ago and 1 day ahead"}]}"#);
    assert_snapshot!(refused(event_with("timestamp", json!(1e300))).await, @r#"400 {"error":{"code":"invalid_event","message":"timestamp: must be milliseconds since 1970, at most 10 years ago and 1 day ahead","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"timestamp","message":"must be milliseconds since 1970, at most 10 years ago and 1 day ahead"}]}"#);
    assert_snapshot!(refused(event_with("timestamp", json!(-1))).await, @r#"400 {"error":{"code":"invalid_event","message":"timestamp: must be milliseconds since 1970, at most 10 years ago and 1 day ahead","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"timestamp","message":"must be milliseconds since 1970, at most 10 years ago and 1 day ahead"}]}"#);
}

#[tokio::test]
async fn a_time_just_within_ten_years_back_or_a_day_ahead_is_accepted() {
    let tenant = Weir::shared().await.tenant().await;
    let now = api::now().as_millis();
    for timestamp in [now - 3_649 * DAY, now + DAY - 60_000] {
        let event = json!({"name": "a", "userId": "ann", "timestamp": timestamp});
        assert_eq!(tenant.track(&event).await.status, 204);
    }
}

fn nested(depth: usize) -> String {
    let (open, close) = (r#"{"a":"#.repeat(depth), "}".repeat(depth));
    format!(r#"{{"name":"a","userId":"ann","properties":{open}1{close}}}"#)
}

#[tokio::test]
async fn nesting_deeper_than_64_levels_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(tenant.writer().post_text("/event/ingest", nested(64)).await, @"204");
    assert_snapshot!(refused(nested(65)).await, @r#"400 {"error":{"code":"invalid_event","message":"properties: is nested deeper than 64 levels","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"properties","message":"is nested deeper than 64 levels"}]}"#);
    assert_snapshot!(refused(nested(10_000)).await, @r#"400 {"error":{"code":"invalid_event","message":"properties: is nested deeper than 64 levels","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"properties","message":"is nested deeper than 64 levels"}]}"#);
    let open = "[".repeat(1_000_000);
    assert_snapshot!(refused(open).await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1000000: the JSON text ends too early","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn nesting_in_a_member_that_is_ignored_does_no_harm() {
    let tenant = Weir::shared().await.tenant().await;
    for depth in [65, 10_000, 500_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let event = format!(r#"{{"name":"a","userId":"ann","unknown":{open}{close}}}"#);
        let answer = tenant.writer().post_text("/event/ingest", event).await;
        assert!([204, 400].contains(&answer.status), "{depth}: {answer}");
    }
}

#[tokio::test]
async fn a_text_that_cannot_be_read_is_refused_with_its_path() {
    assert_snapshot!(refused(r#"{"name":"a","userId":"\ud800"}"#).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: is not a string that can be read: an escape or the range is wrong","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"userId","message":"is not a string that can be read: an escape or the range is wrong"}]}"#);
    assert_snapshot!(refused(r#"{"name":"a\u0000b","userId":"ann"}"#).await, @r#"400 {"error":{"code":"invalid_event","message":"name: must not contain a control character","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"name","message":"must not contain a control character"}]}"#);
    assert_snapshot!(refused(r#"{"name":"a","userId":"ann","name":"b"}"#).await, @r#"400 {"error":{"code":"invalid_event","message":"names one of its members twice","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"","message":"names one of its members twice"}]}"#);
}

async fn invoked(tenant: &Tenant<'_>, invocation: Invocation) -> String {
    tenant
        .client()
        .invoke(&invocation.key(&tenant.write_only.text))
        .await
        .to_string()
}

#[tokio::test]
async fn invalid_utf_8_is_refused_with_its_position() {
    let tenant = Weir::shared().await.tenant().await;
    let body = [&b"{\"name\":\"a\xff\","[..], b"\"userId\":\"ann\"}"].concat();
    let invocation = Invocation::post_bytes("/event/ingest", body);
    assert_snapshot!(invoked(&tenant, invocation).await, @r#"400 {"error":{"code":"invalid_body","message":"byte 10: not UTF-8","requestId":"[id]"}}"#);
    assert_eq!(tenant.chunks().await, 0);
}

#[tokio::test]
async fn an_unknown_encoding_or_media_type_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    let event = event_with("id", json!("e1"));
    let encoded = Invocation::post("/event/ingest", &*event).header("content-encoding", "br");
    assert_snapshot!(invoked(&tenant, encoded).await, @r#"415 {"error":{"code":"unsupported_encoding","message":"the Content-Encoding must be gzip, zstd or identity","requestId":"[id]"}}"#);
    let twice = Invocation::post("/event/ingest", &*event).header("content-encoding", "gzip, gzip");
    assert_snapshot!(invoked(&tenant, twice).await, @r#"415 {"error":{"code":"unsupported_encoding","message":"the Content-Encoding must be gzip, zstd or identity","requestId":"[id]"}}"#);
    let form = Invocation::post("/event/ingest", &*event)
        .header("content-type", "application/x-www-form-urlencoded");
    assert_snapshot!(invoked(&tenant, form).await, @r#"415 {"error":{"code":"unsupported_media_type","message":"the Content-Type must be application/json or text/plain","requestId":"[id]"}}"#);
    assert_eq!(tenant.chunks().await, 0);
}

async fn post(client: &Client, path: &str, body: String) -> String {
    client.post_text(path, body).await.to_string()
}

#[tokio::test]
async fn a_body_of_more_than_4_mb_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    let body = format!("{}{}", event_with("id", json!("e1")), " ".repeat(4 << 20));
    assert_snapshot!(post(&tenant.writer(), "/event/ingest", body.clone()).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 4 MB as sent","requestId":"[id]"}}"#);
    assert_snapshot!(post(&tenant.writer(), "/event/ingest/batch", body.clone()).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 4 MB as sent","requestId":"[id]"}}"#);
    assert_snapshot!(post(&tenant.writer(), "/profile", body).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 4 MB as sent","requestId":"[id]"}}"#);
    assert_eq!(tenant.chunks().await, 0);
}

#[tokio::test]
async fn an_event_of_more_than_256_kb_is_refused_and_its_neighbours_are_stored() {
    let tenant = Weir::shared().await.tenant().await;
    let large = json!({"text": "x".repeat(256 * 1024)});
    let large = json!({"id": "e2", "name": "a", "userId": "ann", "properties": large});
    assert_snapshot!(tenant.track(&large).await, @r#"413 {"error":{"code":"too_large","message":"the event is larger than 256 KB","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"id":"e2","code":"too_large","path":"","message":"is larger than 256 KB"}]}"#);
    let good = json!({"id": "e1", "name": "a", "userId": "ann"});
    assert_snapshot!(tenant.batch(&[good, large]).await, @r#"200 {"accepted":1,"refused":[{"index":1,"id":"e2","code":"too_large","path":"events[1]","message":"is larger than 256 KB"}]}"#);
    assert_eq!(tenant.timeline_of("ann", 1).await.texts("id"), ["e1"]);
}

#[tokio::test]
async fn a_batch_of_1001_events_is_refused_whole() {
    let tenant = Weir::shared().await.tenant().await;
    let events = vec![json!({"name": "a", "userId": "ann"}); 1_001];
    assert_snapshot!(tenant.batch(&events).await, @r#"413 {"error":{"code":"too_large","message":"events[1000]: a batch may have at most 1000 events","requestId":"[id]"}}"#);
    assert_eq!(tenant.chunks().await, 0);
}

#[tokio::test]
async fn a_batch_that_is_no_batch_is_refused_with_its_path() {
    let tenant = Weir::shared().await.tenant().await;
    let send = async |body: Value| {
        tenant
            .writer()
            .post("/event/ingest/batch", &body)
            .await
            .to_string()
    };
    assert_snapshot!(send(json!({})).await, @r#"400 {"error":{"code":"invalid_body","message":"events: is missing","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!({"events": null})).await, @r#"400 {"error":{"code":"invalid_body","message":"events: is missing","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!({"events": {"name": "a"}})).await, @r#"400 {"error":{"code":"invalid_body","message":"events: must be an array, not an object","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!({"events": [["e1", "a", 1, "ann"]]})).await, @r#"400 {"error":{"code":"invalid_event","message":"events[0]: must be an object, not an array","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"events[0]","message":"must be an object, not an array"}]}"#);
    assert_snapshot!(send(json!([{"name": "a", "userId": "ann"}])).await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1: must be an object, not an array","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn a_profile_update_is_checked_like_an_event() {
    let tenant = Weir::shared().await.tenant().await;
    let send = async |body: Value| tenant.identify(&body).await.to_string();
    assert_snapshot!(send(json!({"properties": {}})).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: is missing, and so is anonymousId: one is needed","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!({"userId": "ann", "properties": "none"})).await, @r#"400 {"error":{"code":"invalid_event","message":"properties: must be an object","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!({"userId": "ann", "timestamp": "now"})).await, @r#"400 {"error":{"code":"invalid_event","message":"timestamp: must be a number, not a string","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!(["e1", "a", 1_795_229_788_987_u64, "ann"])).await, @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 1: must be an object, not an array","requestId":"[id]"}}"#);
    assert_snapshot!(send(json!({"userId": 5})).await, @r#"400 {"error":{"code":"invalid_event","message":"userId: must be a string, not a number","requestId":"[id]"}}"#);
    assert_eq!(tenant.profile("ann").await.status, 404);
}

#[tokio::test]
async fn an_answer_never_repeats_a_value_that_was_sent() {
    let tenant = Weir::shared().await.tenant().await;
    for body in [
        r#"{"name": "a", "userId": "ann", "timestamp": "hunter2"}"#,
        r#"{"name": "a", "userId": "ann", "properties": "hunter2"}"#,
        r#"{"name": "a", "userId": "ann", "properties": {hunter2}}"#,
        r#"{"name": {"hunter2": 1}, "userId": "ann"}"#,
    ] {
        let answer = tenant.writer().post_text("/event/ingest", body).await;
        assert_eq!(answer.status, 400, "{body}: {answer}");
        assert!(!answer.body.contains("hunter2"), "{body}: {answer}");
    }
}

#[tokio::test]
async fn a_path_or_method_that_does_not_exist_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(invoked(&tenant, Invocation::post("/event", "{}")).await, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"[id]"}}"#);
    assert_snapshot!(invoked(&tenant, Invocation::new("GET", "/event/ingest")).await, @r#"405 {"error":{"code":"method_not_allowed","message":"this path does not take this method","requestId":"[id]"}}"#);
    let profile = Invocation::post("/profile/ann", "{}").function("profiles");
    assert_snapshot!(invoked(&tenant, profile).await, @r#"405 {"error":{"code":"method_not_allowed","message":"this path does not take this method","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn what_is_no_event_of_the_gateway_leaves_the_function_serving() {
    let tenant = Weir::shared().await.tenant().await;
    for event in [
        json!({}),
        json!([]),
        json!("x"),
        json!({"version": "2.0", "headers": 5}),
    ] {
        let (status, _) = tenant.client().invoke_raw("ingest", &event).await;
        assert!(status == 200 || status == 500, "{event}: {status}");
    }
    // As many as there are processes of the function, and one more.
    for _ in 0..4 {
        let answer = tenant.track(&json!({"name": "a", "userId": "ann"})).await;
        assert_eq!(answer.status, 204, "{answer}");
    }
}

#[tokio::test]
async fn no_body_at_all_is_refused() {
    let tenant = Weir::shared().await.tenant().await;
    for path in ["/event/ingest", "/event/ingest/batch", "/profile"] {
        let request = tenant.writer().request(Method::POST, path);
        let answer = tenant.writer().send(request).await;
        assert!((400..=415).contains(&answer.status), "{path}: {answer}");
    }
}

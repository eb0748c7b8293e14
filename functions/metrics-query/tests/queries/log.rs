//! The query log.

use std::time::Duration;

use policy::Role;
use serde_json::{Value, json};

use crate::support::Asking;

const LOG: &str = "/admin/v1/metrics/log";

async fn log(asking: &Asking, parameters: &str) -> Value {
    // What waits for its answer to be sent.
    asking.app.runtime.flush().await;
    let viewer = asking.app.admin_key(Role::Viewer).await;
    let call = asking.to("GET", &format!("{LOG}{parameters}")).key(&viewer);
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn every_query_is_told_with_its_source_and_what_it_took() {
    let asking = Asking::shop().await;
    let count = json!({"query": "SELECT count(*) FROM events"});
    for _ in 0..3 {
        asking.call_kept().json(&count).send().await;
    }
    asking.app.clock.advance(Duration::from_secs(1));
    asking.ask("SELECT nme FROM events").await;
    let log = log(&asking, "").await;
    let overall = &log["overall"];
    let figures = ["runs", "cached", "failed", "rows"].map(|name| overall[name].as_u64().unwrap());
    assert_eq!(figures, [4, 2, 1, 3]);
    assert!(overall["bytesScanned"].as_u64() > Some(0));
    let times = ["p50Ms", "p90Ms", "p99Ms"].map(|name| overall[name].as_f64().unwrap());
    assert!(times[0] > 0.0 && times.is_sorted(), "{times:?}");
    let shown: Vec<_> = log["queries"].as_array().unwrap().iter().collect();
    assert_eq!(shown.len(), 2);
    assert_eq!(
        shown[0]["sql"],
        json!("SELECT nme FROM events"),
        "what ran last"
    );
    let members = ["sql", "source", "runs", "cached", "metricId"].map(|name| &shown[1][name]);
    let counted = [
        json!("SELECT count(*) FROM events"),
        json!("ad_hoc"),
        json!(3),
        json!(2),
        Value::Null,
    ];
    assert_eq!(members, counted.each_ref());
}

#[tokio::test]
async fn a_saved_metric_is_told_by_its_id_and_values_of_variables_are_not() {
    let asking = Asking::shop().await;
    let editor = asking.app.admin_key(Role::Editor).await;
    let metric = json!({
        "name": "Of a user", "sql": "SELECT count(*) FROM events WHERE userId = '@{user}'",
        "variables": [{"name": "user", "type": "text"}],
    });
    let call = asking.to("POST", "/admin/v1/metrics").key(&editor);
    let id = call.json(&metric).send().await.json()["id"].clone();
    let path = format!("/metrics/query/{}", id.as_str().unwrap());
    let call = asking.to("POST", &path).key(&asking.key);
    let body = json!({"variables": {"user": "ann"}});
    assert_eq!(call.json(&body).send().await.json()["rows"], json!([[4]]));
    let log = log(&asking, "").await;
    let query = &log["queries"][0];
    assert_eq!(
        (&query["metricId"], &query["source"]),
        (&id, &json!("saved"))
    );
    assert_eq!(query["sql"], metric["sql"], "the text, without the values");
}

#[tokio::test]
async fn a_span_of_time_is_told_of_and_a_log_that_fails_fails_no_answer() {
    let asking = Asking::shop().await;
    asking.ask("SELECT 1").await;
    asking.app.clock.advance(Duration::from_hours(48));
    asking.ask("SELECT 2").await;
    let now = event::Clock::now(&*asking.app.clock).as_millis();
    let of_last_day = log(&asking, "").await;
    assert_eq!(of_last_day["overall"]["runs"], json!(1));
    let all = log(&asking, &format!("?from=0&to={now}")).await;
    assert_eq!(all["overall"]["runs"], json!(2));
    asking.ask("SELECT 3").await;
    let fault = testkit::Fault::server_error().on_action("PutItem");
    asking.app.stand_in.faults().inject(fault);
    asking.app.runtime.flush().await;
    asking.app.stand_in.faults().clear();
    let after = log(&asking, "").await;
    assert_eq!(after["overall"]["runs"], json!(1));
    let viewer = asking.app.admin_key(Role::Viewer).await;
    for parameters in ["?from=2&to=1", "?from=x", "?day=1"] {
        let call = asking.to("GET", &format!("{LOG}{parameters}")).key(&viewer);
        assert_eq!(
            call.send().await.code(),
            "invalid_parameter",
            "{parameters}"
        );
    }
}

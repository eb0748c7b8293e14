//! The metrics of what was just sent, read back from CloudWatch.

use api::{NewKey, Series, Tenant, Weir, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// The metrics, once the functions have sent all of them. A function sends what it has collected
/// with a later request, as on Lambda: preflights are requests that measure nothing.
async fn measured<const N: usize>(
    tenant: &Tenant<'_>,
    series: [Series; N],
    wanted: impl Fn(&[f64]) -> bool,
) -> Vec<f64> {
    let look = || async {
        for _ in 0..3 {
            let client = tenant.client();
            client
                .send(client.request(Method::OPTIONS, "/event/ingest"))
                .await;
        }
        tenant.metrics(&series).await
    };
    eventually(look, |values: &Vec<f64>| wanted(values)).await
}

#[tokio::test]
async fn volume_ingest_time_and_write_throughput_are_those_of_what_was_sent() {
    let tenant = Weir::shared().await.tenant().await;
    let event = |n: i64| json!({"name": "a", "userId": "ann", "timestamp": tenant.ago(n % 1_000)});
    for batch in 0..4 {
        let events: Vec<Value> = (0..25).map(|n| event(batch * 25 + n)).collect();
        assert_eq!(tenant.batch(&events).await.status, 204);
    }
    let series = [
        Series("EventsAccepted", "Sum"),
        Series("EventsRefused", "Sum"),
        Series("IngestTime", "SampleCount"),
        Series("IngestTime", "Average"),
        Series("DatabaseWrites", "Sum"),
        Series("WriteUnits", "Sum"),
        Series("WriteTime", "Average"),
        Series("WriteThrottles", "Sum"),
    ];
    let values = measured(&tenant, series, |values| {
        values[0] >= 100.0 && values[2] >= 4.0
    })
    .await;
    let [
        accepted,
        refused,
        requests,
        ingest_time,
        writes,
        units,
        write_time,
        throttles,
    ] = values[..]
    else {
        panic!("{values:?}");
    };
    assert!(
        (accepted, refused, requests, throttles) == (100.0, 0.0, 4.0, 0.0),
        "{values:?}"
    );
    // Each batch one chunk, unless the hour turned meanwhile; what the projector adds comes on top.
    assert!(writes >= 4.0 && units >= writes, "{values:?}");
    assert!(ingest_time > 0.0 && ingest_time < 5_000.0, "{values:?}");
    assert!(
        write_time > 0.0 && write_time <= ingest_time * 2.0 + 100.0,
        "{values:?}"
    );
}

#[tokio::test]
async fn refused_events_are_counted_and_not_among_the_accepted() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant.issue(NewKey::for_events(&json!(["login"]))).await;
    let events =
        ["login", "logout", "login", "other"].map(|name| json!({"name": name, "userId": "ann"}));
    let client = tenant.client().with_key(&key.text);
    let answer = client
        .post("/event/ingest/batch", &json!({"events": events}))
        .await;
    assert_eq!(answer.status, 200, "{answer}");
    let series = [
        Series("EventsAccepted", "Sum"),
        Series("EventsRefused", "Sum"),
    ];
    let values = measured(&tenant, series, |values| {
        values.iter().all(|value| *value >= 2.0)
    })
    .await;
    assert!(values == [2.0, 2.0], "{values:?}");
}

#[tokio::test]
async fn the_lag_of_the_projector_is_measured() {
    let tenant = Weir::shared().await.tenant().await;
    tenant.track(&json!({"name": "a", "userId": "ann"})).await;
    tenant.timeline_of("ann", 1).await;
    let look = || async {
        // The projector sends what it has collected with a later window.
        tenant.projected().await;
        tenant.metrics(&[Series("ProjectorLag", "Maximum")]).await
    };
    let lag = eventually(look, |values: &Vec<f64>| values[0] > 0.0).await;
    assert!(lag[0] < 60_000.0, "{lag:?}");
}

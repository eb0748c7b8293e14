use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricDatum, MetricStat, ScanBy,
    StandardUnit, StatisticSet,
};
use local::StandIn;

use crate::clients::cloud_watch;

/// The beginning of an hour, two hours ago: whole periods lie before and after.
fn hour() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "CloudWatch goes by the present time"
    )]
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    i64::try_from(now.as_secs()).unwrap() / 3_600 * 3_600 - 7_200
}

fn workspace(name: &str) -> Dimension {
    Dimension::builder().name("Workspace").value(name).build()
}

fn datum(name: &str, time: i64) -> aws_sdk_cloudwatch::types::builders::MetricDatumBuilder {
    let datum = MetricDatum::builder()
        .metric_name(name)
        .dimensions(workspace("w"));
    datum
        .timestamp(DateTime::from_secs(time))
        .unit(StandardUnit::Milliseconds)
}

fn stat(id: &str, name: &str, statistic: &str) -> MetricDataQuery {
    let metric = Metric::builder()
        .namespace("N")
        .metric_name(name)
        .dimensions(workspace("w"));
    let stat = MetricStat::builder()
        .metric(metric.build())
        .period(300)
        .stat(statistic)
        .build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

fn math(id: &str, expression: &str) -> MetricDataQuery {
    MetricDataQuery::builder()
        .id(id)
        .expression(expression)
        .build()
}

async fn get(client: &Client, queries: Vec<MetricDataQuery>) -> Vec<MetricDataResult> {
    let request = client
        .get_metric_data()
        .set_metric_data_queries(Some(queries))
        .start_time(DateTime::from_secs(hour()))
        .end_time(DateTime::from_secs(hour() + 3_600))
        .scan_by(ScanBy::TimestampAscending);
    request.send().await.unwrap().metric_data_results.unwrap()
}

#[tokio::test]
async fn a_compressed_distribution_reads_back_by_statistic() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    // 40 x 150 values are far beyond the 10 KB from which the SDK compresses.
    let mut put = client.put_metric_data().namespace("N");
    for block in 0..40 {
        let values = (0..150).map(|n| f64::from(block * 150 + n + 1));
        let datum = datum("Time", hour() + 60);
        let datum = datum
            .set_values(Some(values.collect()))
            .set_counts(Some(vec![2.0; 150]));
        put = put.metric_data(datum.build());
    }
    put.send().await.unwrap();
    let statistics = [
        "Sum",
        "Average",
        "SampleCount",
        "Minimum",
        "Maximum",
        "p50",
        "p99",
        "tm50",
    ];
    let queries = statistics
        .iter()
        .enumerate()
        .map(|(n, name)| stat(&format!("m{n}"), "Time", name));
    let results = get(&client, queries.collect()).await;
    let values: Vec<f64> = results.iter().map(|result| result.values()[0]).collect();
    assert_eq!(values[..5], [36_006_000.0, 3_000.5, 12_000.0, 1.0, 6_000.0]);
    for (value, expected) in values[5..].iter().zip([3_000.0, 5_940.0, 1_500.5]) {
        assert!(
            (value / expected - 1.0).abs() < 0.006,
            "{value} for {expected}"
        );
    }
    assert_eq!(results[0].timestamps(), [DateTime::from_secs(hour())]);
}

#[tokio::test]
async fn math_goes_point_by_point_over_series_of_one_call() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let put = client.put_metric_data().namespace("N");
    put.metric_data(datum("Good", hour() + 10).value(30.0).build())
        .metric_data(datum("Good", hour() + 310).value(10.0).build())
        .metric_data(datum("Bad", hour() + 299).value(10.0).build())
        .send()
        .await
        .unwrap();
    let results = get(
        &client,
        vec![
            stat("g", "Good", "Sum"),
            stat("b", "Bad", "Sum"),
            stat("none", "None", "Sum"),
            math("share", "100 * b / (g + b)"),
            math("filled", "g - FILL(b, 0) * 2"),
            math("rate", "g / PERIOD(g)"),
            math("all", "SUM(METRICS())"),
            math("part", "g / SUM(g)"),
            math("if", "IF(g > 20, g, -1)"),
            math("diff", "RATE(g)"),
            math("repeat", "FILL(b, REPEAT) + 0 * FILL(g, 0)"),
        ],
    )
    .await;
    let values = |id: &str| {
        results
            .iter()
            .find(|result| result.id() == Some(id))
            .unwrap()
            .values()
            .to_vec()
    };
    assert_eq!(values("g"), [30.0, 10.0]);
    assert_eq!(values("none"), [0.0; 0]);
    assert_eq!(values("share"), [25.0]);
    assert_eq!(values("filled"), [10.0, 10.0]);
    assert_eq!(values("rate"), [0.1, 10.0 / 300.0]);
    assert_eq!(values("all"), [40.0, 10.0]);
    assert_eq!(values("part"), [0.75, 0.25]);
    assert_eq!(values("if"), [30.0, -1.0]);
    assert_eq!(values("diff"), [-20.0 / 300.0]);
    assert_eq!(values("repeat"), [10.0; 12]);
}

#[tokio::test]
async fn a_metric_is_its_name_with_exactly_its_dimensions_and_unit() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    client
        .put_metric_data()
        .namespace("N")
        .metric_data(datum("Time", hour()).value(1.0).build())
        .metric_data(
            datum("Time", hour())
                .unit(StandardUnit::Seconds)
                .value(5.0)
                .build(),
        )
        .send()
        .await
        .unwrap();
    let sum = |dimension: Option<Dimension>, unit: Option<StandardUnit>| {
        let metric = Metric::builder().namespace("N").metric_name("Time");
        let metric = metric.set_dimensions(dimension.map(|dimension| vec![dimension]));
        let stat = MetricStat::builder()
            .metric(metric.build())
            .period(60)
            .stat("Sum");
        let query = MetricDataQuery::builder()
            .id("m")
            .metric_stat(stat.set_unit(unit).build());
        let (client, query) = (client.clone(), query.build());
        async move { get(&client, vec![query]).await[0].values().to_vec() }
    };
    assert_eq!(sum(None, None).await, [0.0; 0]);
    assert_eq!(sum(Some(workspace("other")), None).await, [0.0; 0]);
    assert_eq!(sum(Some(workspace("w")), None).await, [6.0]);
    assert_eq!(
        sum(Some(workspace("w")), Some(StandardUnit::Seconds)).await,
        [5.0]
    );
    assert_eq!(
        sum(Some(workspace("w")), Some(StandardUnit::Bytes)).await,
        [0.0; 0]
    );
}

#[tokio::test]
async fn pages_of_data_points_add_up() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let mut put = client.put_metric_data().namespace("N");
    for (n, value) in (0..10).zip(1_u8..) {
        put = put.metric_data(datum("A", hour() + n * 300).value(f64::from(value)).build());
        put = put.metric_data(datum("B", hour() + n * 300).value(f64::from(value)).build());
    }
    put.send().await.unwrap();
    let request = client
        .get_metric_data()
        .metric_data_queries(stat("a", "A", "Sum"))
        .metric_data_queries(stat("b", "B", "Sum"))
        .start_time(DateTime::from_secs(hour()))
        .end_time(DateTime::from_secs(hour() + 3_600))
        .max_datapoints(7);
    let mut pages = request.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        for result in page.unwrap().metric_data_results() {
            found.extend(
                result
                    .values()
                    .iter()
                    .map(|value| (result.id().unwrap().to_owned(), *value)),
            );
        }
    }
    // Newest first, unless asked otherwise.
    let falling = (1_u8..=10).rev().map(f64::from);
    let expected = ["a", "b"]
        .iter()
        .flat_map(|id| falling.clone().map(|value| ((*id).to_owned(), value)));
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn statistics_and_the_list_of_metrics_agree_with_the_data() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let set = StatisticSet::builder()
        .sample_count(4.0)
        .sum(10.0)
        .minimum(1.0)
        .maximum(4.0)
        .build();
    client
        .put_metric_data()
        .namespace("N")
        .metric_data(datum("Set", hour()).statistic_values(set).build())
        .metric_data(datum("One", hour()).value(7.0).build())
        .send()
        .await
        .unwrap();
    let statistics = |name: &str| {
        client
            .get_metric_statistics()
            .namespace("N")
            .metric_name(name)
            .dimensions(workspace("w"))
            .start_time(DateTime::from_secs(hour()))
            .end_time(DateTime::from_secs(hour() + 3_600))
            .period(3_600)
            .statistics("Average".into())
            .extended_statistics("p50")
            .send()
    };
    let set = statistics("Set").await.unwrap().datapoints.unwrap();
    assert_eq!(
        (set[0].average(), set[0].extended_statistics()),
        (Some(2.5), None)
    );
    assert_eq!(set[0].unit(), Some(&StandardUnit::Milliseconds));
    let one = statistics("One").await.unwrap().datapoints.unwrap();
    assert_eq!(one[0].extended_statistics().unwrap().get("p50"), Some(&7.0));

    let filter = aws_sdk_cloudwatch::types::DimensionFilter::builder()
        .name("Workspace")
        .build();
    let listed = client
        .list_metrics()
        .namespace("N")
        .dimensions(filter)
        .send()
        .await
        .unwrap();
    let names: Vec<_> = listed
        .metrics()
        .iter()
        .filter_map(Metric::metric_name)
        .collect();
    assert_eq!(names, ["One", "Set"]);
    let other = client
        .list_metrics()
        .namespace("Other")
        .send()
        .await
        .unwrap();
    assert!(other.metrics().is_empty());
}

#[tokio::test]
async fn a_sample_without_a_time_counts_now() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let now = MetricDatum::builder()
        .metric_name("Now")
        .dimensions(workspace("w"))
        .value(3.0);
    client
        .put_metric_data()
        .namespace("N")
        .metric_data(now.build())
        .send()
        .await
        .unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "CloudWatch goes by the present time"
    )]
    let now = SystemTime::now();
    let answer = client
        .get_metric_data()
        .metric_data_queries(stat("m", "Now", "Sum"))
        .start_time((now - Duration::from_mins(10)).into())
        .end_time((now + Duration::from_mins(1)).into())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.metric_data_results()[0].values(), [3.0]);
}

//! What CloudWatch refuses.

use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::error::ProvideErrorMetadata;
use aws_sdk_cloudwatch::operation::put_metric_data::PutMetricDataError;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::builders::MetricDatumBuilder;
use aws_sdk_cloudwatch::types::{Dimension, MetricDataQuery, MetricDatum, StatisticSet};
use local::StandIn;

use crate::clients::cloud_watch;

fn datum() -> MetricDatumBuilder {
    MetricDatum::builder().metric_name("M")
}

fn at(now: SystemTime) -> DateTime {
    DateTime::from(now)
}

async fn refusal(client: &Client, datum: MetricDatumBuilder) -> PutMetricDataError {
    let put = client
        .put_metric_data()
        .namespace("N")
        .metric_data(datum.build());
    put.send().await.unwrap_err().into_service_error()
}

#[tokio::test]
async fn samples_out_of_bounds_are_refused_with_the_code_of_cloud_watch() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    #[expect(
        clippy::disallowed_methods,
        reason = "CloudWatch goes by the present time"
    )]
    let now = SystemTime::now();
    let dimensions = |n: usize| {
        let dimension = |n| {
            Dimension::builder()
                .name(format!("d{n}"))
                .value("v")
                .build()
        };
        Some((0..n).map(dimension).collect())
    };
    let invalid = [
        datum().value(f64::NAN),
        datum().value(f64::INFINITY),
        datum().value(1e200),
        datum()
            .value(1.0)
            .timestamp(at(now - Duration::from_hours(15 * 24))),
        datum()
            .value(1.0)
            .timestamp(at(now + Duration::from_hours(3))),
        datum().value(1.0).set_dimensions(dimensions(31)),
        datum()
            .value(1.0)
            .dimensions(Dimension::builder().name("d").value("").build()),
        datum().value(1.0).storage_resolution(30),
        datum().value(1.0).unit("Furlongs".into()),
        datum().set_values(Some(vec![1.0; 151])),
        datum().values(1.0).counts(1.0).counts(2.0),
        datum().values(1.0).counts(-1.0),
    ];
    for datum in invalid {
        let text = format!("{datum:?}");
        let error = refusal(&client, datum).await;
        assert!(
            error.is_invalid_parameter_value_exception(),
            "{text}: {error:?}"
        );
    }
    let set = StatisticSet::builder()
        .sample_count(1.0)
        .sum(1.0)
        .minimum(1.0)
        .maximum(1.0)
        .build();
    let both = refusal(&client, datum().value(1.0).statistic_values(set)).await;
    assert!(both.is_invalid_parameter_combination_exception());
    assert!(
        refusal(&client, datum())
            .await
            .is_missing_required_parameter_exception()
    );
    client
        .put_metric_data()
        .namespace("N")
        .metric_data(datum().value(-3.0).set_dimensions(dimensions(30)).build())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn one_bad_sample_refuses_its_whole_request() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let put = client.put_metric_data().namespace("N");
    let put = put
        .metric_data(datum().value(1.0).build())
        .metric_data(datum().value(f64::NAN).build());
    assert!(put.send().await.is_err());
    assert!(
        client
            .list_metrics()
            .send()
            .await
            .unwrap()
            .metrics()
            .is_empty()
    );
}

#[tokio::test]
async fn a_request_takes_a_thousand_metrics_and_no_more() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let put = |n: usize| {
        let data = vec![datum().value(1.0).build(); n];
        client
            .put_metric_data()
            .namespace("N")
            .set_metric_data(Some(data))
            .send()
    };
    put(1_000).await.unwrap();
    let error = put(1_001).await.unwrap_err().into_service_error();
    assert!(error.is_invalid_parameter_value_exception());
    let reserved = client
        .put_metric_data()
        .namespace("AWS/X")
        .metric_data(datum().value(1.0).build());
    let error = reserved.send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_parameter_value_exception());
}

#[tokio::test]
async fn queries_that_cannot_be_answered_are_refused() {
    let stand_in = StandIn::memory().await.unwrap();
    let client = cloud_watch(&stand_in);
    let ask = async |queries: &[(&str, &str)], start: i64, end: i64| {
        let mut request = client.get_metric_data();
        for (id, expression) in queries {
            let query = MetricDataQuery::builder()
                .id(*id)
                .expression(*expression)
                .build();
            request = request.metric_data_queries(query);
        }
        let request = request.start_time(DateTime::from_secs(start));
        let answer = request.end_time(DateTime::from_secs(end)).send().await;
        answer
            .unwrap_err()
            .into_service_error()
            .code()
            .map(str::to_owned)
    };
    let refused = Some("ValidationError".to_owned());
    assert_eq!(ask(&[("e", "[METRICS()]")], 600, 600).await, refused);
    assert_eq!(ask(&[("E", "METRICS()")], 0, 600).await, refused);
    assert_eq!(
        ask(&[("e", "METRICS()"), ("e", "METRICS()")], 0, 600).await,
        refused
    );
    assert_eq!(ask(&[("e", "unknown + 1")], 0, 600).await, refused);
    assert_eq!(ask(&[("e", "1 + 1")], 0, 600).await, refused);
    assert_eq!(
        ask(&[("e", "SEARCH('x', 'Sum', 60)")], 0, 600).await,
        refused
    );
    assert_eq!(
        ask(&[("a", "b + 1"), ("b", "a + 1")], 0, 600).await,
        refused
    );
    let long = vec!["e"; 1_000].join("+");
    assert_eq!(
        ask(&[("a", &long), ("e", "METRICS()")], 0, 600).await,
        refused
    );
}

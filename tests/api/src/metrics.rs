//! Metrics as CloudWatch gives them back.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};

use crate::now;

/// Where the metrics of the tests lie.
pub(crate) const NAMESPACE: &str = "Weir/test";

/// A metric of a workspace and a statistic of it, such as `Sum`.
#[derive(Debug, Clone, Copy)]
pub struct Series(pub &'static str, pub &'static str);

impl Series {
    fn query(self, id: String, workspace: &str) -> MetricDataQuery {
        let Self(metric, statistic) = self;
        let metric = Metric::builder()
            .namespace(NAMESPACE)
            .metric_name(metric)
            .dimensions(
                Dimension::builder()
                    .name("Workspace")
                    .value(workspace)
                    .build(),
            )
            .build();
        // One period over the whole range, so that there is one value.
        let stat = MetricStat::builder()
            .metric(metric)
            .period(PERIOD)
            .stat(statistic)
            .build();
        MetricDataQuery::builder().id(id).metric_stat(stat).build()
    }
}

/// Seconds: longer than any run of the tests.
const PERIOD: i32 = 86_400;

/// The values of the series over two days; 0 where nothing was measured.
pub(crate) async fn read(client: &Client, workspace: &str, series: &[Series]) -> Vec<f64> {
    let (period, day) = (i64::from(PERIOD), now().as_secs() / i64::from(PERIOD));
    let ids = (0..series.len()).map(|index| format!("s{index}"));
    let queries = ids
        .zip(series)
        .map(|(id, series)| series.query(id, workspace))
        .collect();
    let answer = client
        .get_metric_data()
        .start_time(DateTime::from_secs((day - 1) * period))
        .end_time(DateTime::from_secs((day + 1) * period))
        .set_metric_data_queries(Some(queries))
        .send()
        .await
        .expect("metric data");
    let value = |index: usize| {
        let id = format!("s{index}");
        let mut results = answer.metric_data_results().iter();
        let result = results.find(|result| result.id() == Some(&id));
        // Around midnight there are two periods: the later one will do for what was just sent.
        result
            .and_then(|result| result.values().iter().copied().reduce(f64::max))
            .unwrap_or(0.0)
    };
    (0..series.len()).map(value).collect()
}

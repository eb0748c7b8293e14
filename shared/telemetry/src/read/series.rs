//! Which statistics make a graph, and their values.

use std::time::Duration;

use aws_sdk_cloudwatch::types::{
    Dimension, Metric as CloudWatchMetric, MetricDataQuery, MetricDataResult, MetricStat,
};
use event::{Timestamp, WorkspaceId};
use serde::Serialize;

use super::Range;
use crate::Namespace;
use crate::metric::{Metric, WORKSPACE};

/// One point of a series. Periods in which nothing happened have none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// The start of the period, in milliseconds since the epoch.
    pub at: Timestamp,
    /// The value of the period, in the unit of the series.
    pub value: f64,
}

/// Both graphs of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Graphs {
    /// How long one point covers.
    #[serde(rename = "periodSeconds", serialize_with = "as_seconds")]
    pub period: Duration,
    /// What came in.
    pub user_events: UserEvents,
    /// What it took to store it.
    pub database_writes: DatabaseWrites,
}

/// The volume of events and the time of the requests that brought them. Points ascend in time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserEvents {
    /// Events stored per period.
    pub accepted: Vec<Point>,
    /// Events refused per period.
    pub refused: Vec<Point>,
    /// The average ingest time, in milliseconds.
    pub average_millis: Vec<Point>,
    /// The median ingest time, in milliseconds.
    pub p50_millis: Vec<Point>,
    /// The ingest time that one request in a hundred exceeds, in milliseconds.
    pub p99_millis: Vec<Point>,
}

/// Writes to the database and their time. Points ascend in time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseWrites {
    /// Writes per period.
    pub writes: Vec<Point>,
    /// Write units consumed per period.
    pub units: Vec<Point>,
    /// Writes throttled per period.
    pub throttles: Vec<Point>,
    /// The average time of a write, in milliseconds.
    pub average_millis: Vec<Point>,
    /// The median time of a write, in milliseconds.
    pub p50_millis: Vec<Point>,
    /// The time of a write that one in a hundred exceeds, in milliseconds.
    pub p99_millis: Vec<Point>,
}

/// A series of a graph: metric and statistic.
#[derive(Debug, Clone, Copy)]
struct Series {
    /// Joins a query with its result.
    id: &'static str,
    metric: Metric,
    statistic: &'static str,
    place: fn(&mut Graphs) -> &mut Vec<Point>,
}

const SERIES: [Series; 11] = {
    const fn series(
        id: &'static str,
        metric: Metric,
        statistic: &'static str,
        place: fn(&mut Graphs) -> &mut Vec<Point>,
    ) -> Series {
        Series {
            id,
            metric,
            statistic,
            place,
        }
    }
    [
        series("accepted", Metric::EventsAccepted, "Sum", |it| {
            &mut it.user_events.accepted
        }),
        series("refused", Metric::EventsRefused, "Sum", |it| {
            &mut it.user_events.refused
        }),
        series("ingest_average", Metric::IngestTime, "Average", |it| {
            &mut it.user_events.average_millis
        }),
        series("ingest_p50", Metric::IngestTime, "p50", |it| {
            &mut it.user_events.p50_millis
        }),
        series("ingest_p99", Metric::IngestTime, "p99", |it| {
            &mut it.user_events.p99_millis
        }),
        series("writes", Metric::DatabaseWrites, "Sum", |it| {
            &mut it.database_writes.writes
        }),
        series("units", Metric::WriteUnits, "Sum", |it| {
            &mut it.database_writes.units
        }),
        series("throttles", Metric::WriteThrottles, "Sum", |it| {
            &mut it.database_writes.throttles
        }),
        series("write_average", Metric::WriteTime, "Average", |it| {
            &mut it.database_writes.average_millis
        }),
        series("write_p50", Metric::WriteTime, "p50", |it| {
            &mut it.database_writes.p50_millis
        }),
        series("write_p99", Metric::WriteTime, "p99", |it| {
            &mut it.database_writes.p99_millis
        }),
    ]
};

pub(super) fn queries(
    namespace: &Namespace,
    workspace: &WorkspaceId,
    range: Range,
) -> Vec<MetricDataQuery> {
    let workspace = Dimension::builder()
        .name(WORKSPACE)
        .value(workspace.as_str())
        .build();
    let period = i32::try_from(range.period().as_secs()).unwrap_or(i32::MAX);
    SERIES
        .into_iter()
        .map(|series| {
            let metric = CloudWatchMetric::builder()
                .namespace(namespace.as_str())
                .metric_name(series.metric.name())
                .dimensions(workspace.clone())
                .build();
            let statistic = MetricStat::builder()
                .metric(metric)
                .period(period)
                .stat(series.statistic)
                .build();
            MetricDataQuery::builder()
                .id(series.id)
                .metric_stat(statistic)
                .build()
        })
        .collect()
}

impl Graphs {
    pub(super) fn collect(range: Range, results: &[MetricDataResult]) -> Self {
        let mut graphs = Self {
            period: range.period(),
            user_events: UserEvents::default(),
            database_writes: DatabaseWrites::default(),
        };
        for series in SERIES {
            let Some(result) = results.iter().find(|result| result.id() == Some(series.id)) else {
                continue;
            };
            let moments = result.timestamps().iter();
            let mut points: Vec<Point> = moments
                .zip(result.values())
                .filter_map(|(moment, &value)| {
                    let at = Timestamp::from_millis(moment.to_millis().ok()?);
                    Some(Point { at, value })
                })
                .collect();
            points.sort_by_key(|point| point.at);
            *(series.place)(&mut graphs) = points;
        }
        graphs
    }
}

fn as_seconds<S: serde::Serializer>(period: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(period.as_secs())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use aws_smithy_types::DateTime;

    use super::*;

    fn hour() -> Range {
        Range::new(Timestamp::from_millis(0), Timestamp::from_millis(3_600_000)).unwrap()
    }

    #[test]
    fn one_call_asks_for_every_series_of_both_graphs() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let mut asked = String::new();
        for query in queries(&Namespace::default(), &workspace, hour()) {
            let stat = query.metric_stat().unwrap();
            let metric = stat.metric().unwrap().metric_name().unwrap();
            let (id, statistic) = (query.id().unwrap(), stat.stat().unwrap());
            let period = stat.period().unwrap();
            writeln!(asked, "{id} = {statistic} of {metric} per {period} s").unwrap();
        }
        insta::assert_snapshot!(asked, @"
        accepted = Sum of EventsAccepted per 60 s
        refused = Sum of EventsRefused per 60 s
        ingest_average = Average of IngestTime per 60 s
        ingest_p50 = p50 of IngestTime per 60 s
        ingest_p99 = p99 of IngestTime per 60 s
        writes = Sum of DatabaseWrites per 60 s
        units = Sum of WriteUnits per 60 s
        throttles = Sum of WriteThrottles per 60 s
        write_average = Average of WriteTime per 60 s
        write_p50 = p50 of WriteTime per 60 s
        write_p99 = p99 of WriteTime per 60 s
        ");
    }

    #[test]
    fn results_find_their_series_by_id_and_ascend_in_time() {
        let result = |id: &str, points: &[(i64, f64)]| {
            MetricDataResult::builder()
                .id(id)
                .set_timestamps(Some(
                    points
                        .iter()
                        .map(|&(at, _)| DateTime::from_secs(at))
                        .collect(),
                ))
                .set_values(Some(points.iter().map(|&(_, value)| value).collect()))
                .build()
        };
        let results = [
            result("write_p99", &[(60, 7.5)]),
            result("accepted", &[(120, 2.0), (60, 1.0)]),
        ];
        let graphs = Graphs::collect(hour(), &results);
        insta::assert_json_snapshot!(graphs, @r#"
        {
          "periodSeconds": 60,
          "userEvents": {
            "accepted": [
              {
                "at": 60000,
                "value": 1.0
              },
              {
                "at": 120000,
                "value": 2.0
              }
            ],
            "refused": [],
            "averageMillis": [],
            "p50Millis": [],
            "p99Millis": []
          },
          "databaseWrites": {
            "writes": [],
            "units": [],
            "throttles": [],
            "averageMillis": [],
            "p50Millis": [],
            "p99Millis": [
              {
                "at": 60000,
                "value": 7.5
              }
            ]
          }
        }
        "#);
    }
}

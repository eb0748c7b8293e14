//! The series of both graphs side by side: one value per period each.

use std::collections::BTreeMap;

use event::Timestamp;
use serde::Serialize;
use telemetry::read::{Graphs, Point, Range};

use super::Span;

/// Both graphs, as the page's scripts take them. All lists are as long as `times`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Columns {
    range: &'static str,
    pub(super) period_seconds: u64,
    /// When CloudWatch said so.
    pub(super) read_at: Timestamp,
    /// The start of each period, in milliseconds since the epoch.
    pub(super) times: Vec<Timestamp>,
    pub(super) user_events: UserEvents,
    pub(super) database_writes: DatabaseWrites,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserEvents {
    pub(super) accepted: Vec<f64>,
    pub(super) refused: Vec<f64>,
    #[serde(flatten)]
    pub(super) time: Time,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DatabaseWrites {
    pub(super) writes: Vec<f64>,
    pub(super) units: Vec<f64>,
    pub(super) throttles: Vec<f64>,
    #[serde(flatten)]
    pub(super) time: Time,
}

/// Milliseconds; none in a period in which nothing was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Time {
    #[serde(rename = "averageMillis")]
    pub(super) average: Vec<Option<f64>>,
    #[serde(rename = "p50Millis")]
    pub(super) p50: Vec<Option<f64>>,
    #[serde(rename = "p99Millis")]
    pub(super) p99: Vec<Option<f64>>,
}

impl Columns {
    pub(super) fn new(span: Span, range: Range, graphs: &Graphs, read_at: Timestamp) -> Self {
        let times: Vec<_> =
            std::iter::successors(Some(range.from()), |at| Some(at.plus(range.period())))
                .take_while(|at| *at < range.to())
                .collect();
        // Where nothing happened, nothing came in; how long that took nobody can say.
        let counts = |points| values(&times, points, |value| value.unwrap_or(0.0));
        let times_of = |points| values(&times, points, |value| value);
        let (events, writes) = (&graphs.user_events, &graphs.database_writes);
        Self {
            range: span.as_str(),
            period_seconds: range.period().as_secs(),
            read_at,
            user_events: UserEvents {
                accepted: counts(&events.accepted),
                refused: counts(&events.refused),
                time: Time {
                    average: times_of(&events.average_millis),
                    p50: times_of(&events.p50_millis),
                    p99: times_of(&events.p99_millis),
                },
            },
            database_writes: DatabaseWrites {
                writes: counts(&writes.writes),
                units: counts(&writes.units),
                throttles: counts(&writes.throttles),
                time: Time {
                    average: times_of(&writes.average_millis),
                    p50: times_of(&writes.p50_millis),
                    p99: times_of(&writes.p99_millis),
                },
            },
            times,
        }
    }
}

fn values<T>(times: &[Timestamp], points: &[Point], value: impl Fn(Option<f64>) -> T) -> Vec<T> {
    let by_time: BTreeMap<_, _> = points.iter().map(|point| (point.at, point.value)).collect();
    let values = times.iter().map(|at| value(by_time.get(at).copied()));
    values.collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_period_has_a_value_and_silence_is_no_time() {
        let range = Range::new(
            Timestamp::from_millis(60_000),
            Timestamp::from_millis(200_000),
        )
        .unwrap();
        let point = |at, value| Point {
            at: Timestamp::from_millis(at),
            value,
        };
        let mut graphs = Graphs {
            period: Duration::from_mins(1),
            user_events: telemetry::read::UserEvents::default(),
            database_writes: telemetry::read::DatabaseWrites::default(),
        };
        graphs.user_events.accepted = vec![point(120_000, 7.0)];
        graphs.user_events.average_millis = vec![point(120_000, 2.5)];
        let columns = Columns::new(Span::Hour, range, &graphs, Timestamp::from_millis(200_000));
        let json = serde_json::to_string(&columns).unwrap();
        insta::assert_snapshot!(json, @r#"{"range":"1h","periodSeconds":60,"readAt":200000,"times":[60000,120000,180000],"userEvents":{"accepted":[0.0,7.0,0.0],"refused":[0.0,0.0,0.0],"averageMillis":[null,2.5,null],"p50Millis":[null,null,null],"p99Millis":[null,null,null]},"databaseWrites":{"writes":[0.0,0.0,0.0],"units":[0.0,0.0,0.0],"throttles":[0.0,0.0,0.0],"averageMillis":[null,null,null],"p50Millis":[null,null,null],"p99Millis":[null,null,null]}}"#);
    }
}

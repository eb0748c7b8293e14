//! `PutMetricData`: metrics as calls.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::error::DisplayErrorContext;
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use aws_smithy_types::DateTime;
use event::WorkspaceId;

use crate::distribution::{Distribution, as_f64};
use crate::metric::{Metric, REASON, Unit, WORKSPACE};
use crate::namespace::Namespace;
use crate::recording::{Recording, Recordings, Slot};

/// CloudWatch takes so many data in one call.
const MAX_DATA: usize = 1_000;
/// CloudWatch takes so many values in one datum.
const MAX_VALUES: usize = 150;
/// Values in one call, so that it stays well below 1 MB. One recording always fits:
/// three distributions.
const MAX_VALUES_PER_CALL: usize = 4 * Distribution::MAX_DISTINCT;

/// Sends the recordings; gives back those of the calls that failed.
pub(crate) async fn put(
    client: &Client,
    namespace: &Namespace,
    recordings: Recordings,
) -> Recordings {
    let mut kept = Recordings::new();
    for call in calls(recordings) {
        let data = call.iter().flat_map(|(slot, it)| data(slot, it)).collect();
        let request = client
            .put_metric_data()
            .namespace(namespace.as_str())
            .set_metric_data(Some(data));
        if let Err(error) = request.send().await {
            tracing::warn!(error = %DisplayErrorContext(&error), "metrics could not be sent");
            kept.extend(call);
        }
    }
    kept
}

/// Parts the recordings, none of them in two, so that each part fits into a call.
fn calls(recordings: Recordings) -> Vec<Recordings> {
    let mut calls = Vec::new();
    let mut call = Recordings::new();
    let (mut call_data, mut call_values) = (0, 0);
    for (slot, recording) in recordings {
        let (data, values) = size(&recording);
        if call_data + data > MAX_DATA || call_values + values > MAX_VALUES_PER_CALL {
            calls.push(std::mem::take(&mut call));
            (call_data, call_values) = (0, 0);
        }
        call_data += data;
        call_values += values;
        call.insert(slot, recording);
    }
    calls.push(call);
    calls.retain(|call| !call.is_empty());
    calls
}

/// How many data the recording becomes, and how many values they hold.
fn size(recording: &Recording) -> (usize, usize) {
    let sums = recording.sums().count() + 2 * recording.refused.len();
    recording
        .distributions()
        .fold((sums, sums), |(data, values), (_, it)| {
            (
                data + it.distinct().div_ceil(MAX_VALUES),
                values + it.distinct(),
            )
        })
}

fn dimensions(workspace: &WorkspaceId, reason: Option<&str>) -> Vec<Dimension> {
    let reason = reason.map(|reason| dimension(REASON, reason));
    std::iter::once(dimension(WORKSPACE, workspace.as_str()))
        .chain(reason)
        .collect()
}

fn data(slot: &Slot, recording: &Recording) -> Vec<MetricDatum> {
    let datum = |metric: Metric, reason: Option<&str>| {
        MetricDatum::builder()
            .metric_name(metric.name())
            .unit(match metric.unit() {
                Unit::Count => StandardUnit::Count,
                Unit::Milliseconds => StandardUnit::Milliseconds,
            })
            .timestamp(DateTime::from_millis(slot.minute.as_millis()))
            .set_dimensions(Some(dimensions(&slot.workspace, reason)))
    };
    let mut data: Vec<_> = recording
        .sums()
        .map(|(metric, sum)| datum(metric, None).value(sum).build())
        .collect();
    for (&reason, &events) in &recording.refused {
        for reason in [None, Some(reason)] {
            let value = as_f64(events);
            data.push(datum(Metric::EventsRefused, reason).value(value).build());
        }
    }
    for (metric, distribution) in recording.distributions() {
        let (values, counts): (Vec<_>, Vec<_>) = distribution.values().unzip();
        for (values, counts) in values.chunks(MAX_VALUES).zip(counts.chunks(MAX_VALUES)) {
            data.push(
                datum(metric, None)
                    .set_values(Some(values.to_vec()))
                    .set_counts(Some(counts.to_vec()))
                    .build(),
            );
        }
    }
    data
}

fn dimension(name: &str, value: &str) -> Dimension {
    Dimension::builder().name(name).value(value).build()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::time::Duration;

    use event::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn slot(number: usize) -> Slot {
        let workspace = WorkspaceId::parse(&format!("w{number}")).unwrap();
        Slot::new(&workspace, Timestamp::from_millis(1_795_229_788_987))
    }

    #[test]
    fn sums_are_values_and_times_are_distributions() {
        let mut recording = Recording {
            accepted: 200,
            writes: 2,
            ..Recording::default()
        };
        recording.refused.insert("event_not_allowed", 3);
        recording.ingest_time.record(Duration::from_millis(4));
        recording.ingest_time.record(Duration::from_millis(4));
        let mut text = String::new();
        for datum in data(&slot(1), &recording) {
            let time = datum.timestamp().map(DateTime::as_secs_f64);
            assert_eq!(time, Some(1_795_229_760.0), "the minute's first moment");
            let dimensions: Vec<_> = datum
                .dimensions()
                .iter()
                .map(|it| it.value().unwrap())
                .collect();
            let name = datum.metric_name().unwrap();
            let unit = datum.unit().unwrap();
            let (values, counts) = (datum.values(), datum.counts());
            writeln!(
                text,
                "{name} {dimensions:?} {:?} {values:?} {counts:?} {unit}",
                datum.value()
            )
            .unwrap();
        }
        insta::assert_snapshot!(text, @r#"
        EventsAccepted ["w1"] Some(200.0) [] [] Count
        DatabaseWrites ["w1"] Some(2.0) [] [] Count
        EventsRefused ["w1"] Some(3.0) [] [] Count
        EventsRefused ["w1", "event_not_allowed"] Some(3.0) [] [] Count
        IngestTime ["w1"] None [4.0] [2.0] Milliseconds
        "#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_call_stays_within_the_limits_and_no_recording_is_lost(
            distinct in prop::collection::vec(0_u64..3_000, 1..16),
        ) {
            let recordings: Recordings = distinct
                .iter()
                .enumerate()
                .map(|(number, &distinct)| {
                    let mut recording = Recording { accepted: 1, ..Recording::default() };
                    for micros in 0..distinct {
                        recording.write_time.record(Duration::from_micros(micros));
                    }
                    (slot(number), recording)
                })
                .collect();
            let calls = calls(recordings.clone());
            for call in &calls {
                let data: Vec<_> = call.iter().flat_map(|(slot, it)| data(slot, it)).collect();
                prop_assert!(data.len() <= MAX_DATA);
                prop_assert!(data.iter().all(|datum| datum.values().len() <= MAX_VALUES));
                let values: usize = data.iter().map(|datum| datum.values().len()).sum();
                prop_assert!(values <= MAX_VALUES_PER_CALL);
            }
            let sent: Recordings = calls.into_iter().flatten().collect();
            prop_assert_eq!(sent, recordings);
        }
    }
}

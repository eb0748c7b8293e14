//! CloudWatch's embedded metric format: metrics as log lines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use event::WorkspaceId;
use serde::Serialize;

use crate::distribution::as_f64;
use crate::metric::{Metric, REASON, WORKSPACE};
use crate::namespace::Namespace;
use crate::recording::{Recording, Recordings, Slot};

/// The format allows so many values of a metric in one document.
const MAX_VALUES: usize = 100;

/// One log line.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(rename = "_aws")]
    metadata: Metadata<'a>,
    #[serde(rename = "Workspace")]
    workspace: &'a WorkspaceId,
    #[serde(rename = "Reason", skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(flatten)]
    values: BTreeMap<&'static str, Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    timestamp: i64,
    cloud_watch_metrics: [Directive<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: &'a [&'a [&'static str]],
    metrics: Vec<Definition>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Value {
    Sum(f64),
    #[serde(rename_all = "PascalCase")]
    Distribution {
        values: Vec<f64>,
        counts: Vec<f64>,
    },
}

/// Prints the recordings; gives back those that could not be printed.
pub(crate) fn print(namespace: &Namespace, recordings: Recordings) -> Recordings {
    let mut output = io::stdout().lock();
    recordings
        .into_iter()
        .filter(|(slot, recording)| {
            let lines = lines(namespace, slot, recording);
            // One write for all lines of a recording: either all leave or none.
            if let Err(error) = output
                .write_all(lines.as_bytes())
                .and_then(|()| output.flush())
            {
                tracing::warn!(%error, "metrics could not be printed");
                return true;
            }
            false
        })
        .collect()
}

/// The lines of one workspace and minute, each with its line feed.
fn lines(namespace: &Namespace, slot: &Slot, recording: &Recording) -> String {
    let mut lines = String::new();
    let mut push = |reason: Option<&'static str>, values: Vec<(Metric, Value)>| {
        let line = Line {
            metadata: Metadata {
                timestamp: slot.minute.as_millis(),
                cloud_watch_metrics: [Directive {
                    namespace: namespace.as_str(),
                    dimensions: match reason {
                        // Each reason counts into the workspace's sum as well.
                        Some(_) => &[&[WORKSPACE], &[WORKSPACE, REASON]],
                        None => &[&[WORKSPACE]],
                    },
                    metrics: values
                        .iter()
                        .map(|&(metric, _)| Definition {
                            name: metric.name(),
                            unit: metric.unit().name(),
                        })
                        .collect(),
                }],
            },
            workspace: &slot.workspace,
            reason,
            values: values
                .into_iter()
                .map(|(metric, value)| (metric.name(), value))
                .collect(),
        };
        match serde_json::to_string(&line) {
            Ok(text) => {
                lines.push_str(&text);
                lines.push('\n');
            }
            Err(error) => tracing::warn!(%error, "metrics could not be written as JSON"),
        }
    };

    let mut sums: Vec<_> = recording
        .sums()
        .map(|(metric, sum)| (metric, Value::Sum(sum)))
        .collect();
    let mut parts: Vec<_> = recording
        .distributions()
        .map(|(metric, it)| (metric, it.values()))
        .collect();
    loop {
        let mut line = std::mem::take(&mut sums);
        for (metric, part) in &mut parts {
            let (values, counts): (Vec<_>, Vec<_>) = part.by_ref().take(MAX_VALUES).unzip();
            if !values.is_empty() {
                line.push((*metric, Value::Distribution { values, counts }));
            }
        }
        if line.is_empty() {
            break;
        }
        push(None, line);
    }
    for (&reason, &events) in &recording.refused {
        push(
            Some(reason),
            vec![(Metric::EventsRefused, Value::Sum(as_f64(events)))],
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use event::Timestamp;

    use super::*;

    /// Recorded at 02:56:28.987 of 2026-11-21.
    fn slot() -> Slot {
        let workspace = WorkspaceId::parse("acme").unwrap();
        Slot::new(&workspace, Timestamp::from_millis(1_795_229_788_987))
    }

    fn namespace() -> Namespace {
        Namespace::parse("Weir/dev").unwrap()
    }

    #[test]
    fn a_minute_takes_one_line_with_its_own_time_and_one_more_per_reason() {
        let mut recording = Recording {
            accepted: 200,
            writes: 2,
            ..Recording::default()
        };
        recording.write_units = 27.0;
        recording.refused.insert("event_not_allowed", 3);
        for millis in [4, 4, 12] {
            recording.ingest_time.record(Duration::from_millis(millis));
        }
        insta::assert_snapshot!(lines(&namespace(), &slot(), &recording), @r#"
        {"_aws":{"Timestamp":1795229760000,"CloudWatchMetrics":[{"Namespace":"Weir/dev","Dimensions":[["Workspace"]],"Metrics":[{"Name":"EventsAccepted","Unit":"Count"},{"Name":"DatabaseWrites","Unit":"Count"},{"Name":"WriteUnits","Unit":"Count"},{"Name":"IngestTime","Unit":"Milliseconds"}]}]},"Workspace":"acme","DatabaseWrites":2.0,"EventsAccepted":200.0,"IngestTime":{"Values":[4.0,12.0],"Counts":[2.0,1.0]},"WriteUnits":27.0}
        {"_aws":{"Timestamp":1795229760000,"CloudWatchMetrics":[{"Namespace":"Weir/dev","Dimensions":[["Workspace"],["Workspace","Reason"]],"Metrics":[{"Name":"EventsRefused","Unit":"Count"}]}]},"Workspace":"acme","Reason":"event_not_allowed","EventsRefused":3.0}
        "#);
    }

    #[test]
    fn more_values_than_a_document_takes_go_into_further_lines() {
        let mut recording = Recording::default();
        for micros in 0..250 {
            recording.ingest_time.record(Duration::from_micros(micros));
        }
        for micros in 0..101 {
            recording.write_time.record(Duration::from_micros(micros));
        }
        let sizes: Vec<Vec<usize>> = lines(&namespace(), &slot(), &recording)
            .lines()
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                let size = |metric| line[metric]["Values"].as_array().map_or(0, Vec::len);
                vec![size("IngestTime"), size("WriteTime")]
            })
            .collect();
        assert_eq!(sizes, [[100, 100], [100, 1], [50, 0]]);
    }

    #[test]
    fn nothing_recorded_prints_nothing() {
        assert_eq!(lines(&namespace(), &slot(), &Recording::default()), "");
    }
}

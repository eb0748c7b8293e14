//! The values as a table, for who does not see the graph.

use super::Columns;
use super::columns::Time;

/// A table of one graph, newest period first; periods without anything are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) title: &'static str,
    pub(crate) heads: &'static [&'static str],
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The start of the period, for programs.
    pub(crate) at: String,
    /// The same for people, to the minute.
    pub(crate) minute: String,
    pub(crate) cells: Vec<String>,
}

impl Table {
    /// Those of both graphs.
    pub(crate) fn both(columns: &Columns) -> [Self; 2] {
        let (events, writes) = (&columns.user_events, &columns.database_writes);
        [
            Self {
                title: "User Events",
                heads: &["Accepted", "Refused", "Average ms", "p50 ms", "p99 ms"],
                rows: rows(columns, &[&events.accepted, &events.refused], &events.time),
            },
            Self {
                title: "Database Writes",
                heads: &[
                    "Writes",
                    "Write units",
                    "Throttles",
                    "Average ms",
                    "p50 ms",
                    "p99 ms",
                ],
                rows: rows(
                    columns,
                    &[&writes.writes, &writes.units, &writes.throttles],
                    &writes.time,
                ),
            },
        ]
    }
}

fn rows(columns: &Columns, counts: &[&Vec<f64>], time: &Time) -> Vec<Row> {
    let times = [&time.average, &time.p50, &time.p99];
    let row = |(index, at): (usize, &event::Timestamp)| {
        let counts = counts
            .iter()
            .map(|it| it.get(index).copied().unwrap_or_default());
        let counts: Vec<f64> = counts.collect();
        let times = times.iter().map(|it| it.get(index).copied().flatten());
        let times: Vec<Option<f64>> = times.collect();
        let is_silent =
            counts.iter().all(|count| *count == 0.0) && times.iter().all(Option::is_none);
        let cells = counts.iter().map(f64::to_string);
        let cells = cells.chain(times.into_iter().map(millis));
        let at = at.to_string();
        (!is_silent).then(|| Row {
            // `2026-11-21T06:00` of RFC 3339.
            minute: at.replace('T', " ").chars().take(16).collect(),
            at,
            cells: cells.collect(),
        })
    };
    columns
        .times
        .iter()
        .enumerate()
        .rev()
        .filter_map(row)
        .collect()
}

fn millis(time: Option<f64>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| format!("{time:.1}"))
}

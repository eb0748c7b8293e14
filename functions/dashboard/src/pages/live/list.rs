//! What came in, as rows for people.

use control::{Live, LiveEntry, LiveOutcome, LiveQuery};
use event::{KeyId, Signal, Source, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::words;

/// A row whose event happened longer ago than so says when.
const NOTABLE_AGE_SECS: u64 = 60;

/// Characters of an id that are shown.
const SHORT_ID: usize = 16;

/// Rows, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) rows: Vec<Row>,
    /// What a list without rows means.
    pub(crate) empty: &'static str,
    /// Where newer rows are.
    pub(crate) address: String,
    /// What is not listed, in words; empty where nothing is missing.
    pub(crate) note: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// When it arrived, for programs.
    pub(crate) at: String,
    /// The same for people, to the second, in UTC.
    pub(crate) second: String,
    /// What people call the key.
    pub(crate) key: String,
    /// The event's name.
    pub(crate) name: String,
    pub(crate) accepted: bool,
    /// What it is, or why it was refused and what to do.
    pub(crate) about: String,
}

impl List {
    pub(super) fn new(live: Live, query: &LiveQuery, now: Timestamp) -> Self {
        let is_whole = query.key.is_none() && query.name.is_none();
        let note = match live.unlisted {
            0 => String::new(),
            _ if !is_whole => "Of a second with many events only some are listed.".to_owned(),
            unlisted => format!(
                "About {unlisted} more events of this time were accepted: of a second with many, \
                 only some are listed."
            ),
        };
        Self {
            empty: if is_whole {
                "Nothing came in during the last 24 hours."
            } else {
                "Nothing of that came in during the last 24 hours."
            },
            address: address(query),
            rows: live
                .entries
                .into_iter()
                .map(|entry| Row::new(entry, now))
                .collect(),
            note,
        }
    }
}

fn address(query: &LiveQuery) -> String {
    let key = query.key.as_ref().map_or("", KeyId::as_str);
    let name = query.name.as_deref().unwrap_or_default();
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let rows = query.limit;
    format!("/dashboard/data/live?key={key}&name={name}&rows={rows}")
}

impl Row {
    fn new(entry: LiveEntry, now: Timestamp) -> Self {
        let about = about(&entry, now);
        let key = entry.key_name;
        Self {
            at: entry.at.to_string(),
            second: second(entry.at, now),
            key: key.unwrap_or_else(|| format!("{} (revoked)", entry.key_id)),
            name: entry.name.unwrap_or_else(|| "whole request".to_owned()),
            accepted: matches!(entry.outcome, LiveOutcome::Accepted { .. }),
            about,
        }
    }
}

fn about(entry: &LiveEntry, now: Timestamp) -> String {
    match &entry.outcome {
        LiveOutcome::Refused {
            reason,
            path,
            message,
            address,
        } => words::refused(reason, path, message, *address),
        LiveOutcome::Accepted {
            time,
            id,
            count,
            signal,
            source,
        } => {
            let what = what(*signal, *source, *count);
            let id = short(id);
            if entry.at.since(*time).as_secs() >= NOTABLE_AGE_SECS {
                let happened = second(*time, now);
                format!("{what}, dated {happened}, id {id}")
            } else {
                format!("{what}, id {id}")
            }
        }
    }
}

/// What it is, in words.
fn what(signal: Signal, source: Source, count: u64) -> String {
    let many = |one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let what = match signal {
        Signal::Events => "Event".to_owned(),
        Signal::Profiles => "Profile update".to_owned(),
        Signal::Triggers => "Workflow trigger".to_owned(),
        Signal::Spans => many("span", "spans"),
        Signal::Logs => many("log record", "log records"),
        Signal::MetricPoints => many("data point", "data points"),
    };
    let by = match source {
        Source::Userflux => return what,
        Source::Otlp => "OpenTelemetry",
        Source::Firehose => "Amazon Data Firehose",
        Source::JsonLogs => "JSON logs",
        Source::Rum => "the page snippet",
        Source::Workflow => "a workflow",
    };
    format!("{what} by {by}")
}

/// Enough of an id to tell it from its neighbours.
fn short(id: &str) -> String {
    let start: String = id.chars().take(SHORT_ID).collect();
    if start.len() < id.len() {
        format!("{start}…")
    } else {
        start
    }
}

/// `06:00:07` of today, `2026-11-20 06:00:07` of another day.
fn second(moment: Timestamp, now: Timestamp) -> String {
    let text = moment.to_string().replace('T', " ");
    let skipped = if moment.day() == now.day() { 11 } else { 0 };
    text.chars().take(19).skip(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_240_807_000);

    fn accepted(time: i64, id: &str, signal: Signal, source: Source, count: u64) -> String {
        let entry = LiveEntry {
            at: NOW,
            key_id: KeyId::parse("3fYx9QkLm2Ab").unwrap(),
            key_name: Some("Shop".to_owned()),
            name: Some("buy".to_owned()),
            outcome: LiveOutcome::Accepted {
                time: Timestamp::from_millis(time),
                id: id.to_owned(),
                count,
                signal,
                source,
            },
        };
        let row = Row::new(entry, NOW);
        format!("{} {} {} {}", row.second, row.key, row.name, row.about)
    }

    #[test]
    fn a_row_says_what_came_and_when_it_happened_if_that_is_longer_ago() {
        let now = NOW.as_millis();
        insta::assert_snapshot!(accepted(now - 900, "m-1", Signal::Events, Source::Userflux, 1), @"06:00:07 Shop buy Event, id m-1");
        insta::assert_snapshot!(accepted(now - 90_000, "0123456789abcdef0", Signal::Events, Source::Rum, 1), @"06:00:07 Shop buy Event by the page snippet, dated 05:58:37, id 0123456789abcdef…");
        insta::assert_snapshot!(accepted(now - 86_400_000, "x", Signal::Logs, Source::Otlp, 40), @"06:00:07 Shop buy 40 log records by OpenTelemetry, dated 2026-11-20 06:00:07, id x");
        insta::assert_snapshot!(accepted(now + 5_000, "x", Signal::Spans, Source::Otlp, 1), @"06:00:07 Shop buy 1 span by OpenTelemetry, id x");
    }
}

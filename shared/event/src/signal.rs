//! What kind of thing a chunk holds, and which wire format brought it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The signals of the event log. Each has partitions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Signal {
    /// What users did: UserFlux and RUM events. The only signal that timelines show.
    Events,
    /// Spans of traces.
    Spans,
    /// Log records.
    Logs,
    /// Data points of metrics.
    MetricPoints,
    /// Profile updates.
    Profiles,
    /// Workflow triggers.
    Triggers,
}

impl Signal {
    /// Every signal, in the order of the enum.
    pub const ALL: [Self; 6] = [
        Self::Events,
        Self::Spans,
        Self::Logs,
        Self::MetricPoints,
        Self::Profiles,
        Self::Triggers,
    ];

    /// The name in keys and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Spans => "spans",
            Self::Logs => "logs",
            Self::MetricPoints => "metricPoints",
            Self::Profiles => "profiles",
            Self::Triggers => "triggers",
        }
    }

    /// The signal of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == name)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The wire format an event came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The UserFlux SDKs and whoever speaks like them.
    Userflux,
    /// OpenTelemetry over HTTP.
    Otlp,
    /// Amazon Data Firehose.
    Firehose,
    /// JSON logs.
    JsonLogs,
    /// Real user monitoring.
    Rum,
    /// A workflow's step.
    Workflow,
}

impl Source {
    /// Every source, in the order of the enum; the position is the codec's number and never changes.
    pub const ALL: [Self; 6] = [
        Self::Userflux,
        Self::Otlp,
        Self::Firehose,
        Self::JsonLogs,
        Self::Rum,
        Self::Workflow,
    ];

    /// The name in items and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Userflux => "userflux",
            Self::Otlp => "otlp",
            Self::Firehose => "firehose",
            Self::JsonLogs => "jsonLogs",
            Self::Rum => "rum",
            Self::Workflow => "workflow",
        }
    }

    /// The source of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }

    /// The number in encoded rows.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// The source of that number.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

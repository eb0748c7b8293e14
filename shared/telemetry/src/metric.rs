//! The metrics by name and unit, as they lie in CloudWatch.

/// The dimension every metric has.
pub(crate) const WORKSPACE: &str = "Workspace";
/// The dimension that [`Metric::EventsRefused`] has a second time beside the workspace.
pub(crate) const REASON: &str = "Reason";

/// A metric. The names are public: alarms and dashboards use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Metric {
    EventsAccepted,
    EventsRefused,
    IngestTime,
    DatabaseWrites,
    WriteUnits,
    WriteTime,
    WriteThrottles,
    ProjectorLag,
}

impl Metric {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EventsAccepted => "EventsAccepted",
            Self::EventsRefused => "EventsRefused",
            Self::IngestTime => "IngestTime",
            Self::DatabaseWrites => "DatabaseWrites",
            Self::WriteUnits => "WriteUnits",
            Self::WriteTime => "WriteTime",
            Self::WriteThrottles => "WriteThrottles",
            Self::ProjectorLag => "ProjectorLag",
        }
    }

    pub(crate) const fn unit(self) -> Unit {
        match self {
            Self::EventsAccepted
            | Self::EventsRefused
            | Self::DatabaseWrites
            | Self::WriteUnits
            | Self::WriteThrottles => Unit::Count,
            Self::IngestTime | Self::WriteTime | Self::ProjectorLag => Unit::Milliseconds,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Count,
    Milliseconds,
}

impl Unit {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

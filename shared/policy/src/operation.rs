//! What a request wants to do.

/// An operation that a key's kind allows or not; see [`KeyKind::permits`](crate::KeyKind::permits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Send events.
    SendEvents,
    /// Set properties of a profile, link an anonymous id.
    UpdateProfile,
    /// Read a profile or its timeline.
    ReadProfile,
    /// Delete a profile with its timeline.
    DeleteProfile,
    /// Start a workflow.
    TriggerWorkflow,
    /// Send spans, logs or metric points over OTLP.
    SendOtlp,
    /// Send records as Amazon Data Firehose does.
    SendFirehose,
    /// Send logs as JSON.
    SendJsonLogs,
    /// Send real user monitoring from a browser.
    SendRum,
    /// Read the remote configuration of a sensor.
    ReadRemoteConfig,
    /// Exchange key and client secret for an access token.
    MintToken,
    /// Use the admin API, as the caller's role allows.
    Administer,
    /// Ask with SQL.
    QueryMetrics,
    /// Ask whether Weir is up and the key is good.
    CheckHealth,
}

impl Operation {
    /// Every operation, in the order of the enum.
    pub const ALL: [Self; 14] = [
        Self::SendEvents,
        Self::UpdateProfile,
        Self::ReadProfile,
        Self::DeleteProfile,
        Self::TriggerWorkflow,
        Self::SendOtlp,
        Self::SendFirehose,
        Self::SendJsonLogs,
        Self::SendRum,
        Self::ReadRemoteConfig,
        Self::MintToken,
        Self::Administer,
        Self::QueryMetrics,
        Self::CheckHealth,
    ];

    /// The name in stored counts and answers. It never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendEvents => "sendEvents",
            Self::UpdateProfile => "updateProfile",
            Self::ReadProfile => "readProfile",
            Self::DeleteProfile => "deleteProfile",
            Self::TriggerWorkflow => "triggerWorkflow",
            Self::SendOtlp => "sendOtlp",
            Self::SendFirehose => "sendFirehose",
            Self::SendJsonLogs => "sendJsonLogs",
            Self::SendRum => "sendRum",
            Self::ReadRemoteConfig => "readRemoteConfig",
            Self::MintToken => "mintToken",
            Self::Administer => "administer",
            Self::QueryMetrics => "queryMetrics",
            Self::CheckHealth => "checkHealth",
        }
    }

    /// Whether the request brings something for the event log.
    pub const fn brings_events(self) -> bool {
        match self {
            Self::SendEvents
            | Self::UpdateProfile
            | Self::TriggerWorkflow
            | Self::SendOtlp
            | Self::SendFirehose
            | Self::SendJsonLogs
            | Self::SendRum => true,
            Self::ReadProfile
            | Self::DeleteProfile
            | Self::ReadRemoteConfig
            | Self::MintToken
            | Self::Administer
            | Self::QueryMetrics
            | Self::CheckHealth => false,
        }
    }
}

//! What can be done to a thing, as a closed list.

/// What was done. The names in items and answers never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// A workspace came into being.
    WorkspaceCreated,
    /// The workspace's settings changed.
    SettingsChanged,
    /// A key came into being.
    KeyCreated,
    /// A key's name, tags or expiry changed.
    KeyChanged,
    /// A key's policy changed.
    KeyPolicyChanged,
    /// A key's text was shown.
    KeyRevealed,
    /// A key got a new secret.
    KeyRotated,
    /// A key's previous secret was ended before its time.
    KeyPreviousEnded,
    /// The metrics key got a new client secret.
    ClientSecretRotated,
    /// The metrics key's previous client secret was ended before its time.
    ClientSecretPreviousEnded,
    /// A key was switched off.
    KeyDisabled,
    /// A key was switched on.
    KeyEnabled,
    /// A key was revoked for good.
    KeyRevoked,
    /// A service account came into being.
    ServiceAccountCreated,
    /// A service account's name or role changed.
    ServiceAccountChanged,
    /// A service account went, with its API keys.
    ServiceAccountDeleted,
    /// An API key of a service account came into being.
    ApiKeyCreated,
    /// An API key of a service account was disabled for good.
    ApiKeyRevoked,
    /// The sensors' remote configuration got a new version.
    RemoteConfigChanged,
    /// A saved metric came into being.
    MetricCreated,
    /// A saved metric's name, text or variables changed.
    MetricChanged,
    /// A saved metric went.
    MetricDeleted,
    /// A workflow came into being.
    WorkflowCreated,
    /// A workflow got a new version.
    WorkflowChanged,
    /// A workflow was paused: nothing starts it.
    WorkflowPaused,
    /// A workflow goes on.
    WorkflowResumed,
    /// A workflow's signing secret was replaced.
    WorkflowSecretRotated,
    /// A run was started once more.
    RunRepeated,
    /// A run was ended before its time.
    RunCancelled,
    /// A run that failed goes on.
    RunReplayed,
    /// A destination of webhooks that was paused is sent to again.
    DestinationResumed,
}

impl AuditAction {
    /// Every action, in the order of the enum.
    pub const ALL: [Self; 31] = [
        Self::WorkspaceCreated,
        Self::SettingsChanged,
        Self::KeyCreated,
        Self::KeyChanged,
        Self::KeyPolicyChanged,
        Self::KeyRevealed,
        Self::KeyRotated,
        Self::KeyPreviousEnded,
        Self::ClientSecretRotated,
        Self::ClientSecretPreviousEnded,
        Self::KeyDisabled,
        Self::KeyEnabled,
        Self::KeyRevoked,
        Self::ServiceAccountCreated,
        Self::ServiceAccountChanged,
        Self::ServiceAccountDeleted,
        Self::ApiKeyCreated,
        Self::ApiKeyRevoked,
        Self::RemoteConfigChanged,
        Self::MetricCreated,
        Self::MetricChanged,
        Self::MetricDeleted,
        Self::WorkflowCreated,
        Self::WorkflowChanged,
        Self::WorkflowPaused,
        Self::WorkflowResumed,
        Self::WorkflowSecretRotated,
        Self::RunRepeated,
        Self::RunCancelled,
        Self::RunReplayed,
        Self::DestinationResumed,
    ];

    /// The name in items and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WorkspaceCreated => "workspace.created",
            Self::SettingsChanged => "settings.changed",
            Self::KeyCreated => "key.created",
            Self::KeyChanged => "key.changed",
            Self::KeyPolicyChanged => "key.policy_changed",
            Self::KeyRevealed => "key.revealed",
            Self::KeyRotated => "key.rotated",
            Self::KeyPreviousEnded => "key.previous_ended",
            Self::ClientSecretRotated => "client_secret.rotated",
            Self::ClientSecretPreviousEnded => "client_secret.previous_ended",
            Self::KeyDisabled => "key.disabled",
            Self::KeyEnabled => "key.enabled",
            Self::KeyRevoked => "key.revoked",
            Self::ServiceAccountCreated => "service_account.created",
            Self::ServiceAccountChanged => "service_account.changed",
            Self::ServiceAccountDeleted => "service_account.deleted",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::RemoteConfigChanged => "remote_config.changed",
            Self::MetricCreated => "metric.created",
            Self::MetricChanged => "metric.changed",
            Self::MetricDeleted => "metric.deleted",
            Self::WorkflowCreated => "workflow.created",
            Self::WorkflowChanged => "workflow.changed",
            Self::WorkflowPaused => "workflow.paused",
            Self::WorkflowResumed => "workflow.resumed",
            Self::WorkflowSecretRotated => "workflow.secret_rotated",
            Self::RunRepeated => "run.repeated",
            Self::RunCancelled => "run.cancelled",
            Self::RunReplayed => "run.replayed",
            Self::DestinationResumed => "destination.resumed",
        }
    }

    /// The action of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::AuditAction;

    #[test]
    fn an_action_is_read_back_from_its_name() {
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::parse(action.as_str()), Some(action));
        }
        assert_eq!(AuditAction::parse("key.eaten"), None);
    }
}

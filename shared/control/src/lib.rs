//! Use cases of workspace and key management: what the admin API, the pages and the commands do,
//! whichever of them asks.

mod accounts;
mod advice;
mod audit;
mod bootstrap;
mod by;
mod client_secret;
mod dry_run;
mod error;
mod invalid;
mod keys;
mod live;
mod metrics;
mod query_log;
mod remote_config;
mod runs;
mod settings;
mod usage;
mod words;
mod workflows;

pub use accounts::{AccountDraft, AccountKeyDraft, IssuedAccountKey, ServiceAccounts};
pub use advice::{Advice, KeyAdvice, advice, advice_about};
pub use audit::AuditLog;
pub use bootstrap::{
    Bootstrapped, FirstAdmin, IntegrationKeys, MetricsPair, bootstrap, new_admin_key,
};
pub use by::By;
pub use client_secret::{
    AcceptedClientSecrets, ClientSecretRotation, ClientSecrets, MAX_CLIENT_SECRET_OVERLAP,
    RotatedClientSecret,
};
pub use dry_run::{DRY_RUN_RANGE, PolicyCheck, check_policy};
pub use error::ControlError;
pub use invalid::FieldError;
pub use keys::{
    CreatedKey, KeyDraft, KeyPage, KeyPatch, KeyQuery, KeySort, KeyView, Keys, ListedKey,
    MAX_NAME_CHARS, MAX_OVERLAP, MAX_TAG_CHARS, MAX_TAGS, NewExpiry, ReplacedPolicy, RotatedKey,
    Rotation,
};
pub use live::{LIVE_RANGE, Live, LiveEntry, LiveOutcome, LiveQuery, live};
pub use metrics::{MetricDraft, PlannedMetric, SavedMetrics};
pub use query_log::{MAX_SUMMED_QUERIES, QueryFigures, QueryLog, QuerySummary, SummedQuery};
pub use remote_config::{MAX_CONFIG_BYTES, MAX_CONFIG_NESTING, RemoteConfigs};
pub use runs::Runs;
pub use settings::{Settings, SettingsDraft};
pub use usage::{
    MAX_USAGE_RANGE, Suggestion, Usage, UsageSummary, last_day, refused, suggestions, summaries,
    usage,
};
pub use workflows::{IssuedWorkflow, MAX_WEBHOOK_OVERLAP, Workflows};

//! Use cases of workspace and key management: what the admin API, the pages and the commands do,
//! whichever of them asks.

mod accounts;
mod audit;
mod bootstrap;
mod by;
mod client_secret;
mod dry_run;
mod error;
mod invalid;
mod keys;
mod remote_config;
mod settings;
mod usage;
mod words;

pub use accounts::{AccountDraft, AccountKeyDraft, IssuedAccountKey, ServiceAccounts};
pub use audit::AuditLog;
pub use bootstrap::{
    Bootstrapped, FirstAdmin, IntegrationKeys, MetricsPair, bootstrap, new_admin_key,
};
pub use by::By;
pub use client_secret::{ClientSecrets, MAX_CLIENT_SECRET_OVERLAP, RotatedClientSecret};
pub use dry_run::{DRY_RUN_RANGE, PolicyCheck, check_policy};
pub use error::ControlError;
pub use invalid::FieldError;
pub use keys::{
    CreatedKey, KeyDraft, KeyPage, KeyPatch, KeyQuery, KeySort, KeyView, Keys, ListedKey,
    MAX_NAME_CHARS, MAX_OVERLAP, MAX_TAG_CHARS, MAX_TAGS, NewExpiry, ReplacedPolicy, RotatedKey,
};
pub use remote_config::{MAX_CONFIG_BYTES, MAX_CONFIG_NESTING, RemoteConfigs};
pub use settings::{Settings, SettingsDraft};
pub use usage::{
    MAX_USAGE_RANGE, Suggestion, Usage, UsageSummary, refused, suggestions, summaries, usage,
};

//! Remote configurations as answers show them.

use edge::Problem;
use serde::Serialize;
use serde_json::value::RawValue;
use store::{ConfigVersion, RemoteConfig as Stored};
use utoipa::ToSchema;

use crate::routes::who::Who;

/// A version of the remote configuration, without its content.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RemoteConfigVersion)]
pub(super) struct Version {
    /// Counted from 1; 0 where none was ever set.
    #[serde(rename = "version")]
    number: u64,
    /// When it was set, in milliseconds since 1970.
    created_at: Option<i64>,
    /// Who set it.
    creator: Option<Who>,
    /// The version whose content it has again, where it is a roll-back.
    restored_from: Option<u64>,
}

/// A version of the remote configuration.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RemoteConfig {
    #[serde(flatten)]
    version: Version,
    /// The content, as it was sent; `null` where none was ever set.
    #[schema(value_type = Option<Object>)]
    config: Option<Box<RawValue>>,
}

impl Version {
    pub(super) fn new(version: &ConfigVersion) -> Self {
        Self {
            number: version.version,
            created_at: Some(version.created_at.as_millis()),
            creator: Some(Who::new(&version.creator)),
            restored_from: version.restored_from,
        }
    }
}

impl RemoteConfig {
    /// Where none was ever set.
    pub(super) const fn none() -> Self {
        Self {
            version: Version {
                number: 0,
                created_at: None,
                creator: None,
                restored_from: None,
            },
            config: None,
        }
    }

    pub(super) fn new(stored: Stored) -> Result<Self, Problem> {
        let version = Version::new(&stored.version);
        let config = RawValue::from_string(stored.config).map_err(|_| {
            tracing::error!(
                version = version.number,
                "a remote configuration is not JSON"
            );
            Problem::Internal
        })?;
        Ok(Self {
            version,
            config: Some(config),
        })
    }
}

//! A secret, its versions and their staging labels.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

pub(super) const CURRENT: &str = "AWSCURRENT";
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";

/// Versions kept; beyond it the oldest without a label go.
const MAX_VERSIONS: usize = 100;

/// A secret's value: text, or bytes as base64. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SecretValue {
    Text(String),
    Base64(String),
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Version {
    pub(super) created: f64,
    pub(super) stages: BTreeSet<String>,
    pub(super) value: SecretValue,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Secret {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: Option<String>,
    pub(super) kms_key_id: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) created: f64,
    pub(super) changed: f64,
    #[serde(skip)]
    pub(super) accessed: Option<f64>,
    pub(super) deletion: Option<Deletion>,
    pub(super) versions: BTreeMap<String, Version>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Deletion {
    /// When it was asked for.
    pub(super) asked: f64,
    /// When the secret goes.
    pub(super) due: f64,
}

impl Secret {
    /// Adds a version under the client's token; `false` when it was there already.
    pub(super) fn add_version(
        &mut self,
        token: &str,
        value: SecretValue,
        stages: Option<BTreeSet<String>>,
        now: f64,
    ) -> Result<bool, Refusal> {
        if let Some(there) = self.versions.get(token) {
            if there.value == value {
                return Ok(false);
            }
            return Err(Refusal::new(
                "ResourceExistsException",
                format!(
                    "You can't use ClientRequestToken {token} because that value is already in \
                     use for a version of secret {}.",
                    self.arn
                ),
            ));
        }
        let mut stages = stages.unwrap_or_else(|| BTreeSet::from([CURRENT.to_owned()]));
        if self.versions.is_empty() {
            stages.insert(CURRENT.to_owned());
        }
        let version = Version {
            created: now,
            stages: BTreeSet::new(),
            value,
        };
        self.versions.insert(token.to_owned(), version);
        for stage in stages {
            self.attach(&stage, token);
        }
        self.changed = now;
        self.forget_deprecated();
        Ok(true)
    }

    /// Moves a label to a version; who loses AWSCURRENT becomes AWSPREVIOUS.
    pub(super) fn attach(&mut self, stage: &str, version: &str) {
        let holder = self.version_with(stage).map(|(id, _)| id.to_owned());
        if holder.as_deref() == Some(version) {
            return;
        }
        if let Some(holder) = holder {
            self.detach(stage, &holder);
            if stage == CURRENT {
                self.attach(PREVIOUS, &holder);
            }
        }
        if let Some(version) = self.versions.get_mut(version) {
            version.stages.insert(stage.to_owned());
            if stage == CURRENT {
                version.stages.remove(PREVIOUS);
            }
        }
    }

    pub(super) fn detach(&mut self, stage: &str, version: &str) {
        if let Some(version) = self.versions.get_mut(version) {
            version.stages.remove(stage);
        }
    }

    pub(super) fn version_with(&self, stage: &str) -> Option<(&str, &Version)> {
        let mut versions = self.versions.iter();
        versions.find_map(|(id, version)| {
            version
                .stages
                .contains(stage)
                .then_some((id.as_str(), version))
        })
    }

    fn forget_deprecated(&mut self) {
        while self.versions.len() > MAX_VERSIONS {
            let oldest = self
                .versions
                .iter()
                .filter(|(_, version)| version.stages.is_empty())
                .min_by(|(_, a), (_, b)| a.created.total_cmp(&b.created))
                .map(|(id, _)| id.clone());
            match oldest {
                Some(id) => self.versions.remove(&id),
                None => return,
            };
        }
    }
}

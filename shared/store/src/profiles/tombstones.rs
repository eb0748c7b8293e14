//! The deletions of a workspace, for whoever reads the log.

use std::collections::HashMap;

use event::{ProfileId, Timestamp, WorkspaceId};

use crate::fields::Fields;
use crate::query::Range;
use crate::schema::profiles::{self, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError};

/// Who was deleted when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tombstones(HashMap<ProfileId, Timestamp>);

impl Tombstones {
    /// Whether what was received of the profile at that moment is gone.
    pub fn cover(&self, profile: &ProfileId, received_at: Timestamp) -> bool {
        self.0
            .get(profile)
            .is_some_and(|deleted_at| received_at <= *deleted_at)
    }

    /// Whether nobody was ever deleted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every deleted profile with the time of its last deletion, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&ProfileId, Timestamp)> {
        self.0
            .iter()
            .map(|(profile, deleted_at)| (profile, *deleted_at))
    }
}

impl Store {
    /// The tombstones of a workspace.
    pub async fn tombstones(&self, workspace: &WorkspaceId) -> Result<Tombstones, StoreError> {
        let range = Range {
            pk: profiles::tombstone_partition(workspace),
            from: "a".to_owned(),
            to: "v".to_owned(),
        };
        let table = &self.tables().profiles;
        let operation = "reading the tombstones";
        let items = self
            .query_all(table, &range, Consistency::Strong, operation)
            .await?;
        let mut tombstones = HashMap::with_capacity(items.len());
        for item in &items {
            let fields = Fields::new(item, "tombstone");
            let profile = profiles::tombstone_profile(fields.sk()?);
            let profile = profile.ok_or_else(|| fields.corrupt())?;
            tombstones.insert(profile, fields.moment(attribute::DELETED_AT)?);
        }
        Ok(Tombstones(tombstones))
    }
}

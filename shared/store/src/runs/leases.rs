//! Leases: how much may be sent at the same time, whichever process sends it.
//!
//! A process takes places for as long as a batch may last, and gives them back. What a crash leaves
//! taken is free again when its time is over.

use std::collections::BTreeMap;
use std::time::Duration;

use event::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use workflow::Destination;

use crate::schema::Key;
use crate::schema::runs;
use crate::{Store, StoreError};

const OPERATION: &str = "leasing places to send from";
/// A lease of long ago is of nobody.
const KEPT: Duration = Duration::from_hours(24);

/// Of what places are leased.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeaseOf {
    /// All that a workspace sends.
    Workspace,
    /// What it sends to one destination.
    Destination(Destination),
}

impl LeaseOf {
    fn key(&self, workspace: &WorkspaceId) -> Key {
        match self {
            Self::Workspace => runs::lease(workspace, None),
            Self::Destination(destination) => runs::lease(workspace, Some(destination.as_str())),
        }
    }
}

/// Who has how many places until when.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Leases(BTreeMap<String, (u32, Timestamp)>);

impl Store {
    /// Takes up to `wanted` of `limit` places for `holder` until `until`, in place of those that it
    /// has; says how many it got.
    pub async fn lease(
        &self,
        workspace: &WorkspaceId,
        of: &LeaseOf,
        holder: &str,
        (wanted, limit): (u32, u32),
        (now, until): (Timestamp, Timestamp),
    ) -> Result<u32, StoreError> {
        let key = of.key(workspace);
        let expires_at = now.plus(KEPT);
        let take = |leases: &mut Leases| {
            leases
                .0
                .retain(|other, (_, until)| other != holder && *until > now);
            let taken: u32 = leases.0.values().map(|(places, _)| places).sum();
            let got = wanted.min(limit.saturating_sub(taken));
            if got > 0 {
                leases.0.insert(holder.to_owned(), (got, until));
            }
            (got, got > 0)
        };
        self.change_document(workspace, &key, expires_at, OPERATION, take)
            .await
    }

    /// Gives the places back that `holder` has.
    pub async fn release(
        &self,
        workspace: &WorkspaceId,
        of: &LeaseOf,
        holder: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = of.key(workspace);
        let give_back = |leases: &mut Leases| ((), leases.0.remove(holder).is_some());
        self.change_document(workspace, &key, now.plus(KEPT), OPERATION, give_back)
            .await
    }
}

//! Who stands behind an id: the own item, the links, the items of the linked ids.

use std::collections::HashMap;

use event::{ProfileId, ProfileKind, Timestamp, UserId, WorkspaceId};

use super::document::Document;
use super::edge::Edge;
use super::item::ProfileItem;
use crate::fields::Fields;
use crate::parallel::in_parallel;
use crate::query::Range;
use crate::schema::profiles::{self, EDGE_PREFIX, PROFILE};
use crate::store::Consistency;
use crate::{Store, StoreError};

const OPERATION: &str = "reading a profile";
/// Items of one call: the most that DynamoDB takes.
const BATCH: usize = 100;

/// A user with everyone linked, or a device.
#[derive(Debug)]
pub(crate) struct Identity {
    /// Which of the two.
    pub(crate) kind: ProfileKind,
    /// The own item.
    pub(crate) own: ProfileItem,
    /// The linked anonymous ids, sorted, with their items; none of a device.
    pub(crate) linked: Vec<(ProfileId, ProfileItem)>,
    /// When it was read: what expires until then is gone.
    pub(crate) now: Timestamp,
}

impl Identity {
    /// What was received at or before this moment is gone.
    pub(crate) fn deleted_at(&self) -> Timestamp {
        self.own
            .deleted_at
            .unwrap_or(Timestamp::from_millis(i64::MIN))
    }

    /// Whether anything was ever said about any of the ids.
    pub(crate) fn is_known(&self) -> bool {
        self.own.document.is_some() || self.own.link.is_some() || !self.linked.is_empty()
    }

    /// The documents of all ids as one; `None` where nothing was ever said about any.
    pub(super) fn document(&self) -> Option<Document> {
        if !self.is_known() {
            return None;
        }
        let mut document = self.own.document.clone().unwrap_or_default();
        for (_, item) in &self.linked {
            document.merge(item.document.clone().unwrap_or_default());
        }
        // A deletion may not have reached every linked id yet.
        Some(document.after(self.deleted_at()))
    }
}

impl Store {
    /// The user's item, the links in force, and the items of the linked ids.
    pub(crate) async fn identity(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        let (own, edges) = self.user_items(workspace, user).await?;
        let deleted_at = own.deleted_at;
        let in_force = edges
            .into_iter()
            .filter(|edge| deleted_at.is_none_or(|deleted_at| edge.received_at > deleted_at));
        let linked: Vec<ProfileId> = in_force
            .map(|edge| ProfileId::anonymous(edge.anonymous))
            .collect();
        let mut items = self.items_of(workspace, &linked).await?;
        let linked = linked.into_iter().filter_map(|profile| {
            let item = items.remove(&profiles::partition(workspace, &profile))?;
            // The anonymous id's own word counts: it may have been deleted, and be another user's now.
            let ours = item
                .link
                .as_ref()
                .is_some_and(|(linked_to, _)| linked_to == user);
            ours.then_some((profile, item))
        });
        Ok(Identity {
            kind: ProfileKind::Known,
            linked: linked.collect(),
            own,
            now,
        })
    }

    /// The device's item: what is its own, whether a user has it or not.
    pub(crate) async fn device_identity(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        let device = ProfileId::anonymous(id.clone());
        let mut own = self.profile_item(workspace, &device).await?;
        if let Some((user, linked_at)) = &own.link {
            let user = ProfileId::known(user.clone());
            let user = self.profile_item(workspace, &user).await?;
            // A deletion of the user may not have reached the device yet.
            if let Some(deleted_at) = user.deleted_at.filter(|moment| linked_at <= moment) {
                own.bury(deleted_at);
            }
        }
        Ok(Identity {
            kind: ProfileKind::Anonymous,
            own,
            linked: Vec::new(),
            now,
        })
    }

    /// The profile items by their partitions; missing ones are left out.
    async fn items_of(
        &self,
        workspace: &WorkspaceId,
        ids: &[ProfileId],
    ) -> Result<HashMap<String, ProfileItem>, StoreError> {
        let key = |profile| profiles::profile(workspace, profile);
        let keys = ids.chunks(BATCH).map(|ids| ids.iter().map(key).collect());
        let keys: Vec<Vec<_>> = keys.collect();
        let reads = keys.into_iter().map(|keys| {
            let store = self.clone();
            async move {
                let table = &store.tables().profiles;
                store.get_all(table, keys, OPERATION).await
            }
        });
        let found = in_parallel(reads, OPERATION).await?;
        let mut items = HashMap::with_capacity(ids.len());
        for found in found.iter().flatten() {
            let pk = Fields::new(found, "profile").pk()?;
            items.insert(pk.to_owned(), ProfileItem::from_item(found)?);
        }
        Ok(items)
    }

    /// The user's item and every link recorded with it, stale ones too.
    pub(super) async fn user_items(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<(ProfileItem, Vec<Edge>), StoreError> {
        let range = Range {
            pk: profiles::partition(workspace, &ProfileId::known(user.clone())),
            from: EDGE_PREFIX.to_owned(),
            to: PROFILE.to_owned(),
        };
        let table = &self.tables().profiles;
        let items = self
            .query_all(table, &range, Consistency::Strong, OPERATION)
            .await?;
        let mut profile = ProfileItem::default();
        let mut edges = Vec::new();
        for item in &items {
            if Fields::new(item, "profile").sk()? == PROFILE {
                profile = ProfileItem::from_item(item)?;
            } else {
                edges.push(Edge::from_item(item)?);
            }
        }
        Ok((profile, edges))
    }
}

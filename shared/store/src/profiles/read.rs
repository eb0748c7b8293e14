//! Reading a user: the own item, the links, the items of the linked ids.

use std::collections::HashMap;

use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::document::Document;
use super::edge::Edge;
use super::item::ProfileItem;
use super::{ProfileRead, StoredProfile};
use crate::fields::Fields;
use crate::query::Range;
use crate::schema::profiles::{self, EDGE_PREFIX, PROFILE};
use crate::store::Consistency;
use crate::{Store, StoreError, TimelineQuery};

const OPERATION: &str = "reading a profile";

/// A user and everyone linked with effect.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The user's own item.
    pub(crate) user: ProfileItem,
    /// The linked anonymous ids, sorted, with their items.
    pub(crate) linked: Vec<(ProfileId, ProfileItem)>,
}

impl Identity {
    /// What was received at or before this moment is gone.
    pub(crate) fn deleted_at(&self) -> Timestamp {
        self.user
            .deleted_at
            .unwrap_or(Timestamp::from_millis(i64::MIN))
    }

    /// The documents of all ids as one; `None` where nothing was ever said about any.
    fn document(&self) -> Option<Document> {
        if self.user.document.is_none() && self.linked.is_empty() {
            return None;
        }
        let mut document = self.user.document.clone().unwrap_or_default();
        for (_, item) in &self.linked {
            document.merge(item.document.clone().unwrap_or_default());
        }
        // A deletion may not have reached every linked id yet.
        Some(document.after(self.deleted_at()))
    }
}

impl Store {
    /// The user's profile, merged with those of the linked anonymous ids. Sees every update that
    /// was answered before.
    pub async fn profile(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<ProfileRead, StoreError> {
        let read = self.profile_and_deletion(workspace, user).await?;
        Ok(read.0)
    }

    /// The same, and when the user was last deleted: something may have been received since.
    pub async fn profile_and_deletion(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<(ProfileRead, Option<Timestamp>), StoreError> {
        let identity = self.identity(workspace, user).await?;
        let deleted_at = identity.user.deleted_at;
        Ok((self.shown(workspace, user, identity).await?, deleted_at))
    }

    /// When that very id was last deleted.
    pub async fn deletion(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
    ) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.profile_item(workspace, profile).await?.deleted_at)
    }

    async fn shown(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        identity: Identity,
    ) -> Result<ProfileRead, StoreError> {
        if let Some(document) = identity.document() {
            return Ok(ProfileRead::Found(StoredProfile {
                id: user.clone(),
                anonymous_ids: identity
                    .linked
                    .into_iter()
                    .map(|(profile, _)| profile.id)
                    .collect(),
                external_id: document.external_id(),
                properties: document.properties,
                device_data: document.device,
            }));
        }
        let newest = TimelineQuery {
            limit: 1,
            cursor: None,
            name: None,
        };
        let timeline = self
            .timeline_of(workspace, user, &identity, &newest)
            .await?;
        Ok(if !timeline.entries.is_empty() {
            ProfileRead::OnlyEvents
        } else if identity.user.deleted_at.is_some() {
            ProfileRead::Deleted
        } else {
            ProfileRead::Unknown
        })
    }

    /// The user's item, the links in force, and the items of the linked ids.
    pub(crate) async fn identity(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<Identity, StoreError> {
        let (item, edges) = self.user_items(workspace, user).await?;
        let deleted_at = item.deleted_at;
        let in_force = edges.into_iter().filter(|edge| {
            edge.effective && deleted_at.is_none_or(|deleted_at| edge.received_at > deleted_at)
        });
        let linked: Vec<ProfileId> = in_force
            .map(|edge| ProfileId::anonymous(edge.anonymous))
            .collect();
        let keys = linked
            .iter()
            .map(|profile| profiles::profile(workspace, profile))
            .collect();
        let found = self
            .get_all(&self.tables().profiles, keys, OPERATION)
            .await?;
        let mut items = HashMap::with_capacity(found.len());
        for found in &found {
            let pk = Fields::new(found, "profile").pk()?;
            items.insert(pk.to_owned(), ProfileItem::from_item(found)?);
        }
        let linked = linked.into_iter().filter_map(|profile| {
            let item = items.remove(&profiles::partition(workspace, &profile))?;
            // The anonymous id's own word counts, should the two ever differ.
            let ours = item
                .link
                .as_ref()
                .is_some_and(|(linked_to, _)| linked_to == user);
            ours.then_some((profile, item))
        });
        Ok(Identity {
            linked: linked.collect(),
            user: item,
        })
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

//! Who stands behind an id: the own item, the links, the items of the linked ids.

use std::collections::HashMap;

use event::{ProfileId, ProfileKind, Timestamp, UserId, WorkspaceId};

use super::document::{Document, Unpacked};
use super::edge::Edge;
use super::item::{ProfileItem, ProfileState};
use crate::fields::Fields;
use crate::query::Range;
use crate::schema::Item;
use crate::schema::profiles::{self, EDGE_PREFIX, PROFILE, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError};

const OPERATION: &str = "reading a profile";
/// Items of one call: the most that DynamoDB takes.
const BATCH: usize = 100;
/// Most bytes of documents, unpacked, that a profile is made of: whoever has a public key can link devices,
/// and say of each of them as much as an item holds.
const MAX_DOCUMENTS: usize = 16 << 20;

/// A user with everyone linked, or a device.
#[derive(Debug)]
pub(crate) struct Identity {
    /// Which of the two.
    pub(crate) kind: ProfileKind,
    /// The own item.
    pub(crate) own: ProfileItem,
    /// The linked anonymous ids, sorted; none of a device.
    pub(crate) linked: Vec<(ProfileId, ProfileState)>,
    /// What was said of the linked ids, as far as it was read.
    of_linked: Document,
    /// When it was read: what expires until then is gone.
    pub(crate) now: Timestamp,
}

impl Identity {
    /// What was received at or before this moment is gone.
    pub(crate) fn deleted_at(&self) -> Timestamp {
        self.own
            .state
            .deleted_at
            .unwrap_or(Timestamp::from_millis(i64::MIN))
    }

    /// Whether anything was ever said about any of the ids.
    pub(crate) fn is_known(&self) -> bool {
        self.own.document.is_some() || self.own.state.link.is_some() || !self.linked.is_empty()
    }

    /// Takes the documents of all ids as one; `None` where nothing was ever said about any.
    pub(super) fn take_document(&mut self) -> Option<Document> {
        if !self.is_known() {
            return None;
        }
        let mut document = self.own.document.take().unwrap_or_default();
        document.merge(std::mem::take(&mut self.of_linked));
        // A deletion may not have reached every linked id yet.
        Some(document.after(self.deleted_at()))
    }
}

/// What was said of linked ids.
#[derive(Debug, Default)]
struct OfLinked {
    document: Document,
    /// How many bytes more may be unpacked; `None`: nothing more is read.
    room: Option<usize>,
}

impl OfLinked {
    /// What has to be read of the next linked ids: everything, or who they are.
    const fn attributes(&self) -> Option<&'static [&'static str]> {
        match self.room {
            Some(_) => None,
            None => Some(&ProfileState::ATTRIBUTES),
        }
    }

    /// Adds what the item says, if there is room for it. If there is none, nothing is added any more.
    fn add(&mut self, item: &Item) -> Result<(), StoreError> {
        let packed = Fields::new(item, "profile").optional_bytes(attribute::DOCUMENT)?;
        if let (Some(room), Some(packed)) = (self.room, packed) {
            let unpacked = Unpacked::of(packed)?;
            self.room = room.checked_sub(unpacked.bytes());
            if self.room.is_some() {
                self.document.merge(unpacked.read()?);
            }
        }
        Ok(())
    }
}

impl Store {
    /// The user's item and the links in force, without what was said of the linked ids.
    pub(crate) async fn identity(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        let items = self.user_items(workspace, user).await?;
        self.with_linked(workspace, user, items, OfLinked::default(), now)
            .await
    }

    /// The user's item, the links in force, and what was said of the linked ids: of the first ones, where it
    /// is too much together.
    pub(super) async fn identity_with_documents(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        let items = self.user_items(workspace, user).await?;
        let (own, _) = &items;
        let of_linked = OfLinked {
            document: Document::default(),
            room: Some(MAX_DOCUMENTS.saturating_sub(own.bytes)),
        };
        self.with_linked(workspace, user, items, of_linked, now)
            .await
    }

    async fn with_linked(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        (own, edges): (ProfileItem, Vec<Edge>),
        mut of_linked: OfLinked,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        let is_wanted = of_linked.room.is_some();
        let deleted_at = own.state.deleted_at;
        let in_force = edges
            .into_iter()
            .filter(|edge| deleted_at.is_none_or(|deleted_at| edge.received_at > deleted_at));
        let ids: Vec<ProfileId> = in_force
            .map(|edge| ProfileId::anonymous(edge.anonymous))
            .collect();
        let mut linked = Vec::with_capacity(ids.len());
        // One call after the other: several at a time would be too much at hand.
        for ids in ids.chunks(BATCH) {
            let items = self
                .items_of(workspace, ids, of_linked.attributes())
                .await?;
            for id in ids {
                let Some(item) = items.get(&profiles::partition(workspace, id)) else {
                    continue;
                };
                let state = ProfileState::from_item(item)?;
                if state.is_linked_to(user) {
                    of_linked.add(item)?;
                    linked.push((id.clone(), state));
                }
            }
        }
        if is_wanted && of_linked.room.is_none() {
            tracing::warn!(%workspace, "a profile is shown without all that was said of its devices");
        }
        Ok(Identity {
            kind: ProfileKind::Known,
            own,
            linked,
            of_linked: of_linked.document,
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
        if let Some((user, linked_at)) = &own.state.link {
            let user = ProfileId::known(user.clone());
            let user = self.profile_state(workspace, &user).await?;
            // A deletion of the user may not have reached the device yet.
            if let Some(deleted_at) = user.deleted_at.filter(|moment| linked_at <= moment) {
                own.bury(deleted_at);
            }
        }
        Ok(Identity {
            kind: ProfileKind::Anonymous,
            own,
            linked: Vec::new(),
            of_linked: Document::default(),
            now,
        })
    }

    /// The profile items by their partitions, with these attributes or all; missing ones are left out.
    async fn items_of(
        &self,
        workspace: &WorkspaceId,
        ids: &[ProfileId],
        attributes: Option<&[&str]>,
    ) -> Result<HashMap<String, Item>, StoreError> {
        let keys = ids.iter().map(|id| profiles::profile(workspace, id));
        let table = &self.tables().profiles;
        let found = self
            .get_all_with(table, keys.collect(), attributes, OPERATION)
            .await?;
        let mut items = HashMap::with_capacity(found.len());
        for item in found {
            let pk = Fields::new(&item, "profile").pk()?.to_owned();
            items.insert(pk, item);
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

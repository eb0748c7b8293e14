//! Profile items as DynamoDB has them.

use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::document::{Document, Unpacked};
use crate::fields::Fields;
use crate::schema::profiles::{self, attribute};
use crate::schema::{Item, PK};
use crate::store::Consistency;
use crate::{Store, StoreError};

const OPERATION: &str = "reading a profile";

/// One id's own item. The default is an id that nothing was ever stored about.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileItem {
    /// `None`: known only by a link or a tombstone.
    pub(crate) document: Option<Document>,
    /// How many bytes the document has, unpacked.
    pub(super) bytes: usize,
    /// Counts the changes; 0: there is no item.
    pub(super) version: i64,
    /// What the item says beside the document.
    pub(crate) state: ProfileState,
}

/// Whose an id is, and what of it is gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileState {
    /// The user that an anonymous id is linked to, and when that was received.
    pub(crate) link: Option<(UserId, Timestamp)>,
    /// When the profile was last deleted.
    pub(crate) deleted_at: Option<Timestamp>,
}

impl ProfileItem {
    pub(super) fn from_item(item: &Item) -> Result<Self, StoreError> {
        let fields = Fields::new(item, "profile");
        let unpacked = fields.optional_bytes(attribute::DOCUMENT)?;
        let unpacked = unpacked.map(Unpacked::of).transpose()?;
        Ok(Self {
            document: unpacked.as_ref().map(Unpacked::read).transpose()?,
            bytes: unpacked.as_ref().map_or(0, Unpacked::bytes),
            version: fields.number(attribute::VERSION)?,
            state: ProfileState::from_item(item)?,
        })
    }

    /// Leaves what was said after a deletion that has not reached the item yet.
    pub(super) fn bury(&mut self, deleted_at: Timestamp) {
        let document = self.document.take();
        let document = document.map(|document| document.after(deleted_at));
        self.document = document.filter(|document| *document != Document::default());
        self.state.link = None;
        self.state.deleted_at = self.state.deleted_at.max(Some(deleted_at));
    }
}

impl ProfileState {
    /// What it is read from, and the partition that says of whom it is.
    pub(super) const ATTRIBUTES: [&'static str; 4] = [
        PK,
        attribute::LINKED_TO,
        attribute::LINK_RECEIVED_AT,
        attribute::DELETED_AT,
    ];

    pub(super) fn from_item(item: &Item) -> Result<Self, StoreError> {
        let fields = Fields::new(item, "profile");
        let link = match fields.optional_text(attribute::LINKED_TO)? {
            None => None,
            Some(user) => {
                let user = UserId::parse(user).map_err(|_| fields.corrupt())?;
                Some((user, fields.moment(attribute::LINK_RECEIVED_AT)?))
            }
        };
        Ok(Self {
            link,
            deleted_at: fields.optional_moment(attribute::DELETED_AT)?,
        })
    }

    /// Whether a deletion covers what happened at that moment.
    pub(crate) fn is_deleted_at(&self, moment: Timestamp) -> bool {
        self.deleted_at
            .is_some_and(|deleted_at| moment <= deleted_at)
    }

    /// Whether the anonymous id is that user's. Its own word counts: it may have been deleted, and be another
    /// user's now.
    pub(super) fn is_linked_to(&self, user: &UserId) -> bool {
        self.link
            .as_ref()
            .is_some_and(|(linked_to, _)| linked_to == user)
    }
}

impl Store {
    /// The id's own item, as last written.
    pub(super) async fn profile_item(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
    ) -> Result<ProfileItem, StoreError> {
        let key = profiles::profile(workspace, profile);
        let table = &self.tables().profiles;
        let item = self.get(table, key, Consistency::Strong, OPERATION).await?;
        item.as_ref()
            .map_or_else(|| Ok(ProfileItem::default()), ProfileItem::from_item)
    }

    /// The same, without what was said of the id.
    pub(super) async fn profile_state(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
    ) -> Result<ProfileState, StoreError> {
        let key = profiles::profile(workspace, profile);
        let table = &self.tables().profiles;
        let item = self
            .get_attributes(table, key, &ProfileState::ATTRIBUTES, OPERATION)
            .await?;
        item.as_ref()
            .map_or_else(|| Ok(ProfileState::default()), ProfileState::from_item)
    }
}

//! Profile items as DynamoDB has them.

use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::document::Document;
use crate::fields::Fields;
use crate::schema::Item;
use crate::schema::profiles::{self, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError};

/// One id's own item. The default is an id that nothing was ever stored about.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileItem {
    /// `None`: known only by a link or a tombstone.
    pub(crate) document: Option<Document>,
    /// Counts the changes; 0: there is no item.
    pub(super) version: i64,
    /// The user that an anonymous id is linked to, and when that was received.
    pub(crate) link: Option<(UserId, Timestamp)>,
    /// When the profile was last deleted.
    pub(crate) deleted_at: Option<Timestamp>,
}

impl ProfileItem {
    pub(super) fn from_item(item: &Item) -> Result<Self, StoreError> {
        let fields = Fields::new(item, "profile");
        let link = match fields.optional_text(attribute::LINKED_TO)? {
            None => None,
            Some(user) => {
                let user = UserId::parse(user).map_err(|_| fields.corrupt())?;
                Some((user, fields.moment(attribute::LINK_RECEIVED_AT)?))
            }
        };
        let document = fields.optional_bytes(attribute::DOCUMENT)?;
        Ok(Self {
            document: document.map(Document::unpack).transpose()?,
            version: fields.number(attribute::VERSION)?,
            link,
            deleted_at: fields.optional_moment(attribute::DELETED_AT)?,
        })
    }

    /// Whether a deletion covers what happened at that moment.
    pub(crate) fn is_deleted_at(&self, moment: Timestamp) -> bool {
        self.deleted_at
            .is_some_and(|deleted_at| moment <= deleted_at)
    }

    /// Leaves what was said after a deletion that has not reached the item yet.
    pub(super) fn bury(&mut self, deleted_at: Timestamp) {
        let document = self.document.take();
        let document = document.map(|document| document.after(deleted_at));
        self.document = document.filter(|document| *document != Document::default());
        self.link = None;
        self.deleted_at = self.deleted_at.max(Some(deleted_at));
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
        let item = self
            .get(table, key, Consistency::Strong, "reading a profile")
            .await?;
        item.as_ref()
            .map_or_else(|| Ok(ProfileItem::default()), ProfileItem::from_item)
    }
}

//! Links between a user and an anonymous device, recorded with the user.

use aws_sdk_dynamodb::types::AttributeValue;
use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use crate::fields::{Fields, moment};
use crate::schema::Item;
use crate::schema::profiles::{self, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError};

/// A link as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    /// The anonymous id.
    pub(super) anonymous: UserId,
    /// When the sender says it was made.
    pub(super) linked_at: Timestamp,
    /// When the request that made it arrived.
    pub(super) received_at: Timestamp,
    /// Whether it was the anonymous id's first link: only that one has effect.
    pub(super) effective: bool,
}

impl Edge {
    pub(super) fn to_item(&self, workspace: &WorkspaceId, user: &ProfileId) -> Item {
        let anonymous = ProfileId::anonymous(self.anonymous.clone());
        let mut item = profiles::edge(workspace, user, &anonymous).into_item();
        let mut set = |name: &str, value| item.insert(name.to_owned(), value);
        set(attribute::LINKED_AT, moment(self.linked_at));
        set(attribute::RECEIVED_AT, moment(self.received_at));
        set(attribute::EFFECTIVE, AttributeValue::Bool(self.effective));
        item
    }

    pub(super) fn from_item(item: &Item) -> Result<Self, StoreError> {
        let fields = Fields::new(item, "link");
        Ok(Self {
            anonymous: profiles::edge_anonymous(fields.sk()?).ok_or_else(|| fields.corrupt())?,
            linked_at: fields.moment(attribute::LINKED_AT)?,
            received_at: fields.moment(attribute::RECEIVED_AT)?,
            effective: fields.optional_bool(attribute::EFFECTIVE)?.unwrap_or(false),
        })
    }
}

impl Store {
    pub(super) async fn edge(
        &self,
        workspace: &WorkspaceId,
        user: &ProfileId,
        anonymous: &ProfileId,
    ) -> Result<Option<Edge>, StoreError> {
        let key = profiles::edge(workspace, user, anonymous);
        let table = &self.tables().profiles;
        let item = self
            .get(table, key, Consistency::Strong, "reading a link")
            .await?;
        item.as_ref().map(Edge::from_item).transpose()
    }
}

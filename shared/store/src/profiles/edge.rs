//! Links between a user and an anonymous device, recorded with the user.

use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use crate::fields::{Fields, moment};
use crate::query::{Order, Range};
use crate::schema::Item;
use crate::schema::profiles::{self, EDGE_END, EDGE_PREFIX, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError};

/// Most devices linked to a user: reading the user reads each of them, and whoever has a public key can
/// link more. Links made at the same moment may be a few more.
pub const MAX_LINKS: i32 = 500;

/// A link as it was recorded. Whether it holds says the anonymous id's own item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    /// The anonymous id.
    pub(super) anonymous: UserId,
    /// When the sender says it was made.
    pub(super) linked_at: Timestamp,
    /// When the request that made it arrived.
    pub(super) received_at: Timestamp,
}

impl Edge {
    pub(super) fn to_item(&self, workspace: &WorkspaceId, user: &ProfileId) -> Item {
        let anonymous = ProfileId::anonymous(self.anonymous.clone());
        let mut item = profiles::edge(workspace, user, &anonymous).into_item();
        let mut set = |name: &str, value| item.insert(name.to_owned(), value);
        set(attribute::LINKED_AT, moment(self.linked_at));
        set(attribute::RECEIVED_AT, moment(self.received_at));
        item
    }

    pub(super) fn from_item(item: &Item) -> Result<Self, StoreError> {
        let fields = Fields::new(item, "link");
        Ok(Self {
            anonymous: profiles::edge_anonymous(fields.sk()?).ok_or_else(|| fields.corrupt())?,
            linked_at: fields.moment(attribute::LINKED_AT)?,
            received_at: fields.moment(attribute::RECEIVED_AT)?,
        })
    }
}

impl Store {
    /// Whether the user has as many links as a user may have.
    pub(super) async fn has_all_links(
        &self,
        workspace: &WorkspaceId,
        user: &ProfileId,
    ) -> Result<bool, StoreError> {
        let range = Range {
            pk: profiles::partition(workspace, user),
            from: EDGE_PREFIX.to_owned(),
            to: EDGE_END.to_owned(),
        };
        let (table, order) = (&self.tables().profiles, Order::Descending(MAX_LINKS));
        let (consistency, operation) = (Consistency::Eventual, "counting links");
        let page = self
            .query_page(table, &range, order, consistency, None, operation)
            .await?;
        Ok(i32::try_from(page.items.len()).is_ok_and(|links| links >= MAX_LINKS))
    }
}

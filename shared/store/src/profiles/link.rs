//! Linking an anonymous id to a user: the first link wins, later ones have no effect and leave nothing but
//! their update in the log. What a user has of links stays bounded so, whoever asks for more.

use aws_sdk_dynamodb::types::builders::{PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{Put, Update};
use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::edge::Edge;
use super::item::ProfileState;
use crate::fields::{moment, number, text};
use crate::pause::pause;
use crate::schema::profiles::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{Cause, Store, StoreError};

const OPERATION: &str = "linking profiles";
/// Attempts where links and deletions of the same ids come in between.
const MAX_ATTEMPTS: u32 = 5;

/// A link that a sender asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link<'a> {
    pub(super) workspace: &'a WorkspaceId,
    pub(super) user: &'a ProfileId,
    pub(super) anonymous: &'a ProfileId,
    pub(super) linked_at: Timestamp,
    pub(super) received_at: Timestamp,
}

impl Link<'_> {
    /// The moment that must lie after a deletion for the link to count.
    fn moment(&self) -> Timestamp {
        self.linked_at.min(self.received_at)
    }

    fn edge(&self) -> Edge {
        Edge {
            anonymous: self.anonymous.id.clone(),
            linked_at: self.linked_at,
            received_at: self.received_at,
        }
    }
}

impl Store {
    /// Links the ids, unless the device is linked or the user has [`MAX_LINKS`](super::MAX_LINKS). `user`
    /// and `device` are what was read of the two.
    pub(super) async fn link(
        &self,
        link: &Link<'_>,
        user: &ProfileState,
        mut device: ProfileState,
    ) -> Result<(), StoreError> {
        if user.is_deleted_at(link.moment()) {
            return Ok(());
        }
        // A link from before the deletion is on its way out: its place may be taken.
        let stale_until = user.deleted_at.unwrap_or(Timestamp::from_millis(i64::MIN));
        for attempt in 0..MAX_ATTEMPTS {
            let is_stale = |(owner, received_at): &(UserId, Timestamp)| {
                *owner == link.user.id && *received_at <= stale_until
            };
            let is_free = device.link.as_ref().is_none_or(is_stale);
            if !is_free || device.is_deleted_at(link.moment()) {
                return Ok(());
            }
            if attempt == 0 && self.has_all_links(link.workspace, link.user).await? {
                return Ok(());
            }
            let transaction = Transaction::default()
                .update(self.claim(link, stale_until))?
                .put(self.record(link))?;
            match self
                .transact(link.workspace, OPERATION, transaction)
                .await?
            {
                Transacted::Done => return Ok(()),
                // Somebody else was at the device in between.
                Transacted::Refused(_) => {}
            }
            pause(attempt).await;
            device = self.profile_state(link.workspace, link.anonymous).await?;
        }
        Err(StoreError::Unavailable {
            operation: OPERATION,
            cause: Cause::Contended,
        })
    }

    /// Writes the user into the anonymous id's item, if it has none.
    fn claim(&self, link: &Link<'_>, stale_until: Timestamp) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.tables().profiles)
            .set_key(Some(
                profiles::profile(link.workspace, link.anonymous).into_item(),
            ))
            .update_expression("SET #user = :user, #received = :received ADD #version :one")
            .condition_expression(
                "(attribute_not_exists(#user) OR (#user = :user AND #received <= :stale)) \
                 AND (attribute_not_exists(#deleted) OR #deleted < :moment)",
            )
            .expression_attribute_names("#user", attribute::LINKED_TO)
            .expression_attribute_names("#received", attribute::LINK_RECEIVED_AT)
            .expression_attribute_names("#deleted", attribute::DELETED_AT)
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":user", text(link.user.id.as_str()))
            .expression_attribute_values(":received", moment(link.received_at))
            .expression_attribute_values(":stale", moment(stale_until))
            .expression_attribute_values(":moment", moment(link.moment()))
            .expression_attribute_values(":one", number(1))
    }

    /// Records the link with the user. It says nothing against the device's own item, which the same
    /// transaction claims.
    fn record(&self, link: &Link<'_>) -> PutBuilder {
        Put::builder()
            .table_name(&self.tables().profiles)
            .set_item(Some(link.edge().to_item(link.workspace, link.user)))
    }
}

//! Linking an anonymous id to a user: the first link wins, later ones are recorded without effect.

use aws_sdk_dynamodb::types::builders::{PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{Put, Update};
use event::{ProfileId, Timestamp, WorkspaceId};

use super::edge::Edge;
use super::item::ProfileItem;
use crate::fields::{moment, number, text};
use crate::pause::pause;
use crate::schema::PK;
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

    fn edge(&self, effective: bool) -> Edge {
        Edge {
            anonymous: self.anonymous.id.clone(),
            linked_at: self.linked_at,
            received_at: self.received_at,
            effective,
        }
    }
}

impl Store {
    /// Links the ids, unless they are linked. `user` and `edge` are what was read of the user.
    pub(super) async fn link(
        &self,
        link: &Link<'_>,
        user: &ProfileItem,
        edge: Option<Edge>,
    ) -> Result<(), StoreError> {
        // A link from before the deletion is on its way out: its place may be taken.
        let stale_until = user.deleted_at.unwrap_or(Timestamp::from_millis(i64::MIN));
        let known = edge.is_some_and(|edge| edge.received_at > stale_until);
        if known || user.is_deleted_at(link.moment()) {
            return Ok(());
        }
        for attempt in 0..MAX_ATTEMPTS {
            let transaction = Transaction::default()
                .update(self.claim(link, stale_until))?
                .put(self.record(link, true, stale_until))?;
            match self
                .transact(link.workspace, OPERATION, transaction)
                .await?
            {
                // Refused by the edge: the same link, made by another request.
                Transacted::Done | Transacted::Refused(1..) => return Ok(()),
                Transacted::Refused(0) => {}
            }
            let anonymous = self.profile_item(link.workspace, link.anonymous).await?;
            if anonymous.is_deleted_at(link.moment()) {
                return Ok(());
            }
            match anonymous.link {
                // The same link, made by another request. Both of its items are there.
                Some((user, received_at)) if user == link.user.id && received_at > stale_until => {
                    return Ok(());
                }
                Some((user, _)) if user != link.user.id => {
                    let record = self.record(link, false, stale_until);
                    let transaction = Transaction::default().put(record)?;
                    self.transact(link.workspace, OPERATION, transaction)
                        .await?;
                    return Ok(());
                }
                // Freed in between.
                _ => {}
            }
            pause(attempt).await;
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

    /// Records the link with the user, if it is not.
    fn record(&self, link: &Link<'_>, effective: bool, stale_until: Timestamp) -> PutBuilder {
        Put::builder()
            .table_name(&self.tables().profiles)
            .set_item(Some(
                link.edge(effective).to_item(link.workspace, link.user),
            ))
            .condition_expression("attribute_not_exists(#pk) OR #received <= :stale")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#received", attribute::RECEIVED_AT)
            .expression_attribute_values(":stale", moment(stale_until))
    }
}

//! Deleting a user with everything that is linked.
//!
//! The tombstone comes first: from then on nothing old can be read, however far the rest has come.
//! A link goes last of what it leads to, so a deletion that was interrupted finds its way again.

use aws_sdk_dynamodb::types::builders::{PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{Put, Update};
use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::edge::Edge;
use crate::fields::{moment, number, text};
use crate::query::Range;
use crate::schema::profiles::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

const OPERATION: &str = "deleting a profile";

impl Store {
    /// Deletes the user: profile, links and timeline, and those of the anonymous ids linked with
    /// effect. `now` is when the request for it arrived. Whether there was anything to delete.
    ///
    /// A user unknown so far gets a tombstone, too: events may be under way. Deleting again is safe,
    /// and finishes what an interruption left over.
    pub async fn delete_profile(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let profile = ProfileId::known(user.clone());
        let (item, edges) = self.user_items(workspace, user).await?;
        let mut found = item.document.is_some() || !edges.is_empty();
        let bury = Transaction::default()
            .update(self.bury_profile(workspace, &profile, now))?
            .put(self.index_tombstone(workspace, &profile, now))?;
        let deleted_at = match self.transact(workspace, OPERATION, bury).await? {
            Transacted::Done => now,
            // A clock ahead of this one deleted the user already.
            Transacted::Refused(_) => item.deleted_at.unwrap_or(now),
        };
        for edge in edges.iter().filter(|edge| edge.received_at <= deleted_at) {
            self.delete_linked(workspace, &profile, edge, deleted_at)
                .await?;
        }
        found |= self
            .delete_timeline(workspace, &profile, deleted_at)
            .await?;
        Ok(found)
    }

    async fn delete_linked(
        &self,
        workspace: &WorkspaceId,
        user: &ProfileId,
        edge: &Edge,
        deleted_at: Timestamp,
    ) -> Result<(), StoreError> {
        let anonymous = ProfileId::anonymous(edge.anonymous.clone());
        if edge.effective {
            let bury = self
                .bury_profile(workspace, &anonymous, deleted_at)
                .condition_expression(
                    "#user = :user AND #linked <= :now \
                     AND (attribute_not_exists(#deleted) OR #deleted < :now)",
                )
                .expression_attribute_values(":user", text(user.id.as_str()));
            let bury = Transaction::default()
                .update(bury)?
                .put(self.index_tombstone(workspace, &anonymous, deleted_at))?;
            self.transact(workspace, OPERATION, bury).await?;
            // Refused: an interrupted deletion was here before. Its tombstone says what is gone; the
            // id may belong to someone else since.
            let item = self.profile_item(workspace, &anonymous).await?;
            if let Some(deleted_at) = item.deleted_at {
                self.delete_timeline(workspace, &anonymous, deleted_at)
                    .await?;
            }
        }
        let key = profiles::edge(workspace, user, &anonymous);
        self.delete_all(&self.tables().profiles, workspace, vec![key], OPERATION)
            .await
    }

    /// Deletes the timeline items that hold nothing received after the moment. Whether there were any.
    async fn delete_timeline(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        deleted_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (from, to) = profiles::timeline_range(None, None);
        let range = Range {
            pk: profiles::partition(workspace, profile),
            from,
            to,
        };
        let table = &self.tables().profiles;
        let until = Some((attribute::RECEIVED_AT, deleted_at));
        let keys = self.query_keys(table, &range, until, OPERATION).await?;
        let found = !keys.is_empty();
        self.delete_all(table, workspace, keys, OPERATION).await?;
        Ok(found)
    }

    /// Leaves of a profile item its tombstone only.
    fn bury_profile(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        now: Timestamp,
    ) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.tables().profiles)
            .set_key(Some(profiles::profile(workspace, profile).into_item()))
            .update_expression(
                "SET #deleted = :now REMOVE #document, #user, #linked ADD #version :one",
            )
            .condition_expression("attribute_not_exists(#deleted) OR #deleted < :now")
            .expression_attribute_names("#deleted", attribute::DELETED_AT)
            .expression_attribute_names("#document", attribute::DOCUMENT)
            .expression_attribute_names("#user", attribute::LINKED_TO)
            .expression_attribute_names("#linked", attribute::LINK_RECEIVED_AT)
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":now", moment(now))
            .expression_attribute_values(":one", number(1))
    }

    fn index_tombstone(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        now: Timestamp,
    ) -> PutBuilder {
        let mut item = profiles::tombstone(workspace, profile).into_item();
        item.insert(attribute::DELETED_AT.to_owned(), moment(now));
        Put::builder()
            .table_name(&self.tables().profiles)
            .set_item(Some(item))
    }
}

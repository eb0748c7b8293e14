//! Deleting an id: the user of that id with everything that is linked, and the device of that id.
//!
//! The tombstones come first: from then on nothing old can be read, however far the rest has come.
//! A link goes last of what it leads to, so a deletion that was interrupted finds its way again. One that
//! was made since stays.

use aws_sdk_dynamodb::types::builders::{PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{Delete, Put, Update};
use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::edge::Edge;
use super::item::ProfileState;
use crate::fields::{moment, number, text};
use crate::parallel::in_parallel;
use crate::query::Range;
use crate::schema::profiles::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

const OPERATION: &str = "deleting a profile";

impl Store {
    /// Deletes what is known by the id: the user's profile, links and timeline, and those of the anonymous
    /// ids linked to it; and profile and timeline of the anonymous id of the same text, which no user has
    /// any more then. `now` is when the request for it arrived.
    ///
    /// An id unknown so far gets its tombstones, too: events may be under way. Deleting again is safe,
    /// and finishes what an interruption left over.
    pub async fn delete_profile(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let user = ProfileId::known(id.clone());
        let device = ProfileId::anonymous(id.clone());
        let (item, mut edges) = self.user_items(workspace, id).await?;
        let user_deleted_at = self
            .leave_tombstone(workspace, &user, &item.state, now)
            .await?;
        let state = self.profile_state(workspace, &device).await?;
        let device_deleted_at = self
            .leave_tombstone(workspace, &device, &state, now)
            .await?;
        if let Some((owner, _)) = state.link {
            // It would count to what its user may have of links.
            let owner = ProfileId::known(owner);
            self.delete_link(workspace, &owner, &device, device_deleted_at)
                .await?;
        }
        edges.retain(|edge| edge.received_at <= user_deleted_at);
        let linked = edges.into_iter().map(|edge| {
            let (store, workspace, user) = (self.clone(), workspace.clone(), user.clone());
            async move {
                store
                    .delete_linked(&workspace, &user, &edge, user_deleted_at)
                    .await
            }
        });
        in_parallel(linked, OPERATION).await?;
        self.delete_timeline(workspace, &user, user_deleted_at)
            .await?;
        self.delete_timeline(workspace, &device, device_deleted_at)
            .await
    }

    /// Leaves a tombstone of the profile, and says of which time it is.
    async fn leave_tombstone(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        state: &ProfileState,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let bury = Transaction::default()
            .update(self.bury_profile(workspace, profile, now))?
            .put(self.index_tombstone(workspace, profile, now))?;
        Ok(match self.transact(workspace, OPERATION, bury).await? {
            Transacted::Done => now,
            // A clock ahead of this one deleted it already.
            Transacted::Refused(_) => state.deleted_at.unwrap_or(now),
        })
    }

    async fn delete_linked(
        &self,
        workspace: &WorkspaceId,
        user: &ProfileId,
        edge: &Edge,
        deleted_at: Timestamp,
    ) -> Result<(), StoreError> {
        let anonymous = ProfileId::anonymous(edge.anonymous.clone());
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
        let state = self.profile_state(workspace, &anonymous).await?;
        if let Some(deleted_at) = state.deleted_at {
            self.delete_timeline(workspace, &anonymous, deleted_at)
                .await?;
        }
        self.delete_link(workspace, user, &anonymous, deleted_at)
            .await
    }

    /// Deletes what the user has of a link that was received at or before the moment.
    async fn delete_link(
        &self,
        workspace: &WorkspaceId,
        user: &ProfileId,
        anonymous: &ProfileId,
        deleted_at: Timestamp,
    ) -> Result<(), StoreError> {
        let delete = Delete::builder()
            .table_name(&self.tables().profiles)
            .set_key(Some(profiles::edge(workspace, user, anonymous).into_item()))
            .condition_expression("#received <= :deleted")
            .expression_attribute_names("#received", attribute::RECEIVED_AT)
            .expression_attribute_values(":deleted", moment(deleted_at));
        // A link may be made at the same moment, by a transaction: so this is one, too.
        let delete = Transaction::default().delete(delete)?;
        // Refused: it is gone, or was made anew.
        self.transact(workspace, OPERATION, delete).await?;
        Ok(())
    }

    /// Deletes the timeline items that hold nothing received after the moment.
    async fn delete_timeline(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        deleted_at: Timestamp,
    ) -> Result<(), StoreError> {
        let (from, to) = profiles::timeline_range(None, None);
        let range = Range {
            pk: profiles::partition(workspace, profile),
            from,
            to,
        };
        let table = &self.tables().profiles;
        let until = Some((attribute::RECEIVED_AT, deleted_at));
        let keys = self.query_keys(table, &range, until, OPERATION).await?;
        self.delete_all(table, workspace, keys, OPERATION).await
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

//! Updates of profiles: read, merge, put on condition of the version, again on conflict.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use event::{ProfileId, ProfileUpdate, Timestamp, UserId, WorkspaceId};

use super::document::Document;
use super::item::ProfileItem;
use super::link::Link;
use crate::fields::{bytes, number};
use crate::meter::{Meter, units};
use crate::pause::pause;
use crate::schema::profiles::{self, attribute};
use crate::store::condition_failed;
use crate::{Cause, Store, StoreError};

const OPERATION: &str = "updating a profile";
/// Attempts where other writers change the same profile. With random pauses, dozens at a time
/// come through.
const MAX_ATTEMPTS: u32 = 16;

impl Store {
    /// Applies an update, and links the two ids where it has both, unless the anonymous one is linked
    /// already or the user has as many links as a user may have. A read that starts after this returned
    /// sees it.
    ///
    /// Each property keeps its latest value by the update's time, whatever the order of arrival.
    /// The same update applied again changes nothing. What is dated or received at or before the
    /// profile's deletion is ignored.
    pub async fn update_profile(
        &self,
        workspace: &WorkspaceId,
        update: &ProfileUpdate<'_>,
        received_at: Timestamp,
    ) -> Result<(), StoreError> {
        let user = parse(update.user_id.as_deref())?.map(ProfileId::known);
        let anonymous = parse(update.anonymous_id.as_deref())?.map(ProfileId::anonymous);
        match (user, anonymous) {
            (Some(user), Some(anonymous)) => {
                let (item, device) = tokio::try_join!(
                    self.profile_item(workspace, &user),
                    self.profile_state(workspace, &anonymous),
                )?;
                let state = item.state.clone();
                let link = Link {
                    workspace,
                    user: &user,
                    anonymous: &anonymous,
                    linked_at: update.timestamp,
                    received_at,
                };
                tokio::try_join!(
                    self.link(&link, &state, device),
                    self.merge_update(workspace, &user, update, received_at, item),
                )?;
                Ok(())
            }
            (Some(only), None) | (None, Some(only)) => {
                let item = self.profile_item(workspace, &only).await?;
                self.merge_update(workspace, &only, update, received_at, item)
                    .await
            }
            (None, None) => Err(StoreError::Corrupt { what: "update" }),
        }
    }

    async fn merge_update(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        update: &ProfileUpdate<'_>,
        received_at: Timestamp,
        mut item: ProfileItem,
    ) -> Result<(), StoreError> {
        let set = Document::of_update(update)?;
        for attempt in 0..MAX_ATTEMPTS {
            if item.state.is_deleted_at(update.timestamp.min(received_at)) {
                return Ok(());
            }
            let mut merged = item.document.clone().unwrap_or_default();
            merged.merge(set.clone());
            if item.document.as_ref() == Some(&merged) {
                return Ok(());
            }
            if self
                .replace_document(workspace, profile, &merged, item.version)
                .await?
            {
                return Ok(());
            }
            pause(attempt).await;
            item = self.profile_item(workspace, profile).await?;
        }
        Err(StoreError::Unavailable {
            operation: OPERATION,
            cause: Cause::Contended,
        })
    }

    /// Whether the item still had that version and so has the document now.
    async fn replace_document(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
        document: &Document,
        version: i64,
    ) -> Result<bool, StoreError> {
        let document = document.pack()?;
        let meter = Meter::start(self.metrics(), workspace);
        let mut call = self
            .client()
            .update_item()
            .table_name(&self.tables().profiles)
            .set_key(Some(profiles::profile(workspace, profile).into_item()))
            .update_expression("SET #document = :document, #version = :next")
            .expression_attribute_names("#document", attribute::DOCUMENT)
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":document", bytes(document))
            .expression_attribute_values(":next", number(version.saturating_add(1)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        call = if version == 0 {
            call.condition_expression("attribute_not_exists(#version)")
        } else {
            call.condition_expression("#version = :version")
                .expression_attribute_values(":version", number(version))
        };
        let call = call
            .customize()
            .interceptor(meter.throttles::<UpdateItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(true)
            }
            Err(error) if condition_failed(&error) || transaction_in_the_way(&error) => {
                meter.written(1.0);
                Ok(false)
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(OPERATION, &error))
            }
        }
    }
}

/// Whether a transaction was changing the item at that moment.
fn transaction_in_the_way(error: &SdkError<UpdateItemError>) -> bool {
    error.code() == Some("TransactionConflictException")
}

fn parse(id: Option<&str>) -> Result<Option<UserId>, StoreError> {
    let parse = |id| UserId::parse(id).map_err(|_| StoreError::Corrupt { what: "update" });
    id.map(parse).transpose()
}

//! Reading a profile by the id that a caller names.

use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::{Identity, ProfileRead, StoredProfile};
use crate::{Store, StoreError, TimelineQuery};

impl Store {
    /// The profile of the user, or of the device where nothing is known of such a user. Sees every update
    /// that was answered before. `now` says what has expired of the timeline.
    pub async fn profile(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<ProfileRead, StoreError> {
        // On the heap: it is too large for the futures around it.
        let user = Box::pin(self.known_profile(workspace, id, now)).await?;
        if matches!(user, ProfileRead::Found(_) | ProfileRead::OnlyEvents) {
            return Ok(user);
        }
        let device = self.device_identity(workspace, id, now).await?;
        let device = self.profile_of(workspace, id, device).await?;
        Ok(if device == ProfileRead::Unknown {
            user
        } else {
            device
        })
    }

    /// The user's profile, merged with those of the linked anonymous ids; never that of a device of the
    /// same id.
    pub async fn known_profile(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<ProfileRead, StoreError> {
        let (read, _) = self
            .known_profile_and_deletion(workspace, user, now)
            .await?;
        Ok(read)
    }

    /// The same, and when the user was last deleted: something may have been received since.
    pub async fn known_profile_and_deletion(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<(ProfileRead, Option<Timestamp>), StoreError> {
        // On the heap, as above.
        let identity = Box::pin(self.identity_with_documents(workspace, user, now)).await?;
        let deleted_at = identity.own.state.deleted_at;
        let read = self.profile_of(workspace, user, identity).await?;
        Ok((read, deleted_at))
    }

    /// When that very id was last deleted.
    pub async fn deletion(
        &self,
        workspace: &WorkspaceId,
        profile: &ProfileId,
    ) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.profile_state(workspace, profile).await?.deleted_at)
    }

    async fn profile_of(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        mut identity: Identity,
    ) -> Result<ProfileRead, StoreError> {
        if let Some(document) = identity.take_document() {
            return Ok(ProfileRead::Found(StoredProfile {
                id: id.clone(),
                anonymous_ids: identity
                    .linked
                    .into_iter()
                    .map(|(profile, _)| profile.id)
                    .collect(),
                external_id: document.external_id(),
                properties: document.properties,
                device_data: document.device,
            }));
        }
        Ok(if self.has_events(workspace, id, &identity).await? {
            ProfileRead::OnlyEvents
        } else if identity.own.state.deleted_at.is_some() {
            ProfileRead::Deleted
        } else {
            ProfileRead::Unknown
        })
    }

    /// Whether the timeline has an entry.
    pub(crate) async fn has_events(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        identity: &Identity,
    ) -> Result<bool, StoreError> {
        let newest = TimelineQuery {
            limit: 1,
            cursor: None,
            name: None,
        };
        let page = self.timeline_of(workspace, id, identity, &newest).await?;
        Ok(!page.entries.is_empty())
    }
}

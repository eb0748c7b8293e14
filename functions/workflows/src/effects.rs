//! What steps do inside Weir: the same as a caller with a key would.
//!
//! Each effect may be done twice: its times and ids were recorded before, and the log and the profile
//! tell what they have already.

use std::time::Duration;

use event::{
    Event, EventId, KeyId, ProfileId, ProfileKind, ProfileUpdate, Signal, Source, Timestamp, chunk,
};
use policy::SecretSlot;
use serde_json::{Map, Value};
use store::{ChunkMeta, ProfileRead};
use workflow::machine::KnownProfile;
use workflow::{Effect, Run};

use crate::work::Job;
use crate::{Fault, Workflows};

const DAY: Duration = Duration::from_hours(24);

impl Workflows {
    /// What is known of the profile that the run is about.
    pub(crate) async fn profile(&self, job: &Job<'_>) -> Result<KnownProfile, Fault> {
        let Some(profile) = &job.stored.run.inputs.profile else {
            return Ok(KnownProfile::default());
        };
        let (user, device) = ids(profile);
        let unknown = KnownProfile {
            user_id: user.clone(),
            anonymous_id: device,
            ..KnownProfile::default()
        };
        let store = &self.0.store;
        if profile.kind == ProfileKind::Anonymous {
            let deleted_at = store.deletion(job.workspace, profile).await?;
            return Ok(KnownProfile {
                deleted_at,
                ..unknown
            });
        }
        let now = self.0.clock.now();
        let read = store.known_profile_and_deletion(job.workspace, &profile.id, now);
        let (read, deleted_at) = read.await?;
        let unknown = KnownProfile {
            deleted_at,
            ..unknown
        };
        Ok(match read {
            ProfileRead::Found(stored) => KnownProfile {
                found: true,
                external_id: stored.external_id,
                properties: object(&stored.properties.to_json()),
                device_data: object(&stored.device_data.to_json()),
                ..unknown
            },
            ProfileRead::OnlyEvents => KnownProfile {
                found: true,
                ..unknown
            },
            ProfileRead::Deleted | ProfileRead::Unknown => unknown,
        })
    }

    /// Does what a step does to a profile or to the log.
    pub(crate) async fn apply(&self, job: &Job<'_>, effect: &Effect) -> Result<(), Fault> {
        let run = &job.stored.run;
        let Some(profile) = &run.inputs.profile else {
            return Ok(());
        };
        let (user_id, anonymous_id) = ids(profile);
        match effect {
            Effect::UpdateProfile { properties, at } => {
                let update = ProfileUpdate {
                    user_id: user_id.map(Into::into),
                    anonymous_id: anonymous_id.map(Into::into),
                    external_id: None,
                    timestamp: *at,
                    time_given: true,
                    properties: Some(properties.into()),
                    device_data: None,
                };
                let event = update.to_event(job.workspace);
                self.append(job, Signal::Profiles, &event, *at).await?;
                let store = &self.0.store;
                Ok(store.update_profile(job.workspace, &update, *at).await?)
            }
            Effect::SendEvent {
                id,
                name,
                properties,
                at,
            } => {
                let event = Event {
                    id: EventId::Given(id.into()),
                    name: name.into(),
                    timestamp: *at,
                    time_given: true,
                    user_id: user_id.map(Into::into),
                    anonymous_id: anonymous_id.map(Into::into),
                    session_id: None,
                    external_id: None,
                    properties: Some(properties.into()),
                    device_data: None,
                };
                self.append(job, Signal::Events, &event, *at).await
            }
            Effect::Deliver(_) => Ok(()),
        }
    }

    async fn append(
        &self,
        job: &Job<'_>,
        signal: Signal,
        event: &Event<'_>,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let settings = self.0.settings.of(job.workspace, at).await?;
        let meta = ChunkMeta {
            workspace: job.workspace.clone(),
            signal,
            source: Source::Workflow,
            key_id: sender(&job.stored.run)?,
            slot: SecretSlot::Current,
            continues_request: false,
            address: None,
            received_at: at,
            expires_at: settings
                .retention_days
                .map(|days| at.plus(DAY.saturating_mul(days))),
        };
        let chunks = chunk::build(job.workspace, signal, std::slice::from_ref(event));
        self.0.store.append_all(&meta, chunks).await?;
        Ok(())
    }
}

/// Who the log says sent it: the workflow, in the place of a key. Their ids have one form.
fn sender(run: &Run) -> Result<KeyId, Fault> {
    KeyId::parse(run.workflow.as_str()).map_err(|_| Fault::Definition)
}

/// The known user, or the device.
fn ids(profile: &ProfileId) -> (Option<String>, Option<String>) {
    let id = Some(profile.id.as_str().to_owned());
    match profile.kind {
        ProfileKind::Known => (id, None),
        ProfileKind::Anonymous => (None, id),
    }
}

/// The members of an object's text. What the store keeps is one.
fn object(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

//! All projections, made again from the event log.
//!
//! Timelines are dropped and written again, without what has expired; what the log lost otherwise is lost
//! for them, too. Profile updates are merged again, which changes nothing
//! where they were merged already. Deletions stay: their tombstones are no projection. The usage of
//! keys is counted again for the days that the stream cannot bring any more, which are those that
//! ended a day ago or earlier; later ones stay as they are, and so does what lives a few days only:
//! who sent what.
//! A rebuild starts no run of a workflow.
//! Requests may go on meanwhile; a timeline may be incomplete until the rebuild is done.

mod usage;

use event::profile::ProfileUpdate;
use event::{Signal, Timestamp, WorkspaceId};
use store::{Store, StoreError, StoredChunk};

use self::usage::UsageCount;
use crate::window::Window;

/// What a rebuild went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Chunks of all signals read.
    pub chunks: u64,
    /// Events written to timelines.
    pub events: u64,
    /// Profile updates merged.
    pub profile_updates: u64,
    /// Items of usage written: one per key, day of receipt, signal and day of the events.
    pub usage_days: u64,
}

/// Builds all projections of all workspaces again. After an error it can be started anew.
pub async fn run(store: &Store, now: Timestamp) -> Result<Rebuilt, StoreError> {
    store.clear_projections().await?;
    let mut rebuilt = Rebuilt::default();
    let mut usage = UsageCount::new(now);
    let mut scan = store.all_chunks(0, 1);
    while let Some(chunks) = scan.next().await? {
        let mut window = Window::default();
        for chunk in &chunks {
            rebuilt.chunks += 1;
            usage.add(chunk);
            match chunk.meta.signal {
                // What has expired may still be in the log for days.
                Signal::Events if chunk.meta.expires_at.is_some_and(|moment| moment <= now) => {}
                Signal::Events => {
                    rebuilt.events += u64::from(chunk.count);
                    window.add(0, chunk, chunk.events()?);
                }
                Signal::Profiles => {
                    rebuilt.profile_updates += merge_profiles(store, chunk).await?;
                }
                Signal::Spans | Signal::Logs | Signal::MetricPoints | Signal::Triggers => {}
            }
        }
        if let Some((_, error)) = window.write(store).await.pop() {
            return Err(error);
        }
    }
    rebuilt.usage_days = usage.write(store).await?;
    Ok(rebuilt)
}

async fn merge_profiles(store: &Store, chunk: &StoredChunk) -> Result<u64, StoreError> {
    let workspace: &WorkspaceId = &chunk.meta.workspace;
    let mut merged = 0;
    for event in chunk.events()? {
        let update = ProfileUpdate::from_event(event);
        store
            .update_profile(workspace, &update, chunk.meta.received_at)
            .await?;
        merged += 1;
    }
    Ok(merged)
}

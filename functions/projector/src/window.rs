//! The events of one invocation, gathered by workspace and profile.

use std::collections::BTreeMap;

use event::{Event, ProfileId, WorkspaceId};
use store::{Store, StoreError, StoredChunk, TimelineEntry, TimelineWindow};

/// What the records of one batch bring to timelines.
#[derive(Debug, Default)]
pub(crate) struct Window(BTreeMap<WorkspaceId, Gathered>);

#[derive(Debug)]
struct Gathered {
    /// The first record with something for this workspace: from here on the stream must deliver
    /// again if its timelines cannot be written.
    first_record: usize,
    profiles: BTreeMap<ProfileId, Vec<TimelineEntry>>,
}

impl Window {
    /// Adds the events of a chunk of the signal that timelines show; `record` is the place of its
    /// record in the batch.
    pub(crate) fn add(&mut self, record: usize, chunk: &StoredChunk, events: Vec<Event<'static>>) {
        let provenance = chunk.provenance();
        let gathered = self
            .0
            .entry(chunk.meta.workspace.clone())
            .or_insert_with(|| Gathered {
                first_record: record,
                profiles: BTreeMap::new(),
            });
        for event in events {
            // Events of other formats may belong to nobody.
            if let Some(profile) = event.profile() {
                let entry = TimelineEntry {
                    event,
                    provenance: provenance.clone(),
                    expires_at: chunk.meta.expires_at,
                };
                gathered.profiles.entry(profile).or_default().push(entry);
            }
        }
    }

    /// Writes one timeline item per profile and day of expiry. Returns, for each workspace whose items could not all
    /// be written, the first record that brought something for it, and why.
    pub(crate) async fn write(self, store: &Store) -> Vec<(usize, StoreError)> {
        let mut failed = Vec::new();
        for (
            workspace,
            Gathered {
                first_record,
                profiles,
            },
        ) in self.0
        {
            let windows = profiles
                .into_iter()
                .map(|(profile, entries)| TimelineWindow { profile, entries })
                .collect();
            if let Err(error) = store.put_timelines(&workspace, windows).await {
                failed.push((first_record, error));
            }
        }
        failed
    }
}

//! The newest events of each workspace, for the view that shows them as they come in.

use std::collections::BTreeMap;

use event::{Event, Signal, WorkspaceId};
use store::{LiveEvent, LiveWindow, Store, StoredChunk};

/// What the records of one batch bring to the live view.
#[derive(Debug, Default)]
pub(crate) struct Live(BTreeMap<WorkspaceId, LiveWindow>);

impl Live {
    /// Adds a chunk: what users did event by event, and what machines sent by name, since a request
    /// brings thousands of them. `names` says how many of each name the chunk holds; `events` are
    /// needed for the former only.
    pub(crate) fn add(
        &mut self,
        chunk: &StoredChunk,
        names: &BTreeMap<String, u64>,
        events: Option<&[Event<'_>]>,
    ) {
        let window = self.0.entry(chunk.meta.workspace.clone()).or_default();
        let of_chunk = |name: &str, count: u64| LiveEvent {
            received_at: chunk.meta.received_at,
            time: chunk.max_time,
            id: format!("{:032x}", chunk.key.digest)
                .chars()
                .take(16)
                .collect(),
            key_id: chunk.meta.key_id.clone(),
            name: name.to_owned(),
            count,
            signal: chunk.meta.signal,
            source: chunk.meta.source,
        };
        match events {
            Some(events) if chunk.meta.signal == Signal::Events => {
                for event in events {
                    window.add(LiveEvent {
                        time: event.timestamp,
                        id: event.id.to_string(),
                        ..of_chunk(&event.name, 1)
                    });
                }
            }
            Some(_) | None => {
                for (name, &count) in names {
                    window.add(of_chunk(name, count));
                }
            }
        }
    }

    /// Writes one item per workspace. A failure holds up no stream: what it would have shown is in the
    /// log, and a minute later nobody looks for it here.
    pub(crate) async fn write(self, store: &Store) {
        for (workspace, window) in self.0 {
            if let Err(error) = store.put_live(&workspace, window).await {
                tracing::warn!(%error, "live events could not be listed");
            }
        }
    }
}

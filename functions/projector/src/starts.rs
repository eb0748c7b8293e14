//! Runs of workflows, started by calls and by events of the log.
//!
//! A run's id is made of what starts it, and it is put on the condition that it is not there: what the
//! stream brings again starts nothing twice.

mod active;
mod inputs;

use std::sync::Arc;

use event::{Clock, Event, Signal, Source, TriggerId, WorkspaceId};
use serde_json::Value;
use store::{Once, Store, StoreError, StoredChunk};
use tokio::task::JoinSet;
use workflow::{Inputs, MAX_HOPS, Origin, Run, Window, hops_of, run_id};

use self::active::{Active, Known};

/// Starts under way at the same time.
const MAX_STARTS: usize = 16;

/// Starts runs.
#[derive(Debug)]
pub(crate) struct Starts {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Known,
}

/// A run to be started.
struct Start {
    /// The place of its record in the batch.
    record: usize,
    workspace: WorkspaceId,
    run: Run,
    /// The mark of a call.
    mark: Option<(String, Window)>,
    received_at: event::Timestamp,
}

impl Starts {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            known: Known::new(store.clone()),
            store,
            clock,
        }
    }

    /// Starts what the chunks start. Returns the record of each run that could not be started, and why.
    pub(crate) async fn start(
        &self,
        chunks: Vec<(usize, StoredChunk)>,
    ) -> Vec<(usize, StoreError)> {
        let mut failed = Vec::new();
        let mut starts = Vec::new();
        for (record, chunk) in chunks {
            let found = match chunk.meta.signal {
                Signal::Triggers => self.by_call(record, &chunk).await,
                Signal::Events => self.by_event(record, &chunk).await,
                Signal::Spans | Signal::Logs | Signal::MetricPoints | Signal::Profiles => {
                    Ok(Vec::new())
                }
            };
            match found {
                Ok(found) => starts.extend(found),
                Err(error) => failed.push((record, error)),
            }
        }
        let mut running = JoinSet::new();
        for start in starts {
            if running.len() >= MAX_STARTS {
                join(&mut running, &mut failed).await;
            }
            let store = self.store.clone();
            running.spawn(async move { (start.record, start.put(&store).await) });
        }
        while !running.is_empty() {
            join(&mut running, &mut failed).await;
        }
        failed
    }

    /// The runs that calls start. A call was answered as a success, so that a workflow is paused
    /// meanwhile changes nothing for it.
    async fn by_call(&self, record: usize, chunk: &StoredChunk) -> Result<Vec<Start>, StoreError> {
        let workspace = &chunk.meta.workspace;
        let mut starts = Vec::new();
        for event in chunk.events()? {
            let Ok(trigger) = TriggerId::parse(&event.name) else {
                continue;
            };
            let active = self.known.of(workspace, self.clock.now()).await?;
            let mut workflow = active.by_trigger(&trigger);
            let fresh;
            if workflow.is_none() {
                // Younger than what is known, perhaps.
                fresh = self.known.fetch(workspace, self.clock.now()).await?;
                workflow = fresh.by_trigger(&trigger);
            }
            let Some(workflow) = workflow else {
                continue;
            };
            let mark = event.id.to_string();
            let received_at = chunk.meta.received_at;
            let run = run_id(workspace, &workflow.id, &mark, Some(received_at));
            let inputs = Inputs {
                origin: Origin::Api,
                profile: event.profile(),
                variables: inputs::object(event.properties.as_deref()),
                event: None,
                hops: 0,
                received_at: Some(received_at),
            };
            starts.extend(
                workflow
                    .run(run, inputs, self.clock.now())
                    .map(|run| Start {
                        record,
                        workspace: workspace.clone(),
                        run,
                        mark: Window::of(&mark).map(|window| (mark, window)),
                        received_at,
                    }),
            );
        }
        Ok(starts)
    }

    /// The runs that events start.
    async fn by_event(&self, record: usize, chunk: &StoredChunk) -> Result<Vec<Start>, StoreError> {
        let workspace = &chunk.meta.workspace;
        let active = self.known.of(workspace, self.clock.now()).await?;
        if !active.any_starts_in(chunk) {
            return Ok(Vec::new());
        }
        let mut starts = Vec::new();
        for event in chunk.events()? {
            starts.extend(self.of_event(record, chunk, &active, &event));
        }
        Ok(starts)
    }

    fn of_event(
        &self,
        record: usize,
        chunk: &StoredChunk,
        active: &Active,
        event: &Event<'static>,
    ) -> Vec<Start> {
        let workspace = &chunk.meta.workspace;
        // Others call their events as they like.
        let is_sent = chunk.meta.source == Source::Workflow;
        let hops = if is_sent {
            hops_of(&event.id.to_string())
        } else {
            0
        };
        let mut starts = Vec::new();
        let mut seen: Option<(workflow::RunEvent, Value)> = None;
        for workflow in active.by_event(&event.name) {
            let (run_event, known) = seen.get_or_insert_with(|| {
                let run_event = inputs::run_event(event);
                let known = serde_json::json!({ "event": run_event });
                (run_event, known)
            });
            if !workflow.holds_for(known) {
                continue;
            }
            if hops > MAX_HOPS {
                tracing::warn!(%workspace, workflow = %workflow.id, "workflows start one another in a circle: not started");
                continue;
            }
            let run = run_id(workspace, &workflow.id, &event.id.to_string(), None);
            let inputs = Inputs {
                origin: Origin::Event,
                profile: event.profile(),
                variables: serde_json::Map::new(),
                event: Some(run_event.clone()),
                hops,
                received_at: Some(chunk.meta.received_at),
            };
            starts.extend(
                workflow
                    .run(run, inputs, self.clock.now())
                    .map(|run| Start {
                        record,
                        workspace: workspace.clone(),
                        run,
                        mark: None,
                        received_at: chunk.meta.received_at,
                    }),
            );
        }
        starts
    }
}

impl Start {
    async fn put(self, store: &Store) -> Result<(), StoreError> {
        let once = self.mark.as_ref().map(|(mark, window)| Once {
            mark,
            window: *window,
            received_at: self.received_at,
        });
        store.start_run(&self.workspace, &self.run, once).await?;
        Ok(())
    }
}

async fn join(
    running: &mut JoinSet<(usize, Result<(), StoreError>)>,
    failed: &mut Vec<(usize, StoreError)>,
) {
    match running.join_next().await {
        Some(Ok((record, Err(error)))) => failed.push((record, error)),
        Some(Ok((_, Ok(())))) | None => {}
        // Nobody knows which: everything comes again.
        Some(Err(_)) => failed.push((
            0,
            StoreError::Unavailable {
                operation: "starting a run",
                cause: store::Cause::Failed,
            },
        )),
    }
}

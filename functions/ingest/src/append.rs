//! Accepted events become durable.

use std::time::Duration;

use edge::{Caller, Problem};
use event::{Event, Signal, Source, chunk};
use store::ChunkMeta;

use crate::Ingest;
use crate::request::Inbound;

const DAY: Duration = Duration::from_hours(24);

/// Which part of its request something is. Usage counts a request with its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    First,
    Further,
}

impl Ingest {
    /// Puts the events into the log, one chunk per hour of event time. After this they are durable.
    pub(crate) async fn append<B>(
        &self,
        inbound: &Inbound<B>,
        caller: &Caller,
        signal: Signal,
        source: Source,
        events: &[Event<'_>],
    ) -> Result<(), Problem> {
        self.append_part(Part::First, inbound, caller, signal, source, events)
            .await
    }

    /// [`Ingest::append`] for a request that brings several signals.
    pub(crate) async fn append_part<B>(
        &self,
        part: Part,
        inbound: &Inbound<B>,
        caller: &Caller,
        signal: Signal,
        source: Source,
        events: &[Event<'_>],
    ) -> Result<(), Problem> {
        if events.is_empty() {
            return Ok(());
        }
        let settings = self
            .settings
            .of(&caller.workspace, inbound.received_at)
            .await?;
        let meta = ChunkMeta {
            workspace: caller.workspace.clone(),
            signal,
            source,
            key_id: caller.key_id.clone(),
            slot: caller.slot,
            continues_request: part == Part::Further,
            address: settings.keep_addresses.then(|| inbound.source_ip()),
            received_at: inbound.received_at,
            // A profile is made of all its updates and stays until somebody deletes it.
            expires_at: settings
                .retention_days
                .filter(|_| signal != Signal::Profiles)
                .map(|days| inbound.received_at.plus(DAY.saturating_mul(days))),
        };
        let chunks = chunk::build(&caller.workspace, signal, events);
        self.store.append_all(&meta, chunks).await?;
        Ok(())
    }
}

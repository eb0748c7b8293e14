//! The way of events and records, the same for all formats: judged, told apart, made durable.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use edge::{Caller, Problem, Refusals};
use event::{Event, EventId, RequestMark, Signal, Source};

use crate::Ingest;
use crate::request::Inbound;
use crate::sources::Outcome;
use crate::verdicts::{Place, Refused, Verdicts, total_refusal};

/// How the records of a request are to be taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taking<'a> {
    /// Where they go in the log.
    pub signal: Signal,
    /// The format.
    pub source: Source,
    /// Where they lie in the body.
    pub place: Place,
    /// What marks the request as the same one again, beside `Idempotency-Key`.
    pub request_id: Option<&'a str>,
    /// When its handling began.
    pub started: Instant,
}

/// What became of the records.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    /// Those that are durable now.
    pub accepted: Vec<Event<'a>>,
    /// The others.
    pub refused: Vec<Refused>,
}

impl Taken<'_> {
    /// The problem of a request that brought records of which none was taken.
    pub(crate) fn total_refusal(&self) -> Option<Problem> {
        let first = self.refused.first().filter(|_| self.accepted.is_empty())?;
        Some(total_refusal(first, &self.refused))
    }
}

impl Ingest {
    /// Judges each record and makes the accepted ones durable.
    pub(crate) async fn take<'a, B>(
        &self,
        inbound: &Inbound<B>,
        caller: &Caller,
        outcomes: Vec<Outcome<'a>>,
        taking: Taking<'_>,
    ) -> Result<Taken<'a>, Problem> {
        let taken = Self::judge(inbound, caller, outcomes, taking);
        self.append(
            inbound,
            caller,
            taking.signal,
            taking.source,
            &taken.accepted,
        )
        .await?;
        self.count(inbound, caller, &taken, taking.started).await;
        Ok(taken)
    }

    /// Judges each record.
    pub(crate) fn judge<'a, B>(
        inbound: &Inbound<B>,
        caller: &Caller,
        outcomes: Vec<Outcome<'a>>,
        taking: Taking<'_>,
    ) -> Taken<'a> {
        let mark = inbound.idempotency_key().or(taking.request_id);
        let mark = mark.map(|text| RequestMark {
            key_id: &caller.key_id,
            text,
        });
        let verdicts = Verdicts::judge(outcomes, caller, mark, taking.place);
        let Verdicts {
            mut accepted,
            refused,
        } = verdicts;
        tell_apart(&mut accepted, taking.signal);
        Taken { accepted, refused }
    }

    /// Adds what became of the records to the metrics, and what was refused to the key's usage.
    pub(crate) async fn count<B>(
        &self,
        inbound: &Inbound<B>,
        caller: &Caller,
        taken: &Taken<'_>,
        started: Instant,
    ) {
        let mut reasons = BTreeMap::<&'static str, u64>::new();
        for refusal in &taken.refused {
            *reasons.entry(refusal.code).or_default() += 1;
        }
        for (&reason, &count) in &reasons {
            self.metrics.refused(&caller.workspace, reason, count);
        }
        if let Some(first) = taken.refused.first() {
            let reasons: Vec<_> = reasons.into_iter().collect();
            let refusals = Refusals {
                workspace: &caller.workspace,
                key_id: &caller.key_id,
                reasons: &reasons,
                sample: first.code,
                name: first.name.as_deref(),
                path: &first.path,
                message: &first.message,
                address: inbound.source_ip(),
            };
            self.tally.refused(&refusals, inbound.received_at).await;
        }
        self.count_accepted(caller, taken.accepted.len() as u64, started);
    }

    /// Adds what was made durable, and how long that took, to the metrics.
    pub(crate) fn count_accepted(&self, caller: &Caller, events: u64, started: Instant) {
        self.metrics.accepted(&caller.workspace, events);
        self.metrics
            .ingest_time(&caller.workspace, started.elapsed());
    }
}

/// Gives ids of their own to events that are equal to an earlier one of the same request, where that
/// says nothing: two lines of a log may well be equal to the last digit, and what comes without a time has
/// that of receipt, as all of its request. Sent again, the request makes the same ids.
fn tell_apart(events: &mut [Event<'_>], signal: Signal) {
    let may_be_equal = |event: &Event<'_>| signal == Signal::Logs || !event.time_given;
    if !events.iter().any(may_be_equal) {
        return;
    }
    let mut seen = HashMap::<u128, u32>::new();
    for event in events {
        if let EventId::Fingerprint(hash) = event.id {
            let before = seen.entry(hash).or_default();
            if *before > 0 && may_be_equal(event) {
                event.id = EventId::Given(format!("{hash:032x}-{before}").into());
            }
            *before += 1;
        }
    }
}

//! What a policy would have refused of what a key has sent.

use std::collections::BTreeMap;
use std::net::IpAddr;

use event::Timestamp;

use crate::{CompiledPolicy, Refusal};

/// Most examples of a dry run.
const MAX_EXAMPLES: usize = 20;

/// What came from one address. All of it was accepted.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The address; `None` where it was not kept.
    pub address: Option<IpAddr>,
    /// Number of requests.
    pub requests: u64,
    /// Event name -> number of events.
    pub events: &'a BTreeMap<String, u64>,
}

/// What a policy says about the past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    /// Requests that were looked at.
    pub requests: u64,
    /// Their events.
    pub events: u64,
    /// Requests that would have been refused as a whole. Event rules refuse events, not requests.
    pub refused_requests: BTreeMap<Refusal, u64>,
    /// Events that would have been refused, those of refused requests too.
    pub refused_events: BTreeMap<Refusal, u64>,
    /// Requests whose address was not kept: nobody can say what address rules make of them.
    pub requests_without_address: u64,
    /// What would have been refused most often, at most 20.
    pub examples: Vec<Example>,
}

/// Events of one name from one address, for which a policy has no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Why.
    pub refusal: Refusal,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
    /// The events' name.
    pub event: String,
    /// Their number.
    pub events: u64,
}

impl CompiledPolicy {
    /// Judges the past as if it came now, so rows that have expired admit nobody: the address
    /// first, then event by event, as a request is judged.
    pub fn dry_run<'a>(&self, past: impl IntoIterator<Item = Past<'a>>, now: Timestamp) -> DryRun {
        let mut run = DryRun::default();
        for sender in past {
            run.requests += sender.requests;
            if sender.address.is_none() {
                run.requests_without_address += sender.requests;
            }
            let admitted = sender
                .address
                .is_none_or(|address| self.admits_address(address, now));
            if !admitted {
                let refused = run.refused_requests.entry(Refusal::AddressNotAllowed);
                *refused.or_default() += sender.requests;
            }
            for (name, &events) in sender.events {
                run.events += events;
                let refusal = if !admitted {
                    Refusal::AddressNotAllowed
                } else if !self.admits_event(name) {
                    Refusal::EventNotAllowed
                } else {
                    continue;
                };
                *run.refused_events.entry(refusal).or_default() += events;
                run.examples.push(Example {
                    refusal,
                    address: sender.address,
                    event: name.clone(),
                    events,
                });
            }
        }
        run.refused_requests.retain(|_, requests| *requests > 0);
        // Of equal numbers the order of the past stays, which is that of addresses and names.
        run.examples
            .sort_by_key(|example| std::cmp::Reverse(example.events));
        run.examples.truncate(MAX_EXAMPLES);
        run
    }
}

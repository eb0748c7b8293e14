//! Faults to order: what a test wants AWS to do wrong.

mod answer;
mod fault;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use answer::{AwsError, aws_error};
pub use fault::Fault;
pub(crate) use fault::Kind;

use crate::Service;

/// The faults in force; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Arc<Mutex<Armed>>>>>);

/// A fault with its counts.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
    hits: u64,
    cleared: bool,
}

/// A handle on one injected fault. Dropping it leaves the fault in force.
#[derive(Debug, Clone)]
pub struct Injected(Arc<Mutex<Armed>>);

impl Injected {
    /// How many requests the fault has hit so far.
    pub fn hits(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hits
    }

    /// Ends the fault.
    pub fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .cleared = true;
    }
}

/// What befalls one request.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    /// How long to wait first.
    pub(crate) delay: Duration,
    /// What goes wrong then.
    pub(crate) kind: Option<Kind>,
}

impl Faults {
    /// Puts a fault in force. Where several match a request, delays add up and the first other one
    /// decides.
    pub fn inject(&self, fault: Fault) -> Injected {
        let armed = Arc::new(Mutex::new(Armed {
            fault,
            seen: 0,
            hits: 0,
            cleared: false,
        }));
        self.lock().push(Arc::clone(&armed));
        Injected(armed)
    }

    /// Ends every fault.
    pub fn clear(&self) {
        for armed in self.lock().drain(..) {
            armed.lock().unwrap_or_else(PoisonError::into_inner).cleared = true;
        }
    }

    /// Whether whatever is asked of the service is refused, so that connecting is in vain too.
    pub(crate) fn refuses_connections(&self, service: Service) -> bool {
        self.lock().iter().any(|armed| {
            let armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
            !armed.cleared && armed.fault.is_outage_of(service)
        })
    }

    /// Decides about one request and counts it.
    pub(crate) fn decide(&self, service: Service, action: &str, tables: &[String]) -> Fate {
        let mut faults = self.lock();
        let mut fate = Fate::default();
        faults.retain(|armed| {
            let mut armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
            let free = fate.kind.is_none() || armed.fault.is_delay();
            if free && !armed.cleared && armed.fault.matches(service, action, tables) {
                armed.count(&mut fate);
            }
            !armed.cleared
        });
        fate
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Mutex<Armed>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn count(&mut self, fate: &mut Fate) {
        self.seen += 1;
        if !self.fault.strikes(self.seen) {
            return;
        }
        self.hits += 1;
        self.cleared = self.fault.is_spent(self.hits);
        if let Kind::Slow(delay) = self.fault.kind() {
            fate.delay += delay;
        } else {
            fate.kind = Some(self.fault.kind());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(faults: &Faults, action: &str) -> bool {
        faults
            .decide(Service::DynamoDb, action, &["events".into()])
            .kind
            .is_some()
    }

    #[test]
    fn a_fault_hits_the_named_action_and_table_as_often_as_asked() {
        let faults = Faults::default();
        let fault = Fault::throttled()
            .on_action("PutItem")
            .on_table("events")
            .times(2);
        let injected = faults.inject(fault);
        assert!(!struck(&faults, "GetItem"));
        let elsewhere = faults.decide(Service::DynamoDb, "PutItem", &["control".into()]);
        assert!(elsewhere.kind.is_none());
        let hits: Vec<bool> = (0..4).map(|_| struck(&faults, "PutItem")).collect();
        assert_eq!((hits, injected.hits()), (vec![true, true, false, false], 2));
    }

    #[test]
    fn a_fault_can_skip_and_repeat() {
        let faults = Faults::default();
        let injected = faults.inject(Fault::server_error().skip(1).every(3));
        let hits: Vec<bool> = (0..8).map(|_| struck(&faults, "Query")).collect();
        assert_eq!(hits, [false, true, false, false, true, false, false, true]);
        injected.clear();
        assert!(!struck(&faults, "Query"));
    }

    #[test]
    fn delays_add_to_the_first_other_fault() {
        let faults = Faults::default();
        faults.inject(Fault::slow(Duration::from_millis(2)));
        faults.inject(Fault::hang());
        let shadowed = faults.inject(Fault::throttled());
        faults.inject(Fault::slow(Duration::from_millis(3)));
        let fate = faults.decide(Service::DynamoDb, "Query", &[]);
        assert_eq!(
            (fate.delay, fate.kind),
            (Duration::from_millis(5), Some(Kind::Hang))
        );
        assert_eq!(shadowed.hits(), 0);
    }
}

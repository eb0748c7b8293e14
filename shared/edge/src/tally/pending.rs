//! What is added up and not yet written.

use std::collections::{BTreeMap, HashSet};

use event::{KeyId, Timestamp, WorkspaceId};
use policy::Operation;
use store::DirectCounts;

use super::MAX_PENDING;

/// Keys and hours held at most. Only while nothing can be written do they gather; then the ones that
/// come later are dropped.
const MAX_SLOTS: usize = 10_000;
const MILLIS_PER_MINUTE: i64 = 60_000;

/// One item's worth of counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) workspace: WorkspaceId,
    pub(super) key_id: KeyId,
    /// The first moment of the hour.
    pub(super) hour: Timestamp,
}

impl Slot {
    pub(super) fn new(workspace: &WorkspaceId, key_id: &KeyId, now: Timestamp) -> Self {
        Self {
            workspace: workspace.clone(),
            key_id: key_id.clone(),
            hour: now.start_of_hour(),
        }
    }
}

/// The sums, and what was written at once.
#[derive(Debug, Default)]
pub(super) struct Pending {
    counts: BTreeMap<Slot, DirectCounts>,
    /// How many things were added since something was last taken out, and not put back.
    fresh: u64,
    minute: i64,
    /// What was refused for the first time in this minute, and so is written.
    told: HashSet<(KeyId, &'static str)>,
    /// The second of the last sample.
    sampled: Option<i64>,
}

impl Pending {
    /// Adds refusals; whether one of the reasons is new for the key in this minute.
    pub(super) fn refuse(
        &mut self,
        slot: &Slot,
        reasons: &[(&'static str, u64)],
        now: Timestamp,
    ) -> bool {
        let minute = now.as_millis().div_euclid(MILLIS_PER_MINUTE);
        if minute != self.minute {
            self.minute = minute;
            self.told.clear();
        }
        let mut is_first = false;
        for &(reason, _) in reasons {
            is_first |= self.told.insert((slot.key_id.clone(), reason));
        }
        self.add_fresh(
            slot.clone(),
            DirectCounts {
                refused: reasons.iter().copied().collect(),
                ..DirectCounts::default()
            },
        );
        is_first
    }

    /// Adds a request that brings no events.
    pub(super) fn call(&mut self, slot: &Slot, operation: Operation, now: Timestamp) {
        self.add_fresh(
            slot.clone(),
            DirectCounts {
                calls: BTreeMap::from([(operation.as_str(), 1)]),
                last_call: Some(now),
                ..DirectCounts::default()
            },
        );
    }

    /// Whether a sample may be kept now: one in a second.
    pub(super) fn claim_sample(&mut self, now: Timestamp) -> bool {
        let second = Some(now.as_secs());
        let is_free = self.sampled != second;
        self.sampled = second;
        is_free
    }

    /// Whether so much was added up that it should be written. What was tried and put back does not
    /// count: a store that is away is not asked by every request.
    pub(super) const fn is_full(&self) -> bool {
        self.fresh >= MAX_PENDING
    }

    pub(super) fn take(&mut self, slot: &Slot) -> Option<DirectCounts> {
        let counts = self.counts.remove(slot)?;
        self.fresh = self.fresh.saturating_sub(counts.total());
        Some(counts)
    }

    pub(super) fn take_all(&mut self) -> BTreeMap<Slot, DirectCounts> {
        self.fresh = 0;
        std::mem::take(&mut self.counts)
    }

    /// Takes back what could not be written: it leaves with the next flush.
    pub(super) fn put_back(&mut self, slot: Slot, counts: DirectCounts) {
        self.add(slot, counts);
    }

    fn add_fresh(&mut self, slot: Slot, counts: DirectCounts) {
        self.fresh = self.fresh.saturating_add(counts.total());
        self.add(slot, counts);
    }

    fn add(&mut self, slot: Slot, counts: DirectCounts) {
        if self.counts.len() >= MAX_SLOTS && !self.counts.contains_key(&slot) {
            tracing::warn!("refusals of a key were dropped");
            return;
        }
        self.counts.entry(slot).or_default().merge(counts);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_795_240_800_000);
    const REASONS: [&str; 3] = ["ip_not_allowed", "key_revoked", "invalid_event"];

    fn slot(key: u8, now: Timestamp) -> Slot {
        let key = KeyId::parse(&format!("{key:012}")).unwrap();
        Slot::new(&WorkspaceId::parse("acme").unwrap(), &key, now)
    }

    #[test]
    fn a_reason_is_told_once_a_minute_and_what_failed_waits_for_the_next_flush() {
        let mut pending = Pending::default();
        let refuse = |pending: &mut Pending, after: u64| {
            let now = START.plus(Duration::from_secs(after));
            pending.refuse(&slot(1, now), &[("ip_not_allowed", 1)], now)
        };
        assert!(refuse(&mut pending, 0));
        assert!(!refuse(&mut pending, 59));
        assert!(refuse(&mut pending, 60));
        let counts = pending.take(&slot(1, START)).unwrap();
        assert_eq!(counts.refused["ip_not_allowed"], 3);
        assert!(!refuse(&mut pending, 61));
        pending.put_back(slot(1, START), counts);
        assert!(!refuse(&mut pending, 62));
        assert_eq!(pending.take_all()[&slot(1, START)].total(), 5);
    }

    #[test]
    fn while_nothing_can_be_written_what_is_kept_is_bounded() {
        let mut pending = Pending::default();
        for number in 0..MAX_SLOTS + 10 {
            let key = KeyId::parse(&format!("{number:012}")).unwrap();
            let slot = Slot::new(&WorkspaceId::parse("acme").unwrap(), &key, START);
            pending.call(&slot, Operation::ReadProfile, START);
        }
        assert_eq!(pending.counts.len(), MAX_SLOTS);
    }

    proptest! {
        /// Whatever is taken out, put back and added in between: nothing is lost or made up.
        #[test]
        fn every_refusal_is_in_exactly_one_place(
            steps in prop::collection::vec((0..4_u8, 0..3_usize, 1..50_u64, 0..5_u8), 0..80),
        ) {
            let mut pending = Pending::default();
            let (mut written, mut refused) = (0, 0);
            for (second, (key, reason, count, step)) in (0..).zip(steps) {
                let now = START.plus(Duration::from_secs(second * 20));
                let slot = slot(key, now);
                let is_first = pending.refuse(&slot, &[(REASONS[reason], count)], now);
                refused += count;
                if is_first && step > 0 {
                    let counts = pending.take(&slot).unwrap();
                    if step == 1 {
                        pending.put_back(slot, counts);
                    } else {
                        written += counts.total();
                    }
                } else if step == 4 {
                    written += pending.take_all().values().map(DirectCounts::total).sum::<u64>();
                }
                let kept: u64 = pending.counts.values().map(DirectCounts::total).sum();
                prop_assert_eq!(written + kept, refused);
                prop_assert!(pending.fresh <= kept);
            }
        }
    }
}

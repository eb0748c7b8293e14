//! What an event source mapping may do to a function, by a seed: other batch borders, redelivery.

use std::collections::VecDeque;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How many past positions a redelivery may go back to.
const MEMORY: usize = 8;

/// A position to go back to: after this record, or before the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct After(pub(super) Option<String>);

#[derive(Debug)]
pub(super) struct Disorder {
    rng: StdRng,
    /// Where past batches began.
    past: VecDeque<After>,
}

impl Disorder {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            past: VecDeque::new(),
        }
    }

    /// The size of the next batch.
    pub(super) fn batch_size(&mut self, most: usize) -> usize {
        self.rng.random_range(1..=most.max(1))
    }

    /// After a batch that began after `began`: where to go back to, one time in four.
    pub(super) fn redeliver_after(&mut self, began: Option<String>) -> Option<After> {
        self.past.push_back(After(began));
        if self.past.len() > MEMORY {
            self.past.pop_front();
        }
        if !self.rng.random_ratio(1, 4) {
            return None;
        }
        let back = self.rng.random_range(0..self.past.len());
        self.past.truncate(back + 1);
        self.past.pop_back()
    }
}

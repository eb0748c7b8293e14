//! Which event names a list of patterns admits.

use std::collections::HashSet;

use crate::EventPattern;

/// Event patterns as a set of names and a sorted list of prefixes.
#[derive(Clone, Default)]
pub(crate) struct EventMatcher {
    names: HashSet<Box<str>>,
    /// Sorted, and none the beginning of another.
    prefixes: Vec<Box<str>>,
}

impl EventMatcher {
    pub(crate) fn new(patterns: &[EventPattern]) -> Self {
        let mut matcher = Self::default();
        for pattern in patterns {
            match pattern {
                EventPattern::Exact(name) => {
                    matcher.names.insert(name.as_str().into());
                }
                EventPattern::Prefix(prefix) => matcher.prefixes.push(prefix.clone()),
            }
        }
        matcher.prefixes.sort_unstable();
        // In sorted order a prefix comes right before everything it begins.
        matcher
            .prefixes
            .dedup_by(|later, kept| later.starts_with(&**kept));
        matcher
    }

    pub(crate) fn admits(&self, name: &str) -> bool {
        self.names.contains(name) || self.prefix_admits(name)
    }

    /// Names with a common beginning stand together in sorted order, and no prefix begins another:
    /// so if any prefix fits, it is the last one that is not greater than the name.
    fn prefix_admits(&self, name: &str) -> bool {
        let after = self.prefixes.partition_point(|prefix| **prefix <= *name);
        let candidate = after
            .checked_sub(1)
            .and_then(|index| self.prefixes.get(index));
        candidate.is_some_and(|prefix| name.starts_with(&**prefix))
    }
}

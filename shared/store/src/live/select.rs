//! Which events of a window are listed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use event::KeyId;

use super::LiveEvent;

/// Most events that a window lists.
pub(super) const MAX_EVENTS: usize = 50;

/// The events of a window, of which only the newest of each key and name are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveWindow {
    groups: BTreeMap<KeyId, BTreeMap<String, Vec<LiveEvent>>>,
    /// All that were added.
    total: u64,
}

impl LiveWindow {
    /// Adds something that was accepted.
    pub fn add(&mut self, event: LiveEvent) {
        self.total = self.total.saturating_add(event.count);
        let names = self.groups.entry(event.key_id.clone()).or_default();
        let group = names.entry(event.name.clone()).or_default();
        group.push(event);
        // Twice as many as are needed, so that sorting is seldom.
        if group.len() >= 2 * MAX_EVENTS {
            keep_newest(group);
        }
    }

    /// All that were added, listed or not.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// The events to list, the most wanted first: of each key and name the newest, then of each the
    /// second, and so on; among those of one turn the newest first.
    pub(super) fn selected(self) -> Vec<LiveEvent> {
        let mut turns = BTreeMap::<usize, Vec<LiveEvent>>::new();
        for mut group in self.groups.into_values().flat_map(BTreeMap::into_values) {
            keep_newest(&mut group);
            for (turn, event) in group.into_iter().enumerate() {
                turns.entry(turn).or_default().push(event);
            }
        }
        let mut selected = Vec::with_capacity(MAX_EVENTS);
        for mut turn in turns.into_values() {
            turn.sort_by(|one, other| other.cmp(one));
            selected.extend(turn.into_iter().take(MAX_EVENTS - selected.len()));
        }
        selected
    }
}

/// The newest events of a group, newest first, each id once.
fn keep_newest(group: &mut Vec<LiveEvent>) {
    group.sort_by(|one, other| Reverse(one).cmp(&Reverse(other)));
    let mut ids = HashSet::new();
    group.retain(|event| ids.insert(event.id.clone()));
    group.truncate(MAX_EVENTS);
}

#[cfg(test)]
mod tests {
    use event::{Signal, Source, Timestamp};

    use super::*;

    fn event(key: &str, name: &str, at: i64) -> LiveEvent {
        LiveEvent {
            received_at: Timestamp::from_millis(at),
            time: Timestamp::from_millis(at),
            id: format!("{key}-{name}-{at}"),
            key_id: KeyId::parse(&format!("{key:0>12}")).unwrap(),
            name: name.to_owned(),
            count: 1,
            signal: Signal::Events,
            source: Source::Userflux,
        }
    }

    #[test]
    fn a_busy_key_does_not_hide_a_quiet_one() {
        let mut window = LiveWindow::default();
        for at in 1_000..3_000 {
            window.add(event("busy", "view", at));
        }
        window.add(event("quiet", "login", 1));
        window.add(event("busy", "buy", 2));
        assert_eq!(window.total(), 2_002);
        let selected = window.selected();
        assert_eq!(selected.len(), MAX_EVENTS);
        let first: Vec<_> = selected[..4]
            .iter()
            .map(|event| (event.name.as_str(), event.received_at.as_millis()))
            .collect();
        assert_eq!(
            first,
            [("view", 2_999), ("buy", 2), ("login", 1), ("view", 2_998)]
        );
    }

    #[test]
    fn an_event_that_came_twice_is_listed_once() {
        let mut window = LiveWindow::default();
        window.add(event("key", "view", 5));
        window.add(event("key", "view", 5));
        assert_eq!(window.selected().len(), 1);
    }
}

//! A window's list as it lies in an item.

use event::{KeyId, Signal, Source, Timestamp};
use serde::{Deserialize, Serialize};

use super::LiveEvent;
use crate::{StoreError, packed};

const WHAT: &str = "live events";
/// Most bytes of a packed list: with its keys the item then has less than the kilobyte that a write
/// unit pays for.
const MAX_BODY: usize = 900;

/// Events, their keys and names said once. The members' names are short: they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    /// How many events the window had, listed or not.
    #[serde(rename = "t")]
    pub(super) total: u64,
    #[serde(rename = "k")]
    keys: Vec<KeyId>,
    #[serde(rename = "n")]
    names: Vec<String>,
    #[serde(rename = "r")]
    rows: Vec<Row>,
}

/// Place of the key, place of the name, milliseconds from the receipt to the window's newest, from
/// the event to its receipt, number of events, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row(usize, usize, i64, i64, u64, Signal, Source, String);

impl Document {
    /// The events, beside how many there were.
    fn new(events: &[LiveEvent], newest: Timestamp, total: u64) -> Self {
        let mut document = Self {
            total,
            ..Self::default()
        };
        for event in events {
            let row = Row(
                place(&mut document.keys, &event.key_id),
                place(&mut document.names, &event.name),
                millis(event.received_at, newest),
                millis(event.time, event.received_at),
                event.count,
                event.signal,
                event.source,
                event.id.clone(),
            );
            document.rows.push(row);
        }
        document
    }

    /// As many of the events as fit, the first of them being the most wanted; at least one.
    pub(super) fn pack(
        mut events: &[LiveEvent],
        newest: Timestamp,
        total: u64,
    ) -> Result<Vec<u8>, StoreError> {
        loop {
            let document = Self::new(events, newest, total);
            let json =
                serde_json::to_vec(&document).map_err(|_| StoreError::Corrupt { what: WHAT })?;
            let body = packed::pack(&json, WHAT)?;
            let fitting = events.len() * MAX_BODY / body.len().max(1);
            match events.get(..fitting.min(events.len().saturating_sub(1)).max(1)) {
                Some(fewer) if body.len() > MAX_BODY && events.len() > 1 => events = fewer,
                Some(_) | None => return Ok(body),
            }
        }
    }

    pub(super) fn unpack(body: &[u8]) -> Result<Self, StoreError> {
        let json = packed::unpack(body, WHAT)?;
        serde_json::from_slice(&json).map_err(|_| StoreError::Corrupt { what: WHAT })
    }

    /// How many events the list has.
    pub(super) fn listed(&self) -> u64 {
        self.rows.iter().map(|row| row.4).sum()
    }

    /// The events of a window with that newest receipt.
    pub(super) fn into_events(self, newest: Timestamp) -> Result<Vec<LiveEvent>, StoreError> {
        let Self {
            keys, names, rows, ..
        } = self;
        let event = |row: Row| {
            let Row(key, name, ago, age, count, signal, source, id) = row;
            let received_at = earlier(newest, ago);
            Some(LiveEvent {
                received_at,
                time: earlier(received_at, age),
                id,
                key_id: keys.get(key)?.clone(),
                name: names.get(name)?.clone(),
                count,
                signal,
                source,
            })
        };
        let events: Option<Vec<_>> = rows.into_iter().map(event).collect();
        events.ok_or(StoreError::Corrupt { what: WHAT })
    }
}

/// Where the value lies in the list, to which it is added if it is not there.
fn place<T: PartialEq + Clone>(list: &mut Vec<T>, value: &T) -> usize {
    list.iter().position(|it| it == value).unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    })
}

/// Milliseconds between the moments; negative where the first lies behind the second.
const fn millis(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millis().saturating_sub(from.as_millis())
}

const fn earlier(moment: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(moment.as_millis().saturating_sub(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_240_800_000);

    /// Events with random ids, as senders have them.
    fn events(count: u8, name: &str) -> Vec<LiveEvent> {
        let event = |number: u8| LiveEvent {
            received_at: earlier(NOW, i64::from(number)),
            time: earlier(NOW, i64::from(number) * 3 - 40),
            id: format!("{:032x}", rand::random::<u128>()),
            key_id: KeyId::parse(&format!("{:012}", number % 3)).unwrap(),
            name: format!("{name}{}", number % 5),
            count: 1 + u64::from(number),
            signal: Signal::Events,
            source: Source::Rum,
        };
        (0..count).map(event).collect()
    }

    #[test]
    fn a_list_is_read_back_as_it_was() {
        let events = events(8, "page_view");
        let body = Document::pack(&events, NOW, 99).unwrap();
        let document = Document::unpack(&body).unwrap();
        assert_eq!((document.total, document.listed()), (99, 36));
        assert_eq!(document.into_events(NOW).unwrap(), events);
    }

    #[test]
    fn what_does_not_fit_into_a_write_unit_is_left_out_from_the_end() {
        let events = events(50, "page_view");
        let body = Document::pack(&events, NOW, 50).unwrap();
        assert!(body.len() <= MAX_BODY, "{}", body.len());
        let listed = Document::unpack(&body).unwrap().into_events(NOW).unwrap();
        assert!(listed.len() >= 20, "{}", listed.len());
        assert_eq!(listed, events[..listed.len()]);
    }

    #[test]
    fn one_event_is_listed_whatever_its_size() {
        let mut events = events(2, "x");
        for (event, letter) in events.iter_mut().zip(["\u{10ffff}", "\u{10fffe}"]) {
            event.name = letter.repeat(128);
            event.id = (0..128)
                .map(|_| char::from(rand::random_range(b'!'..b'~')))
                .collect();
        }
        let body = Document::pack(&events, NOW, 2).unwrap();
        let listed = Document::unpack(&body).unwrap().into_events(NOW).unwrap();
        assert_eq!(listed.first(), events.first());
    }

    #[test]
    fn a_row_that_names_nothing_is_corrupt() {
        let row = Row(7, 0, 0, 0, 1, Signal::Events, Source::Otlp, String::new());
        let document = Document {
            rows: vec![row],
            ..Document::default()
        };
        assert!(document.into_events(NOW).is_err());
    }
}

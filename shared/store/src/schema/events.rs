//! Keys and attributes of the events table.

use event::chunk::SHARDS;
use event::{Day, Signal, Timestamp, WorkspaceId};

use super::{Key, LAST, SEPARATOR, digest, moment};

/// The attributes: one letter each, since every chunk pays for them.
pub(crate) mod attribute {
    pub(crate) const BLOB: &str = "b";
    pub(crate) const NAMES: &str = "n";
    pub(crate) const MAX_TIME: &str = "t";
    pub(crate) const COUNT: &str = "c";
    pub(crate) const KEY_ID: &str = "k";
    pub(crate) const SLOT: &str = "o";
    pub(crate) const SOURCE: &str = "s";
    pub(crate) const RECEIVED_AT: &str = "r";
    pub(crate) const ADDRESS: &str = "a";
    pub(crate) const CONTINUES: &str = "m";
}

/// Where a chunk lies: everything its key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) workspace: WorkspaceId,
    pub(crate) signal: Signal,
    pub(crate) shard: u8,
    pub(crate) first_time: Timestamp,
    pub(crate) digest: u128,
}

/// The partition of a workspace's signal, day and shard.
pub(crate) fn partition(workspace: &WorkspaceId, signal: Signal, day: Day, shard: u8) -> String {
    let signal = letter(signal);
    format!("{workspace}{SEPARATOR}{signal}{SEPARATOR}{day}{SEPARATOR}{shard:02}")
}

/// The sort keys of chunks whose first event lies between the two moments, both included.
pub(crate) fn sort_range(from: Timestamp, to: Timestamp) -> (String, String) {
    (
        moment::encode(from),
        format!("{}{LAST}", moment::encode(to)),
    )
}

impl Place {
    /// The chunk's key.
    pub(crate) fn key(&self) -> Key {
        let pk = partition(
            &self.workspace,
            self.signal,
            self.first_time.day(),
            self.shard,
        );
        Key::new(
            pk,
            format!(
                "{}{}",
                moment::encode(self.first_time),
                digest::encode(self.digest)
            ),
        )
    }

    /// Reads a chunk's key.
    pub(crate) fn parse(pk: &str, sk: &str) -> Option<Self> {
        let mut parts = pk.split(SEPARATOR);
        let workspace = WorkspaceId::parse(parts.next()?).ok()?;
        let signal = signal(parts.next()?)?;
        let _day = parts.next()?;
        let shard = parts.next()?.parse().ok().filter(|shard| *shard < SHARDS)?;
        let (time, digest) = sk.split_at_checked(moment::CHARS)?;
        let (first_time, digest) = (moment::decode(time)?, digest::decode(digest)?);
        parts.next().is_none().then_some(Self {
            workspace,
            signal,
            shard,
            first_time,
            digest,
        })
    }
}

/// A signal's letter. Stored keys carry it: it never changes.
pub(crate) const fn letter(signal: Signal) -> &'static str {
    match signal {
        Signal::Events => "e",
        Signal::Spans => "s",
        Signal::Logs => "l",
        Signal::MetricPoints => "m",
        Signal::Profiles => "p",
        Signal::Triggers => "t",
    }
}

fn signal(text: &str) -> Option<Signal> {
    Signal::ALL
        .into_iter()
        .find(|signal| letter(*signal) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(signal: Signal, first_time: i64) -> Place {
        let workspace = WorkspaceId::parse("acme-1").unwrap();
        let first_time = Timestamp::from_millis(first_time);
        Place {
            workspace,
            signal,
            shard: 7,
            first_time,
            digest: 42,
        }
    }

    #[test]
    fn a_key_tells_workspace_signal_shard_time_and_digest() {
        for signal in Signal::ALL {
            for time in [-1, 0, 1_795_229_788_987] {
                let place = place(signal, time);
                let key = place.key();
                assert_eq!(Place::parse(&key.pk, &key.sk), Some(place));
            }
        }
        assert_eq!(
            place(Signal::Events, 1_795_229_788_987).key().pk,
            "acme-1#e#2026-11-21#07"
        );
    }

    #[test]
    fn what_is_no_chunk_key_is_not_read_as_one() {
        let key = place(Signal::Events, 0).key();
        for pk in [
            "",
            "acme",
            "acme#e#2026-11-21",
            "acme#?#2026-11-21#07",
            "acme#e#1970-01-01#16",
        ] {
            assert_eq!(Place::parse(pk, &key.sk), None, "{pk}");
        }
        for sk in ["", "zz", "0123456789abshort", "é0123456789a"] {
            assert_eq!(Place::parse(&key.pk, sk), None, "{sk}");
        }
    }
}

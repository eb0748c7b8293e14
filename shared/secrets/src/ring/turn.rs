//! How a ring turns: the key that came last time becomes the current one, a new one comes for the
//! next time, and old ones leave once nothing under them is in use.
//!
//! So every key has been on the ring, and in every process, for a whole period before anything is
//! sealed or signed with it.

use std::time::Duration;

use event::Timestamp;
use rand::distr::{Alphanumeric, SampleString};
use rand::{CryptoRng, RngExt};
use secrecy::SecretBox;

use super::{ID_CHARS, KEY_BYTES, Ring, SealingKey};
use crate::RING_LIFETIME;

/// A key is not used sooner than this after it came: by then every process has fetched the ring.
const MIN_AGE: Duration = Duration::from_secs(2 * RING_LIFETIME.as_secs());

/// When a key that is current no more leaves its ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Never: what is sealed under it is kept for good.
    Never,
    /// That long after it stopped being the current one, and no sooner than the ring turns then.
    After(Duration),
}

/// The last key came so lately that not every process knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooSoon;

impl Ring {
    /// Turns the ring once.
    pub(crate) fn turn(
        &mut self,
        now: Timestamp,
        release: Release,
        rng: &mut impl CryptoRng,
    ) -> Result<(), TooSoon> {
        let order = self.by_age();
        if let Some((made, youngest)) = order.last()
            && *youngest != self.current
        {
            if made.is_some_and(|made| now.since(made) < MIN_AGE) {
                return Err(TooSoon);
            }
            youngest.clone_into(&mut self.current);
        }
        if let Release::After(kept) = release {
            // A key came, was made current when the one behind it came, and stopped to be so when
            // the one behind that came.
            let superseded = order.iter().zip(order.iter().skip(2));
            for ((_, id), (since, _)) in superseded {
                let is_over = since.is_some_and(|since| now.since(since) >= kept);
                if is_over && *id != self.current {
                    self.keys.remove(id);
                }
            }
        }
        let key = SecretBox::init_with_mut(|key: &mut [u8; KEY_BYTES]| *key = rng.random());
        let random = Alphanumeric.sample_string(rng, ID_CHARS);
        self.keys.insert(format!("{}-{random}", now.as_secs()), key);
        Ok(())
    }

    /// The keys that came after the current one: the next turns make them current.
    pub(crate) fn younger(&self) -> impl Iterator<Item = &SealingKey> {
        let order = self.by_age().into_iter().map(|(_, id)| id);
        let behind = order.skip_while(|id| *id != self.current).skip(1);
        behind.filter_map(|id| self.keys.get(&id))
    }

    /// When each key came, as far as its id says, and its id; the oldest first. A key of a new
    /// installation has an id without a time.
    fn by_age(&self) -> Vec<(Option<Timestamp>, String)> {
        let ids = self.keys.keys();
        let mut order: Vec<_> = ids.map(|id| (made(id), id.clone())).collect();
        order.sort_unstable();
        order
    }
}

fn made(id: &str) -> Option<Timestamp> {
    let (secs, _) = id.split_once('-')?;
    let millis = secs.parse::<i64>().ok()?.checked_mul(1_000)?;
    Some(Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn ring() -> Ring {
        let key = "01".repeat(KEY_BYTES);
        let text = format!(r#"{{"current":"first","first":"{key}"}}"#);
        Ring::parse(&text.into()).unwrap()
    }

    fn turn(ring: &mut Ring, day: u32, release: Release) -> Result<(), TooSoon> {
        let now = Timestamp::from_millis(1_795_240_800_000).plus(DAY * day);
        ring.turn(now, release, &mut rand::rng())
    }

    #[test]
    fn a_key_is_on_the_ring_a_turn_before_it_is_used() {
        let mut ring = ring();
        turn(&mut ring, 0, Release::Never).unwrap();
        assert_eq!((ring.current.as_str(), ring.keys.len()), ("first", 2));
        for day in 1..9 {
            let known: Vec<_> = ring.keys.keys().cloned().collect();
            let before = ring.current.clone();
            turn(&mut ring, day, Release::Never).unwrap();
            assert_ne!(ring.current, before);
            assert!(known.contains(&ring.current));
            assert!(known.iter().all(|id| ring.get(id).is_some()));
            assert_eq!(ring.younger().count(), 1, "the one that just came");
        }
        assert_eq!(ring.keys.len(), 10);
    }

    #[test]
    fn a_ring_does_not_turn_before_every_process_knows_the_last_key() {
        let mut ring = ring();
        turn(&mut ring, 0, Release::Never).unwrap();
        assert_eq!(turn(&mut ring, 0, Release::Never), Err(TooSoon));
        assert_eq!((ring.current.as_str(), ring.keys.len()), ("first", 2));
    }

    #[test]
    fn a_key_leaves_when_it_has_not_been_current_for_long_enough() {
        let mut ring = ring();
        for day in 0..3 {
            turn(&mut ring, day, Release::After(DAY)).unwrap();
        }
        // Current until day 1; on day 2 a day had passed.
        assert!(ring.get("first").is_none());
        assert_eq!(ring.keys.len(), 3);

        let mut ring = self::ring();
        for day in 0..3 {
            turn(&mut ring, day, Release::After(DAY * 2)).unwrap();
        }
        assert!(
            ring.get("first").is_some(),
            "what it sealed may still be in use"
        );
        turn(&mut ring, 3, Release::After(DAY * 2)).unwrap();
        assert!(ring.get("first").is_none());
    }
}

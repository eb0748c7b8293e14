//! Each event once, whatever was sent again.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use event::EventId;
use xxhash_rust::xxh3::xxh3_128;

/// The ids that a scan has met, as hashes: 16 bytes for each, and the set's own share.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<u128, BuildHasherDefault<AsItIs>>);

impl Seen {
    /// Whether the id is new.
    pub(super) fn is_new(&mut self, id: u128) -> bool {
        self.0.insert(id)
    }

    /// About the bytes that the set takes.
    pub(super) fn size(&self) -> usize {
        self.0.capacity() * (size_of::<u128>() + 1)
    }
}

/// What stands for an id in the set.
pub(super) fn hash_of(id: &EventId<'_>) -> u128 {
    match id {
        EventId::Given(text) => xxh3_128(text.as_bytes()),
        EventId::Fingerprint(hash) => *hash,
    }
}

/// A hash that is one already.
#[derive(Debug, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = u64::try_from(hash & u128::from(u64::MAX)).unwrap_or_default();
    }
}

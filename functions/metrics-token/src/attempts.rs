//! How often somebody may try: counted for the key and for the address, over all processes.

use std::net::IpAddr;
use std::time::Duration;

use edge::Problem;
use event::{KeyId, Timestamp};
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use store::Store;

/// Exchanges of one key within a minute, good and bad ones. A token is good for fifteen.
pub(crate) const MAX_OF_KEY: u64 = 60;
/// Exchanges from one address within a minute, good and bad ones.
pub(crate) const MAX_OF_ADDRESS: u64 = 120;
const MINUTE: i64 = 60;
/// Keys and addresses remembered that tried too often.
const MAX_REMEMBERED: u64 = 10_000;
/// Who has an IPv6 address has as many as the lower half of it counts.
const NETWORK_BYTES: usize = 8;

/// Counts attempts. Clones share what they remember.
#[derive(Debug, Clone)]
pub(crate) struct Attempts {
    store: Store,
    /// Who tried too often, and in which minute: these cost no more writes.
    refused: Cache<u128, i64>,
}

impl Attempts {
    pub(crate) fn new(store: Store) -> Self {
        let refused = Cache::new(MAX_REMEMBERED);
        Self { store, refused }
    }

    /// Counts an attempt with that key from that address; refused where either tried too often.
    pub(crate) async fn count(
        &self,
        key: &KeyId,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let key = digest("key", key.as_str().as_bytes());
        let address = match address {
            IpAddr::V4(address) => digest("address", &address.octets()),
            IpAddr::V6(address) => {
                let octets = address.octets();
                digest("address", octets.get(..NETWORK_BYTES).unwrap_or(&octets))
            }
        };
        tokio::try_join!(
            self.count_one(key, MAX_OF_KEY, now),
            self.count_one(address, MAX_OF_ADDRESS, now)
        )?;
        Ok(())
    }

    async fn count_one(&self, who: u128, max: u64, now: Timestamp) -> Result<(), Problem> {
        let seconds = now.as_secs();
        let minute = seconds.div_euclid(MINUTE);
        let is_refused = self.refused.get(&who) == Some(minute);
        if !is_refused && self.store.count_attempt(who, now).await? <= max {
            return Ok(());
        }
        self.refused.insert(who, minute);
        let rest = u64::try_from(MINUTE - seconds.rem_euclid(MINUTE)).unwrap_or_default();
        Err(Problem::RateLimited {
            retry_after: Duration::from_secs(rest),
        })
    }
}

/// Half of a SHA-256: an address stands nowhere as it is.
fn digest(kind: &str, bytes: &[u8]) -> u128 {
    let digest = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(bytes)
        .finalize();
    digest
        .iter()
        .take(16)
        .fold(0, |number, byte| number << 8 | u128::from(*byte))
}

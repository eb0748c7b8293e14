//! Digests in keys: 22 characters for 128 bits.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The digest as text for a key.
pub(crate) fn encode(digest: u128) -> String {
    URL_SAFE_NO_PAD.encode(digest.to_be_bytes())
}

/// The digest so encoded.
pub(crate) fn decode(text: &str) -> Option<u128> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(u128::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_survives_its_text() {
        for digest in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            assert_eq!(encode(digest).len(), 22);
            assert_eq!(decode(&encode(digest)), Some(digest));
        }
        assert_eq!(decode("short"), None);
    }
}

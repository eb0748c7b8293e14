//! The checksum at the end of a key's text: CRC-32 as six base62 characters.
//!
//! It lets a secret scanner, and the parser, tell a key from a look-alike without asking anyone.
//! It protects nothing: the secret does.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Length of a checksum, in characters: 62^6 > 2^32.
pub(crate) const CHECKSUM_CHARS: usize = 6;

/// The checksum of everything before it, most significant digit first, padded with `0`.
pub(crate) fn checksum(text: &[u8]) -> [u8; CHECKSUM_CHARS] {
    let mut rest = crc32fast::hash(text) as usize;
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET.get(rest % ALPHABET.len()).copied().unwrap_or(b'0');
        rest /= ALPHABET.len();
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_nothing_is_all_zeros() {
        assert_eq!(&checksum(b""), b"000000");
    }

    #[test]
    fn the_checksum_is_the_ieee_crc_in_base_62() {
        // The check value of CRC-32/ISO-HDLC is 0xCBF43926 = 3,421,780,262.
        let digits = checksum(b"123456789");
        let value = digits.iter().fold(0_u64, |value, digit| {
            value * 62 + ALPHABET.iter().position(|letter| letter == digit).unwrap() as u64
        });
        assert_eq!(value, 0xCBF4_3926);
    }
}

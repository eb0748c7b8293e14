//! Moments in sort keys: fixed width, in the order of time.

use event::Timestamp;

/// Half of what twelve hexadecimal digits hold: about 4,459 years on either side of 1970.
const HALF: i64 = 1 << 47;
/// Length of an encoded moment, in characters.
pub(crate) const CHARS: usize = 12;

/// The moment as twelve lower-case hexadecimal digits that sort as moments do, also before 1970.
/// A moment beyond the range becomes the end of the range.
pub(crate) fn encode(moment: Timestamp) -> String {
    let shifted = moment.as_millis().clamp(-HALF, HALF - 1) + HALF;
    format!("{shifted:012x}")
}

/// The moment so encoded.
pub(crate) fn decode(text: &str) -> Option<Timestamp> {
    if text.len() != CHARS {
        return None;
    }
    i64::from_str_radix(text, 16)
        .ok()
        .map(|shifted| Timestamp::from_millis(shifted - HALF))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_sort_as_the_moments_do(a in -HALF..HALF, b in -HALF..HALF) {
            let [a, b] = [a, b].map(Timestamp::from_millis);
            prop_assert_eq!(encode(a).cmp(&encode(b)), a.cmp(&b));
            prop_assert_eq!(decode(&encode(a)), Some(a));
        }
    }

    #[test]
    fn a_moment_beyond_the_range_becomes_its_end() {
        assert_eq!(encode(Timestamp::from_millis(i64::MIN)), "000000000000");
        assert_eq!(encode(Timestamp::from_millis(i64::MAX)), "ffffffffffff");
        assert_eq!(decode("xyz"), None);
    }
}

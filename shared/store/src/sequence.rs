//! Places of records in a table's stream.

use std::fmt;

use crate::StoreError;

/// DynamoDB's sequence numbers have 21 to 40 digits.
const MAX_DIGITS: usize = 40;

/// The sequence number of a stream record. Two of records of one partition key compare as the
/// records follow each other; two of different partitions say nothing about each other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(Box<str>);

impl Sequence {
    /// Reads a sequence number as DynamoDB writes it: up to 40 decimal digits.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let digits = text.trim_start_matches('0');
        if !is_number || digits.len() > MAX_DIGITS {
            return Err(StoreError::Corrupt {
                what: "sequence number",
            });
        }
        // The length first: so texts compare as the numbers do, also in a condition of DynamoDB.
        Ok(Self(format!("{:02}{digits}", digits.len()).into()))
    }

    /// As it lies in items: a text that compares as the number does.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads what lies in an item.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        let (length, digits) = text.split_at_checked(2)?;
        let known = length.parse() == Ok(digits.len());
        known.then(|| Self(text.into()))
    }
}

impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sequence({})", self.0.get(2..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_compare_as_the_numbers_do(a in any::<u128>(), b in any::<u128>(), shift in 0..100_u32) {
            let (a, b) = (a >> shift, b >> (shift / 2));
            let [x, y] = [a, b].map(|number| Sequence::parse(&number.to_string()).unwrap());
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert_eq!(x.as_str().cmp(y.as_str()), a.cmp(&b));
            prop_assert_eq!(Sequence::from_stored(x.as_str()), Some(x));
        }
    }

    #[test]
    fn zeros_in_front_change_nothing_and_what_is_no_number_is_refused() {
        assert_eq!(Sequence::parse("0007"), Sequence::parse("7"));
        assert!(Sequence::parse(&"9".repeat(40)).is_ok());
        for text in ["", "-1", "1a", "+5", &"9".repeat(41)] {
            assert!(Sequence::parse(text).is_err(), "{text}");
        }
        for text in ["", "1", "03ab", "é1"] {
            assert_eq!(Sequence::from_stored(text), None, "{text}");
        }
    }
}

//! Durations, counted by value.

use std::collections::BTreeMap;
use std::time::Duration;

/// The longest duration told apart, in microseconds: a Lambda function runs 15 minutes at most.
const MAX_MICROS: u64 = 15 * 60 * 1_000_000;

/// How often each duration was seen, to three significant digits.
///
/// Rounding moves a value by half a percent at most and bounds the number of distinct values: there
/// are fewer than [`Distribution::MAX_DISTINCT`] between a microsecond and fifteen minutes. So a
/// recording may be kept and merged for as long as it takes, and its size stays bounded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Distribution {
    /// Rounded microseconds -> how often.
    counts: BTreeMap<u64, u64>,
}

impl Distribution {
    /// No distribution has more distinct values: 1,000 below a millisecond, 900 a decade above.
    pub(crate) const MAX_DISTINCT: usize = 1_000 + 6 * 900;

    pub(crate) fn record(&mut self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros())
            .unwrap_or(MAX_MICROS)
            .min(MAX_MICROS);
        *self.counts.entry(round(micros)).or_default() += 1;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (micros, count) in other.counts {
            *self.counts.entry(micros).or_default() += count;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    pub(crate) fn distinct(&self) -> usize {
        self.counts.len()
    }

    /// The values in milliseconds with their counts, ascending.
    pub(crate) fn values(&self) -> impl Iterator<Item = (f64, f64)> {
        self.counts
            .iter()
            .map(|(&micros, &count)| (as_f64(micros) / 1_000.0, as_f64(count)))
    }
}

/// To three significant digits, half up.
fn round(micros: u64) -> u64 {
    let mut step = 1;
    while micros / step >= 1_000 {
        step *= 10;
    }
    (micros + step / 2) / step * step
}

#[expect(
    clippy::cast_precision_loss,
    reason = "CloudWatch takes floating-point numbers"
)]
pub(crate) fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_rounded_to_three_significant_digits() {
        let rounded: Vec<u64> = [0, 1, 999, 1_000, 1_004, 1_005, 99_949, 99_950, 123_456_789]
            .map(round)
            .into();
        assert_eq!(
            rounded,
            [0, 1, 999, 1_000, 1_000, 1_010, 99_900, 100_000, 123_000_000]
        );
    }

    #[test]
    fn the_number_of_distinct_values_is_bounded() {
        let mut distribution = Distribution::default();
        let mut micros = 0_u64;
        while micros < 2 * MAX_MICROS {
            distribution.record(Duration::from_micros(micros));
            micros += 1 + micros / 2_000;
        }
        assert!(distribution.distinct() <= Distribution::MAX_DISTINCT);
    }

    proptest! {
        #[test]
        fn count_and_sum_survive_aggregation_and_merging(
            left in prop::collection::vec(0..MAX_MICROS, 0..200),
            right in prop::collection::vec(0..MAX_MICROS, 0..200),
        ) {
            let all = |micros: &[u64]| {
                let mut distribution = Distribution::default();
                for &value in micros {
                    distribution.record(Duration::from_micros(value));
                }
                distribution
            };
            let mut merged = all(&left);
            merged.merge(all(&right));

            let exact: u64 = left.iter().chain(&right).sum();
            let count: f64 = merged.values().map(|(_, count)| count).sum();
            let sum: f64 = merged.values().map(|(value, count)| value * count).sum();
            prop_assert!((count - as_f64((left.len() + right.len()) as u64)).abs() < 0.5);
            prop_assert!((sum * 1_000.0 - as_f64(exact)).abs() <= as_f64(exact) * 0.005 + 0.001);
        }
    }
}

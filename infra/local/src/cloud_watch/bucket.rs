//! What was measured in one minute.

use std::collections::BTreeMap;

/// Distinct values kept exactly; beyond it they are kept to within half a percent.
const MAX_DISTINCT: usize = 2_000;

/// A value with the order a map needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ordered(pub(super) f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Samples put together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bucket {
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) minimum: f64,
    pub(super) maximum: f64,
    /// How often each value was seen; none where a statistic set hides the values.
    pub(super) values: Option<BTreeMap<Ordered, f64>>,
}

impl Bucket {
    pub(super) const fn empty() -> Self {
        Self {
            count: 0.0,
            sum: 0.0,
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
            values: Some(BTreeMap::new()),
        }
    }

    /// From values and how often each was seen.
    pub(super) fn of_values(values: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut bucket = Self::empty();
        for (value, count) in values.into_iter().filter(|(_, count)| *count > 0.0) {
            bucket.count += count;
            bucket.sum += value * count;
            bucket.minimum = bucket.minimum.min(value);
            bucket.maximum = bucket.maximum.max(value);
            if let Some(values) = &mut bucket.values {
                *values.entry(Ordered(value)).or_default() += count;
            }
        }
        bucket
    }

    /// From a statistic set. Where only one value can be behind it, percentiles still work.
    pub(super) fn of_statistics(count: f64, sum: f64, minimum: f64, maximum: f64) -> Self {
        if minimum.total_cmp(&maximum).is_eq() {
            return Self::of_values([(minimum, count)]);
        }
        Self {
            count,
            sum,
            minimum,
            maximum,
            values: None,
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        match (&mut self.values, &other.values) {
            (Some(values), Some(more)) => {
                for (value, count) in more {
                    *values.entry(*value).or_default() += count;
                }
                if values.len() > MAX_DISTINCT {
                    *values = coarser(values);
                }
            }
            (values, _) => *values = None,
        }
    }
}

/// Neighbouring values put together, one percent apart.
fn coarser(values: &BTreeMap<Ordered, f64>) -> BTreeMap<Ordered, f64> {
    let mut coarse = BTreeMap::new();
    for (Ordered(value), count) in values {
        let rounded = ((value.abs().ln() * 100.0).round() / 100.0)
            .exp()
            .copysign(*value);
        let rounded = if value.abs() > 0.0 { rounded } else { 0.0 };
        *coarse.entry(Ordered(rounded)).or_default() += count;
    }
    coarse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_distinct_values_are_kept_to_within_half_a_percent() {
        let mut bucket = Bucket::empty();
        for n in 1..=10_000 {
            bucket.merge(&Bucket::of_values([(f64::from(n), 1.0)]));
        }
        let values = bucket.values.unwrap();
        assert!(values.len() <= MAX_DISTINCT);
        assert!((values.values().sum::<f64>() - 10_000.0).abs() < f64::EPSILON);
        assert!((bucket.sum - 50_005_000.0).abs() < f64::EPSILON);
    }
}

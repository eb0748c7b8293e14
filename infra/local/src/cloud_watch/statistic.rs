//! Statistics over a bucket.

use super::bucket::{Bucket, Ordered};

/// A statistic, as a request names it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Statistic {
    SampleCount,
    Sum,
    Average,
    Minimum,
    Maximum,
    /// `p99`, `p99.9`: the smallest value that so many percent of the samples do not exceed.
    Percentile(f64),
    /// `tm99`: the mean of the samples up to that percentile.
    TrimmedMean(f64),
    /// `ts99`: their sum.
    TrimmedSum(f64),
    /// `tc99`: their number.
    TrimmedCount(f64),
}

impl Statistic {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let extended = [
            ("p", Self::Percentile as fn(f64) -> Self),
            ("tm", Self::TrimmedMean),
            ("ts", Self::TrimmedSum),
            ("tc", Self::TrimmedCount),
        ];
        match text {
            "SampleCount" => Some(Self::SampleCount),
            "Sum" => Some(Self::Sum),
            "Average" => Some(Self::Average),
            "Minimum" => Some(Self::Minimum),
            "Maximum" => Some(Self::Maximum),
            _ => extended
                .iter()
                .find_map(|(prefix, statistic)| percent(text.strip_prefix(prefix)?).map(statistic)),
        }
    }

    /// None where the bucket is empty or, for percentiles, its values are not known.
    pub(super) fn of(self, bucket: &Bucket) -> Option<f64> {
        if bucket.count <= 0.0 {
            return None;
        }
        match self {
            Self::SampleCount => Some(bucket.count),
            Self::Sum => Some(bucket.sum),
            Self::Average => Some(bucket.sum / bucket.count),
            Self::Minimum => Some(bucket.minimum),
            Self::Maximum => Some(bucket.maximum),
            Self::Percentile(percent) => percentile(bucket, percent),
            Self::TrimmedMean(percent) => {
                let (count, sum) = trimmed(bucket, percent)?;
                (count > 0.0).then(|| sum / count)
            }
            Self::TrimmedSum(percent) => trimmed(bucket, percent).map(|(_, sum)| sum),
            Self::TrimmedCount(percent) => trimmed(bucket, percent).map(|(count, _)| count),
        }
    }
}

fn percent(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let percent: f64 = text.parse().ok()?;
    (plain && percent <= 100.0).then_some(percent)
}

fn percentile(bucket: &Bucket, percent: f64) -> Option<f64> {
    let values = bucket.values.as_ref()?;
    let rank = bucket.count * percent / 100.0;
    let mut seen = 0.0;
    let reached = values.iter().find(|(_, count)| {
        seen += **count;
        // A sum of counts that should be whole may lie a hair below.
        seen >= rank - 1e-9
    });
    let Ordered(value) = reached.or_else(|| values.iter().next_back())?.0;
    Some(value.clamp(bucket.minimum, bucket.maximum))
}

/// Number and sum of the samples up to a percentile; the sample on the border counts in part.
fn trimmed(bucket: &Bucket, percent: f64) -> Option<(f64, f64)> {
    let mut left = bucket.count * percent / 100.0;
    let mut kept = (0.0, 0.0);
    for (Ordered(value), count) in bucket.values.as_ref()? {
        let taken = count.min(left);
        kept = (kept.0 + taken, kept.1 + taken * value);
        left -= taken;
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_one_to_a_hundred_are_their_rank() {
        let bucket = Bucket::of_values((1..=100).map(|n| (f64::from(n), 1.0)));
        for (name, expected) in [
            ("p50", 50.0),
            ("p99", 99.0),
            ("p99.5", 100.0),
            ("p100", 100.0),
            ("p0", 1.0),
        ] {
            assert_eq!(
                Statistic::parse(name).unwrap().of(&bucket),
                Some(expected),
                "{name}"
            );
        }
        assert_eq!(Statistic::parse("tm50").unwrap().of(&bucket), Some(25.5));
        assert_eq!(Statistic::parse("ts10").unwrap().of(&bucket), Some(55.0));
        assert_eq!(Statistic::parse("tc10").unwrap().of(&bucket), Some(10.0));
    }

    #[test]
    fn counts_weigh_and_statistic_sets_hide_percentiles() {
        let weighted = Bucket::of_values([(1.0, 99.0), (1_000.0, 1.0)]);
        assert_eq!(Statistic::Percentile(99.0).of(&weighted), Some(1.0));
        assert_eq!(Statistic::Percentile(99.9).of(&weighted), Some(1_000.0));
        let set = Bucket::of_statistics(4.0, 10.0, 1.0, 4.0);
        assert_eq!(Statistic::Percentile(50.0).of(&set), None);
        assert_eq!(Statistic::Average.of(&set), Some(2.5));
    }

    #[test]
    fn an_unknown_statistic_is_none() {
        for name in ["p101", "p", "P50", "Median", "p-1", "tm1e1"] {
            assert_eq!(Statistic::parse(name), None, "{name}");
        }
    }
}

//! What an expression can be worth.

use super::Points;

/// A value while evaluating.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Scalar(f64),
    Series(Labelled),
    List(Vec<Labelled>),
}

/// A time series with the label and period of where it came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Labelled {
    pub(super) label: String,
    pub(super) period: i64,
    pub(super) points: Points,
}

impl Value {
    /// Applies an operator; points without a partner, and results that are no number, are left out.
    pub(super) fn combine(self, right: Self, apply: fn(f64, f64) -> f64) -> Result<Self, String> {
        Ok(match (self, right) {
            (Self::Scalar(left), Self::Scalar(right)) => Self::Scalar(apply(left, right)),
            (Self::Series(left), Self::Scalar(right)) => {
                Self::Series(left.map(|_, value| apply(value, right)))
            }
            (Self::Scalar(left), Self::Series(right)) => {
                Self::Series(right.map(|_, value| apply(left, value)))
            }
            (Self::Series(left), Self::Series(right)) => Self::Series(left.zip(&right, apply)),
            (Self::List(left), right @ (Self::Scalar(_) | Self::Series(_))) => {
                Self::of_list(left, |left| left.combine(right.clone(), apply))?
            }
            (left @ (Self::Scalar(_) | Self::Series(_)), Self::List(right)) => {
                Self::of_list(right, |right| left.clone().combine(right, apply))?
            }
            (Self::List(_), Self::List(_)) => {
                return Err("Two arrays cannot be combined".into());
            }
        })
    }

    fn of_list(
        list: Vec<Labelled>,
        apply: impl Fn(Self) -> Result<Self, String>,
    ) -> Result<Self, String> {
        let mut results = Vec::with_capacity(list.len());
        for series in list {
            if let Self::Series(series) = apply(Self::Series(series))? {
                results.push(series);
            }
        }
        Ok(Self::List(results))
    }

    /// Applies a function to each series.
    pub(super) fn each(self, apply: impl Fn(Labelled) -> Labelled) -> Result<Self, String> {
        match self {
            Self::Scalar(_) => Err("Expected a time series".into()),
            Self::Series(series) => Ok(Self::Series(apply(series))),
            Self::List(list) => Ok(Self::List(list.into_iter().map(apply).collect())),
        }
    }
}

impl Labelled {
    pub(super) fn map(self, apply: impl Fn(i64, f64) -> f64) -> Self {
        let points = self
            .points
            .iter()
            .map(|(time, value)| (*time, apply(*time, *value)));
        let points = points.filter(|(_, value)| value.is_finite()).collect();
        Self { points, ..self }
    }

    fn zip(self, other: &Self, apply: fn(f64, f64) -> f64) -> Self {
        let period = self.period.max(other.period);
        let points = self.points.iter().filter_map(|(time, left)| {
            let value = apply(*left, *other.points.get(time)?);
            value.is_finite().then_some((*time, value))
        });
        Self {
            points: points.collect(),
            label: self.label,
            period,
        }
    }
}

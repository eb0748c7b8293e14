//! Time series as an answer carries them, page by page.

use std::ops::Range;

use serde::Serialize;

use super::cbor::{Moment, Number};
use super::math::Found;
use super::refusal::Refusal;

/// Data points of one answer at most.
const MAX_DATAPOINTS: usize = 100_800;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MetricDataResult {
    id: String,
    label: String,
    timestamps: Vec<Moment>,
    values: Vec<f64>,
    status_code: &'static str,
}

/// Which part of the data points is asked for, in which order.
#[derive(Debug)]
pub(super) struct Page {
    from: usize,
    most: usize,
    ascending: bool,
}

impl Page {
    pub(super) fn parse(
        token: Option<&str>,
        most: Option<Number>,
        scan_by: Option<&str>,
    ) -> Result<Self, Refusal> {
        let from = token
            .map_or(Ok(0), str::parse)
            .map_err(|_| Refusal::next_token())?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an f64 saturates"
        )]
        let most = most.map_or(MAX_DATAPOINTS, |most| most.0 as usize);
        if !(1..=MAX_DATAPOINTS).contains(&most) {
            return Err(Refusal::validation(
                "MaxDatapoints is a number from 1 to 100800.",
            ));
        }
        let ascending = match scan_by {
            None | Some("TimestampDescending") => false,
            Some("TimestampAscending") => true,
            Some(other) => {
                let message = format!("The value {other} for parameter ScanBy is invalid.");
                return Err(Refusal::validation(message));
            }
        };
        Ok(Self {
            from,
            most,
            ascending,
        })
    }

    /// The results of this page, and the token of the next one.
    pub(super) fn of(&self, found: Vec<Found>) -> (Vec<MetricDataResult>, Option<String>) {
        let end = self.from.saturating_add(self.most);
        let mut place = 0;
        let mut results = Vec::with_capacity(found.len());
        for series in found {
            let first = place;
            place += series.points.len();
            // A series that lies wholly on another page is left out; an empty one comes once.
            let here = first < end && place > self.from;
            let empty = first == place && (self.from..end).contains(&first);
            if !here && !empty {
                continue;
            }
            let mut points: Vec<(i64, f64)> = series.points.into_iter().collect();
            if !self.ascending {
                points.reverse();
            }
            let skipped = self.from.saturating_sub(first);
            let taken = end.saturating_sub(first.max(self.from));
            let points = points.into_iter().skip(skipped).take(taken);
            let (timestamps, values) = points.map(|(time, value)| (Moment(time), value)).unzip();
            results.push(MetricDataResult {
                id: series.id,
                label: series.label,
                timestamps,
                values,
                status_code: if place > end {
                    "PartialData"
                } else {
                    "Complete"
                },
            });
        }
        (results, (place > end).then(|| end.to_string()))
    }
}

/// A time range in whole seconds, rounded down; none where it is empty.
pub(super) fn seconds(start: Number, end: Number) -> Option<Range<i64>> {
    #[expect(clippy::cast_possible_truncation, reason = "an f64 saturates")]
    let range = start.0.floor() as i64..end.0.ceil() as i64;
    (start.0.is_finite() && end.0.is_finite() && start < end).then_some(range)
}

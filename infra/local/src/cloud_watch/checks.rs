//! What CloudWatch demands of a sample.

use std::collections::BTreeSet;

use super::cbor::Number;
use super::refusal::Refusal;
use super::series::SECS_PER_MINUTE;
use super::shapes::Dimension;

const MAX_DIMENSIONS: usize = 30;
const PAST_SECS: f64 = 14.0 * 86_400.0;
const FUTURE_SECS: f64 = 2.0 * 3_600.0;

/// CloudWatch takes values between -2^360 and 2^360.
const MAX_EXPONENT: i32 = 360;

pub(super) fn check_value(Number(value): Number, place: &str) -> Result<f64, Refusal> {
    if value.is_finite() && value.abs() <= 2f64.powi(MAX_EXPONENT) {
        return Ok(value);
    }
    Err(Refusal::value(format!(
        "The value {value} for parameter {place} is invalid."
    )))
}

pub(super) fn check_length(place: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if !text.trim().is_empty() && text.chars().count() <= most {
        return Ok(());
    }
    Err(Refusal::value(format!(
        "The parameter {place} must have 1 to {most} characters."
    )))
}

pub(super) fn check_dimensions(dimensions: &[Dimension], place: &str) -> Result<(), Refusal> {
    let place = format!("{place}.Dimensions");
    if dimensions.len() > MAX_DIMENSIONS {
        let message = format!("The collection {place} must not have a size greater than 30.");
        return Err(Refusal::value(message));
    }
    let mut names = BTreeSet::new();
    for dimension in dimensions {
        check_length(&format!("{place}.Name"), &dimension.name, 255)?;
        check_length(&format!("{place}.Value"), &dimension.value, 1_024)?;
        let ascii = dimension.name.is_ascii() && dimension.value.is_ascii();
        if !ascii || dimension.name.starts_with(':') || !names.insert(&dimension.name) {
            return Err(Refusal::value(format!(
                "The value for parameter {place} is invalid."
            )));
        }
    }
    Ok(())
}

/// The second its minute begins.
pub(super) fn minute(time: f64, place: &str, now: f64) -> Result<i64, Refusal> {
    if !time.is_finite() || time < now - PAST_SECS {
        return Err(Refusal::value(format!(
            "The parameter {place}.Timestamp must specify a time within the past two weeks."
        )));
    }
    if time > now + FUTURE_SECS {
        return Err(Refusal::value(format!(
            "The parameter {place}.Timestamp must specify a time no more than two hours in the \
             future."
        )));
    }
    #[expect(clippy::cast_possible_truncation, reason = "within weeks of now")]
    let secs = time.floor() as i64;
    Ok(secs.div_euclid(SECS_PER_MINUTE) * SECS_PER_MINUTE)
}

pub(super) fn check_unit(unit: &str, place: &str) -> Result<(), Refusal> {
    if UNITS.contains(&unit) {
        return Ok(());
    }
    Err(Refusal::value(format!(
        "The value {unit} for parameter {place}.Unit is invalid."
    )))
}

const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

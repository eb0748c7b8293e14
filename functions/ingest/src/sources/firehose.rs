//! Amazon Data Firehose's delivery to an HTTP endpoint.
//!
//! The records of a request are base64. In each lies what its producer put there: JSON objects, lines
//! of text, or, gzipped, a message of CloudWatch Logs.

mod cloud_watch;
mod record;

use std::borrow::Cow;

use event::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::record::Records;
use super::json::for_each;
use super::records::Outcomes;
use super::{Outcome, Unreadable, json, time};

/// Most records of one request, by the contract of the delivery.
pub const MAX_DELIVERED: usize = 10_000;

/// A request, read.
#[derive(Debug)]
pub struct Delivery<'a> {
    /// The request's id, the same when it is delivered again.
    pub request_id: Cow<'a, str>,
    /// What became of what lies in its records, in their order.
    pub outcomes: Vec<Outcome<'static>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "named as in the protocol")]
struct Request<'a> {
    #[serde(borrow)]
    request_id: Option<Cow<'a, str>>,
    timestamp: Option<i64>,
    #[serde(borrow)]
    records: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    data: Cow<'a, str>,
}

/// The value of `X-Amz-Firehose-Common-Attributes`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommonAttributes<'a> {
    #[serde(borrow)]
    common_attributes: Option<&'a RawValue>,
}

/// Reads the body of a delivery. Records without a time of their own get that of the request, so that
/// the same request makes the same events again.
pub fn decode<'a>(
    body: &'a [u8],
    common_attributes: Option<&str>,
    received_at: Timestamp,
) -> Result<Delivery<'a>, Unreadable> {
    let request: Request<'a> = json::object(json::utf8(body)?)?;
    let request_id = request
        .request_id
        .ok_or_else(|| json::at("requestId", "is missing"))?;
    let records = request
        .records
        .ok_or_else(|| json::at("records", "is missing"))?;
    let sent_at = request.timestamp.map(Timestamp::from_millis);
    let sent_at = sent_at.filter(|&sent_at| time::is_possible(sent_at, received_at));
    let attributes = common_attributes.and_then(|json| serde_json::from_str(json).ok());
    let attributes = attributes.and_then(|all: CommonAttributes<'_>| all.common_attributes);
    let attributes = attributes
        .map(RawValue::get)
        .filter(|json| json.starts_with("{\""));

    let outcomes = Outcomes::new(sent_at.unwrap_or(received_at));
    let mut taken = Records::new(outcomes, attributes);
    let mut delivered = 0;
    for_each(Some(records), "records", |raw| {
        delivered += 1;
        if delivered > MAX_DELIVERED {
            return Err(Unreadable::TooMany { max: MAX_DELIVERED });
        }
        match serde_json::from_str::<Record<'_>>(raw.get()) {
            Ok(record) => taken.record(&record.data),
            Err(_) => taken.refuse("must be an object with data in base64"),
        }
    })?;
    Ok(Delivery {
        request_id,
        outcomes: taken.into_outcomes(),
    })
}

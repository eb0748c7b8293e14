//! Requests and answers as CBOR.

use ciborium::Value;
use ciborium::tag::Required;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::refusal::Refusal;

const EPOCH_SECONDS: u64 = 1;

/// A request's parameters.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    ciborium::from_reader(body).map_err(|error| Refusal::serialization(&error.to_string()))
}

/// An answer's body.
pub(super) fn encode<T: Serialize>(answer: &T) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    ciborium::into_writer(answer, &mut body).map_err(|_| Refusal::internal())?;
    Ok(body)
}

/// A number or a point in time, however it was written: integer, float of any width, tagged.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(super) struct Number(pub(super) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        number(&value)
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected a number"))
    }
}

fn number(value: &Value) -> Option<f64> {
    if let Value::Tag(EPOCH_SECONDS, inner) = value {
        return number(inner);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a metric value is a float on the wire"
    )]
    let whole = value.as_integer().map(|number| i128::from(number) as f64);
    value.as_float().or(whole)
}

/// A point in time of an answer, in seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment(pub(super) i64);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Required::<i64, EPOCH_SECONDS>(self.0).serialize(serializer)
    }
}

//! Data points, each with what its metric says of all of them.

use event::Timestamp;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
    exemplar, number_data_point,
};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::Renderer;
use super::value::{Double, Members};
use crate::sources::otlp::group::{Message, Metric, Payload, Shape};
use crate::sources::otlp::read;
use crate::sources::{Invalid, time};

/// The time of a data point and its text.
pub(super) fn render<P: Payload>(
    metric: &Metric<'_, P>,
    payload: P,
    renderer: &mut Renderer,
) -> Result<(Option<Timestamp>, String), Invalid> {
    match metric.shape {
        Shape::Gauge | Shape::Sum => point::<NumberDataPoint, P>(metric, payload, renderer),
        Shape::Histogram => point::<HistogramDataPoint, P>(metric, payload, renderer),
        Shape::ExponentialHistogram => {
            point::<ExponentialHistogramDataPoint, P>(metric, payload, renderer)
        }
        Shape::Summary => point::<SummaryDataPoint, P>(metric, payload, renderer),
    }
}

fn point<T: Point, P: Payload>(
    metric: &Metric<'_, P>,
    payload: P,
    renderer: &mut Renderer,
) -> Result<(Option<Timestamp>, String), Invalid> {
    let point: T = read(payload)?;
    let text = renderer.render(&Properties {
        metric,
        point: &point,
    })?;
    let [_, time] = point.times();
    Ok((time::from_nanos(time), text))
}

/// What the four kinds of data points have in common.
trait Point: Message {
    fn attributes(&self) -> &[KeyValue];
    /// Start of the interval, and the moment of the value.
    fn times(&self) -> [u64; 2];
    fn values<M: SerializeMap>(&self, members: &mut Members<M>) -> Result<(), M::Error>;
    fn exemplars(&self) -> &[Exemplar];
    fn flags(&self) -> u32;
}

struct Properties<'a, T, P> {
    metric: &'a Metric<'a, P>,
    point: &'a T,
}

impl<T: Point, P> Serialize for Properties<'_, T, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { metric, point } = self;
        let mut members = Members::new(serializer)?;
        members.text("name", &metric.name)?;
        members.text("unit", &metric.unit)?;
        members.entry("type", metric.shape.as_str())?;
        members.number("aggregationTemporality", metric.temporality)?;
        members.number("isMonotonic", metric.monotonic)?;
        let [start, time] = point.times();
        members.number("startTimeUnixNano", start)?;
        members.number("timeUnixNano", time)?;
        members.attributes("attributes", point.attributes())?;
        point.values(&mut members)?;
        members.list("exemplars", point.exemplars().iter().map(ShownExemplar))?;
        members.number("flags", point.flags())?;
        members.end()
    }
}

/// The members of [`Point`] that every kind has as fields of the same names.
macro_rules! common {
    (exemplars) => {
        fn exemplars(&self) -> &[Exemplar] {
            &self.exemplars
        }
        common!();
    };
    () => {
        fn attributes(&self) -> &[KeyValue] {
            &self.attributes
        }
        fn times(&self) -> [u64; 2] {
            [self.start_time_unix_nano, self.time_unix_nano]
        }
        fn flags(&self) -> u32 {
            self.flags
        }
    };
}

impl Point for NumberDataPoint {
    common!(exemplars);

    fn values<M: SerializeMap>(&self, members: &mut Members<M>) -> Result<(), M::Error> {
        match self.value {
            Some(number_data_point::Value::AsInt(number)) => members.entry("value", &number),
            Some(number_data_point::Value::AsDouble(number)) => {
                members.entry("value", &Double(number))
            }
            None => Ok(()),
        }
    }
}

impl Point for HistogramDataPoint {
    common!(exemplars);

    fn values<M: SerializeMap>(&self, members: &mut Members<M>) -> Result<(), M::Error> {
        members.entry("count", &self.count)?;
        members.double("sum", self.sum)?;
        members.double("min", self.min)?;
        members.double("max", self.max)?;
        members.list("bucketCounts", self.bucket_counts.iter())?;
        members.list(
            "explicitBounds",
            self.explicit_bounds.iter().copied().map(Double),
        )
    }
}

impl Point for ExponentialHistogramDataPoint {
    common!(exemplars);

    fn values<M: SerializeMap>(&self, members: &mut Members<M>) -> Result<(), M::Error> {
        members.entry("count", &self.count)?;
        members.double("sum", self.sum)?;
        members.double("min", self.min)?;
        members.double("max", self.max)?;
        members.entry("scale", &self.scale)?;
        members.number("zeroCount", self.zero_count)?;
        members.double(
            "zeroThreshold",
            Some(self.zero_threshold).filter(|&it| it != 0.0),
        )?;
        members.optional(
            "positive",
            self.positive.as_ref().map(ShownBuckets).as_ref(),
        )?;
        members.optional(
            "negative",
            self.negative.as_ref().map(ShownBuckets).as_ref(),
        )
    }
}

impl Point for SummaryDataPoint {
    common!();

    fn exemplars(&self) -> &[Exemplar] {
        &[]
    }

    fn values<M: SerializeMap>(&self, members: &mut Members<M>) -> Result<(), M::Error> {
        members.entry("count", &self.count)?;
        members.double("sum", Some(self.sum))?;
        members.list(
            "quantileValues",
            self.quantile_values.iter().map(ShownQuantile),
        )
    }
}

struct ShownBuckets<'a>(&'a Buckets);

impl Serialize for ShownBuckets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = Members::new(serializer)?;
        members.number("offset", self.0.offset)?;
        members.list("bucketCounts", self.0.bucket_counts.iter())?;
        members.end()
    }
}

struct ShownQuantile<'a>(&'a ValueAtQuantile);

impl Serialize for ShownQuantile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = Members::new(serializer)?;
        members.double("quantile", Some(self.0.quantile))?;
        members.double("value", Some(self.0.value))?;
        members.end()
    }
}

struct ShownExemplar<'a>(&'a Exemplar);

impl Serialize for ShownExemplar<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(exemplar) = self;
        let mut members = Members::new(serializer)?;
        members.number("timeUnixNano", exemplar.time_unix_nano)?;
        match exemplar.value {
            Some(exemplar::Value::AsInt(number)) => members.entry("value", &number)?,
            Some(exemplar::Value::AsDouble(number)) => members.entry("value", &Double(number))?,
            None => {}
        }
        members.attributes("filteredAttributes", &exemplar.filtered_attributes)?;
        members.id("traceId", &exemplar.trace_id)?;
        members.id("spanId", &exemplar.span_id)?;
        members.end()
    }
}

//! Data points of metrics.

use opentelemetry_proto::tonic::metrics::v1 as metrics;
use opentelemetry_proto::tonic::metrics::v1::{exemplar, number_data_point};
use serde::Deserialize;

use super::FromJson;
use super::scalar::{Float, Hex, Int, List};
use super::value::KeyValue;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct NumberDataPoint {
    attributes: List<KeyValue>,
    start_time_unix_nano: Int<u64>,
    time_unix_nano: Int<u64>,
    as_double: Option<Float>,
    as_int: Option<Int<i64>>,
    exemplars: List<Exemplar>,
    flags: Int<u32>,
}

impl FromJson for metrics::NumberDataPoint {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        use number_data_point::Value;
        let point: NumberDataPoint = serde_json::from_str(json)?;
        let integer = point.as_int.map(|Int(number)| Value::AsInt(number));
        Ok(Self {
            attributes: point.attributes.into(),
            start_time_unix_nano: point.start_time_unix_nano.0,
            time_unix_nano: point.time_unix_nano.0,
            exemplars: point.exemplars.into(),
            flags: point.flags.0,
            value: integer.or(point.as_double.map(|Float(number)| Value::AsDouble(number))),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct HistogramDataPoint {
    attributes: List<KeyValue>,
    start_time_unix_nano: Int<u64>,
    time_unix_nano: Int<u64>,
    count: Int<u64>,
    sum: Option<Float>,
    bucket_counts: List<Int<u64>>,
    explicit_bounds: List<Float>,
    exemplars: List<Exemplar>,
    flags: Int<u32>,
    min: Option<Float>,
    max: Option<Float>,
}

impl FromJson for metrics::HistogramDataPoint {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let point: HistogramDataPoint = serde_json::from_str(json)?;
        Ok(Self {
            attributes: point.attributes.into(),
            start_time_unix_nano: point.start_time_unix_nano.0,
            time_unix_nano: point.time_unix_nano.0,
            count: point.count.0,
            sum: point.sum.map(double),
            bucket_counts: counts(point.bucket_counts),
            explicit_bounds: point.explicit_bounds.0.into_iter().map(double).collect(),
            exemplars: point.exemplars.into(),
            flags: point.flags.0,
            min: point.min.map(double),
            max: point.max.map(double),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ExponentialHistogramDataPoint {
    attributes: List<KeyValue>,
    start_time_unix_nano: Int<u64>,
    time_unix_nano: Int<u64>,
    count: Int<u64>,
    sum: Option<Float>,
    scale: Int<i32>,
    zero_count: Int<u64>,
    positive: Option<Buckets>,
    negative: Option<Buckets>,
    flags: Int<u32>,
    exemplars: List<Exemplar>,
    min: Option<Float>,
    max: Option<Float>,
    zero_threshold: Float,
}

impl FromJson for metrics::ExponentialHistogramDataPoint {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let point: ExponentialHistogramDataPoint = serde_json::from_str(json)?;
        Ok(Self {
            attributes: point.attributes.into(),
            start_time_unix_nano: point.start_time_unix_nano.0,
            time_unix_nano: point.time_unix_nano.0,
            count: point.count.0,
            sum: point.sum.map(double),
            scale: point.scale.0,
            zero_count: point.zero_count.0,
            positive: point.positive.map(Into::into),
            negative: point.negative.map(Into::into),
            flags: point.flags.0,
            exemplars: point.exemplars.into(),
            min: point.min.map(double),
            max: point.max.map(double),
            zero_threshold: point.zero_threshold.0,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Buckets {
    offset: Int<i32>,
    bucket_counts: List<Int<u64>>,
}

impl From<Buckets> for metrics::exponential_histogram_data_point::Buckets {
    fn from(buckets: Buckets) -> Self {
        Self {
            offset: buckets.offset.0,
            bucket_counts: counts(buckets.bucket_counts),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SummaryDataPoint {
    attributes: List<KeyValue>,
    start_time_unix_nano: Int<u64>,
    time_unix_nano: Int<u64>,
    count: Int<u64>,
    sum: Float,
    quantile_values: List<ValueAtQuantile>,
    flags: Int<u32>,
}

impl FromJson for metrics::SummaryDataPoint {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let point: SummaryDataPoint = serde_json::from_str(json)?;
        Ok(Self {
            attributes: point.attributes.into(),
            start_time_unix_nano: point.start_time_unix_nano.0,
            time_unix_nano: point.time_unix_nano.0,
            count: point.count.0,
            sum: point.sum.0,
            quantile_values: point.quantile_values.into(),
            flags: point.flags.0,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ValueAtQuantile {
    quantile: Float,
    value: Float,
}

impl From<ValueAtQuantile> for metrics::summary_data_point::ValueAtQuantile {
    fn from(ValueAtQuantile { quantile, value }: ValueAtQuantile) -> Self {
        Self {
            quantile: quantile.0,
            value: value.0,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Exemplar {
    filtered_attributes: List<KeyValue>,
    time_unix_nano: Int<u64>,
    span_id: Hex,
    trace_id: Hex,
    as_double: Option<Float>,
    as_int: Option<Int<i64>>,
}

impl From<Exemplar> for metrics::Exemplar {
    fn from(exemplar: Exemplar) -> Self {
        use exemplar::Value;
        let integer = exemplar.as_int.map(|Int(number)| Value::AsInt(number));
        Self {
            filtered_attributes: exemplar.filtered_attributes.into(),
            time_unix_nano: exemplar.time_unix_nano.0,
            span_id: exemplar.span_id.0,
            trace_id: exemplar.trace_id.0,
            value: integer.or(exemplar
                .as_double
                .map(|Float(number)| Value::AsDouble(number))),
        }
    }
}

fn double(Float(number): Float) -> f64 {
    number
}

fn counts(counts: List<Int<u64>>) -> Vec<u64> {
    counts.0.into_iter().map(|Int(count)| count).collect()
}

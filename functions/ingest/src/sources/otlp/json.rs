//! Finds the records of a JSON body, each left as its text.
//!
//! The arrays are read over item by item: what is no record is not kept.

mod points;
mod records;
mod scalar;
mod value;

use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use self::scalar::{Int, Text};
use super::Kind;
use super::group::{Group, Message, Metric, Payload, Points, Shape};
use crate::sources::Unreadable;
use crate::sources::json::{self as text, for_each};
use crate::sources::records::MAX_RECORDS;

/// A message type that can be read from OTLP's JSON: identifiers in hexadecimal digits, 64-bit
/// integers as strings or numbers, enums as numbers, `null` and unknown members ignored.
pub(super) trait FromJson: Sized {
    fn from_json(json: &str) -> serde_json::Result<Self>;
}

impl Payload for &RawValue {
    fn size(self) -> usize {
        self.get().len()
    }

    fn read_into<M: Message>(self, message: &mut M) -> Option<()> {
        *message = M::from_json(self.get()).ok()?;
        Some(())
    }

    fn is(self, other: Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The records of an export request, by scope.
pub(super) fn groups(kind: Kind, body: &[u8]) -> Result<Vec<Group<'_, &RawValue>>, Unreadable> {
    let body = text::utf8(body)?;
    // Whether the whole is JSON is known from here on.
    let request: Request<'_> = text::object(body)?;
    let mut walk = Walk {
        kind,
        groups: Vec::new(),
        records: 0,
        others: 0,
    };
    let resources = match kind {
        Kind::Traces => request.resource_spans,
        Kind::Logs => request.resource_logs,
        Kind::Metrics => request.resource_metrics,
    };
    for_each(resources, "the array of resources", |resource| {
        walk.resource(resource)
    })?;
    Ok(walk.groups)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
#[expect(clippy::struct_field_names, reason = "named as in the protocol")]
struct Request<'a> {
    #[serde(borrow)]
    resource_spans: Option<&'a RawValue>,
    #[serde(borrow)]
    resource_logs: Option<&'a RawValue>,
    #[serde(borrow)]
    resource_metrics: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "named as in the protocol")]
struct Resource<'a> {
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
    schema_url: Text,
    #[serde(borrow)]
    scope_spans: Option<&'a RawValue>,
    #[serde(borrow)]
    scope_logs: Option<&'a RawValue>,
    #[serde(borrow)]
    scope_metrics: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "named as in the protocol")]
struct Scope<'a> {
    #[serde(borrow)]
    scope: Option<&'a RawValue>,
    schema_url: Text,
    #[serde(borrow)]
    spans: Option<&'a RawValue>,
    #[serde(borrow)]
    log_records: Option<&'a RawValue>,
    #[serde(borrow)]
    metrics: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawMetric<'a> {
    name: Text,
    description: Text,
    unit: Text,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    gauge: Option<&'a RawValue>,
    #[serde(borrow)]
    sum: Option<&'a RawValue>,
    #[serde(borrow)]
    histogram: Option<&'a RawValue>,
    #[serde(borrow)]
    exponential_histogram: Option<&'a RawValue>,
    #[serde(borrow)]
    summary: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawData<'a> {
    #[serde(borrow)]
    data_points: Option<&'a RawValue>,
    aggregation_temporality: Int<i32>,
    is_monotonic: Option<bool>,
}

struct Walk<'a> {
    kind: Kind,
    groups: Vec<Group<'a, &'a RawValue>>,
    records: usize,
    /// Resources, scopes and metrics, which may all be without records.
    others: usize,
}

impl<'a> Walk<'a> {
    fn resource(&mut self, raw: &'a RawValue) -> Result<(), Unreadable> {
        self.other()?;
        let resource: Resource<'a> = member(raw, "a resource")?;
        let (scopes, place) = match self.kind {
            Kind::Traces => (resource.scope_spans, "scopeSpans"),
            Kind::Logs => (resource.scope_logs, "scopeLogs"),
            Kind::Metrics => (resource.scope_metrics, "scopeMetrics"),
        };
        let resource_schema: Rc<str> = resource.schema_url.0.into();
        for_each(scopes, place, |raw| {
            self.other()?;
            let scope: Scope<'a> = member(raw, place)?;
            let schema: Rc<str> = scope.schema_url.0.into();
            let group = |metric, records| Group {
                resource: resource.resource,
                resource_schema: Rc::clone(&resource_schema),
                scope: scope.scope,
                schema: Rc::clone(&schema),
                metric,
                records,
            };
            let records = match self.kind {
                Kind::Traces => self.list(scope.spans, "spans")?,
                Kind::Logs => self.list(scope.log_records, "logRecords")?,
                Kind::Metrics => {
                    return for_each(scope.metrics, "metrics", |raw| {
                        if let Some((metric, points)) = self.metric(raw)? {
                            self.groups.push(group(Some(metric), points));
                        }
                        Ok(())
                    });
                }
            };
            if !records.is_empty() {
                self.groups.push(group(None, records));
            }
            Ok(())
        })
    }

    /// The metric and its points, if it has any.
    fn metric(
        &mut self,
        raw: &'a RawValue,
    ) -> Result<Option<Points<'a, &'a RawValue>>, Unreadable> {
        self.other()?;
        let raw: RawMetric<'a> = member(raw, "metrics")?;
        let shapes = [
            (Shape::Gauge, raw.gauge),
            (Shape::Sum, raw.sum),
            (Shape::Histogram, raw.histogram),
            (Shape::ExponentialHistogram, raw.exponential_histogram),
            (Shape::Summary, raw.summary),
        ];
        let Some((shape, data)) = shapes
            .into_iter()
            .find_map(|(shape, data)| Some((shape, data?)))
        else {
            return Ok(None);
        };
        let data: RawData<'a> = member(data, shape.as_str())?;
        let points = self.list(data.data_points, "dataPoints")?;
        let metric = Metric {
            name: raw.name.0.into(),
            description: raw.description.0.into(),
            unit: raw.unit.0.into(),
            metadata: self.list(raw.metadata, "metadata")?,
            shape,
            temporality: data.aggregation_temporality.0,
            monotonic: data.is_monotonic.unwrap_or_default(),
        };
        Ok((!points.is_empty()).then_some((metric, points)))
    }

    fn other(&mut self) -> Result<(), Unreadable> {
        self.others += 1;
        if self.others > 2 * MAX_RECORDS {
            return Err(Unreadable::TooMany { max: MAX_RECORDS });
        }
        Ok(())
    }

    fn list(
        &mut self,
        raw: Option<&'a RawValue>,
        place: &str,
    ) -> Result<Vec<&'a RawValue>, Unreadable> {
        let mut items = Vec::new();
        for_each(raw, place, |item| {
            self.records += 1;
            if self.records > MAX_RECORDS {
                return Err(Unreadable::TooMany { max: MAX_RECORDS });
            }
            items.push(item);
            Ok(())
        })?;
        Ok(items)
    }
}

/// The members of an object whose text is JSON.
fn member<'a, T: Deserialize<'a>>(raw: &'a RawValue, place: &str) -> Result<T, Unreadable> {
    serde_json::from_str(raw.get()).map_err(|_| Unreadable::Malformed {
        at: place.to_owned(),
        message: "has an item that is not of the shape it should have".to_owned(),
    })
}

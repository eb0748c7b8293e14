//! Finds the records of a protobuf body by walking along the lengths of its messages.

mod fields;

use std::borrow::Cow;
use std::rc::Rc;

use self::fields::{Broken, Field, Fields};
use super::Kind;
use super::group::{Group, Message, Metric, Payload, Points, Shape};
use crate::sources::Unreadable;
use crate::sources::records::MAX_RECORDS;

impl Payload for &[u8] {
    fn size(self) -> usize {
        self.len()
    }

    /// Keeps what the message has allocated.
    fn read_into<M: Message>(self, message: &mut M) -> Option<()> {
        message.clear();
        message.merge(self).ok()
    }

    fn is(self, other: Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The records of an export request, by scope.
pub(super) fn groups(kind: Kind, body: &[u8]) -> Result<Vec<Group<'_, &[u8]>>, Unreadable> {
    let mut walk = Walk {
        kind,
        groups: Vec::new(),
        records: 0,
    };
    match walk.request(body) {
        Ok(()) => Ok(walk.groups),
        Err(Stop::TooMany) => Err(Unreadable::TooMany { max: MAX_RECORDS }),
        Err(Stop::Broken(Broken { rest, message })) => Err(Unreadable::Malformed {
            at: format!(
                "byte {}",
                rest.as_ptr().addr().saturating_sub(body.as_ptr().addr())
            ),
            message: message.to_owned(),
        }),
    }
}

struct Walk<'a> {
    kind: Kind,
    groups: Vec<Group<'a, &'a [u8]>>,
    records: usize,
}

enum Stop<'a> {
    Broken(Broken<'a>),
    TooMany,
}

impl<'a> From<Broken<'a>> for Stop<'a> {
    fn from(broken: Broken<'a>) -> Self {
        Self::Broken(broken)
    }
}

impl<'a> Walk<'a> {
    fn request(&mut self, body: &'a [u8]) -> Result<(), Stop<'a>> {
        for field in Fields::of(body) {
            // resource_spans, resource_logs, resource_metrics
            if let (1, Field::Bytes(resource)) = field? {
                self.resource(resource)?;
            }
        }
        Ok(())
    }

    fn resource(&mut self, message: &'a [u8]) -> Result<(), Stop<'a>> {
        let (resource, resource_schema) = head(message)?;
        for field in Fields::of(message) {
            if let (2, Field::Bytes(scope)) = field? {
                self.scope(scope, resource, &resource_schema)?;
            }
        }
        Ok(())
    }

    fn scope(
        &mut self,
        message: &'a [u8],
        resource: Option<&'a [u8]>,
        resource_schema: &Rc<str>,
    ) -> Result<(), Stop<'a>> {
        let (scope, schema) = head(message)?;
        let group = |metric, records| Group {
            resource,
            resource_schema: Rc::clone(resource_schema),
            scope,
            schema: Rc::clone(&schema),
            metric,
            records,
        };
        let mut records = Vec::new();
        for field in Fields::of(message) {
            let (2, Field::Bytes(record)) = field? else {
                continue;
            };
            if self.kind == Kind::Metrics {
                let (metric, points) = self.metric(record)?;
                if !points.is_empty() {
                    self.groups.push(group(Some(metric), points));
                }
            } else {
                self.count()?;
                records.push(record);
            }
        }
        if !records.is_empty() {
            self.groups.push(group(None, records));
        }
        Ok(())
    }

    fn metric(&mut self, message: &'a [u8]) -> Result<Points<'a, &'a [u8]>, Stop<'a>> {
        let mut metric = Metric {
            name: Cow::Borrowed(""),
            description: Cow::Borrowed(""),
            unit: Cow::Borrowed(""),
            metadata: Vec::new(),
            shape: Shape::Gauge,
            temporality: 0,
            monotonic: false,
        };
        let mut points = Vec::new();
        for field in Fields::of(message) {
            let (tag, Field::Bytes(value)) = field? else {
                continue;
            };
            match tag {
                1 => metric.name = text(value)?,
                2 => metric.description = text(value)?,
                3 => metric.unit = text(value)?,
                12 => {
                    self.count()?;
                    metric.metadata.push(value);
                }
                _ => {
                    if let Some(shape) = shape(tag) {
                        metric.shape = shape;
                        self.data(value, &mut metric, &mut points)?;
                    }
                }
            }
        }
        Ok((metric, points))
    }

    /// A `Gauge`, `Sum` and so on: they number their fields alike.
    fn data(
        &mut self,
        message: &'a [u8],
        metric: &mut Metric<'a, &'a [u8]>,
        points: &mut Vec<&'a [u8]>,
    ) -> Result<(), Stop<'a>> {
        for field in Fields::of(message) {
            match field? {
                (1, Field::Bytes(point)) => {
                    self.count()?;
                    points.push(point);
                }
                (2, Field::Varint(temporality)) => {
                    metric.temporality = i32::try_from(temporality).unwrap_or_default();
                }
                (3, Field::Varint(monotonic)) => metric.monotonic = monotonic != 0,
                _ => {}
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Stop<'a>> {
        self.records += 1;
        if self.records > MAX_RECORDS {
            Err(Stop::TooMany)
        } else {
            Ok(())
        }
    }
}

const fn shape(tag: u32) -> Option<Shape> {
    match tag {
        5 => Some(Shape::Gauge),
        7 => Some(Shape::Sum),
        9 => Some(Shape::Histogram),
        10 => Some(Shape::ExponentialHistogram),
        11 => Some(Shape::Summary),
        _ => None,
    }
}

/// Fields 1 and 3 of a `ResourceLogs` or a `ScopeLogs`: the resource or the scope, and its schema.
/// They may stand behind the records.
fn head(message: &[u8]) -> Result<(Option<&[u8]>, Rc<str>), Broken<'_>> {
    let (mut about, mut schema) = (None, Cow::Borrowed(""));
    for field in Fields::of(message) {
        match field? {
            (1, Field::Bytes(value)) => about = Some(value),
            (3, Field::Bytes(value)) => schema = text(value)?,
            _ => {}
        }
    }
    Ok((about, schema.into()))
}

fn text(value: &[u8]) -> Result<Cow<'_, str>, Broken<'_>> {
    let broken = |_| Broken {
        rest: value,
        message: "not UTF-8",
    };
    std::str::from_utf8(value)
        .map(Cow::Borrowed)
        .map_err(broken)
}

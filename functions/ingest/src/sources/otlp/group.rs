//! The records of a body, found and not yet decoded.

use std::borrow::Cow;
use std::rc::Rc;

use super::json::FromJson;

/// A message type that both encodings can give.
pub(super) trait Message: prost::Message + Default + FromJson {}

impl<M: prost::Message + Default + FromJson> Message for M {}

/// The text of one message, in either encoding.
pub(super) trait Payload: Copy {
    /// In bytes.
    fn size(self) -> usize;
    /// Reads the text into a message, which may have been used before. `None`: it is no such one.
    fn read_into<M: Message>(self, message: &mut M) -> Option<()>;
    /// Whether this and the other are the same place of the body.
    fn is(self, other: Self) -> bool;
}

/// The records of one scope; in metrics, those of one metric.
#[derive(Debug)]
pub(super) struct Group<'a, P> {
    pub resource: Option<P>,
    pub resource_schema: Rc<str>,
    pub scope: Option<P>,
    pub schema: Rc<str>,
    pub metric: Option<Metric<'a, P>>,
    pub records: Vec<P>,
}

/// What the data points of a metric share.
#[derive(Debug, Clone)]
pub(super) struct Metric<'a, P> {
    pub name: Cow<'a, str>,
    pub description: Cow<'a, str>,
    pub unit: Cow<'a, str>,
    pub metadata: Vec<P>,
    pub shape: Shape,
    /// 1: delta, 2: cumulative, 0: not said, or of a shape that has none.
    pub temporality: i32,
    pub monotonic: bool,
}

/// A metric and its data points.
pub(super) type Points<'a, P> = (Metric<'a, P>, Vec<P>);

/// What its data points look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
}

impl Shape {
    /// As the members of a JSON `Metric` are called.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Sum => "sum",
            Self::Histogram => "histogram",
            Self::ExponentialHistogram => "exponentialHistogram",
            Self::Summary => "summary",
        }
    }
}

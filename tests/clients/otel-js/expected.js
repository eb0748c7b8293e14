// What Weir should hold of the SDK's own objects: the members of OTLP's JSON, attributes as objects,
// without what has its default value.

export function span(span) {
  const { traceId, spanId } = span.spanContext();
  return said({
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    // Sampled; and the parent is known not to be remote.
    flags: 0x101,
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanos(span.startTime),
    endTimeUnixNano: nanos(span.endTime),
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes }) =>
      said({ timeUnixNano: nanos(time), name, attributes }),
    ),
    links: span.links.map(({ context, attributes }) => {
      return said({ traceId: context.traceId, spanId: context.spanId, attributes, flags: 0x101 });
    }),
    status: said(span.status),
  });
}

export function log(record) {
  return said({
    timeUnixNano: nanos(record.hrTime),
    observedTimeUnixNano: nanos(record.hrTimeObserved),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName,
    body: record.body,
    attributes: record.attributes,
    flags: record.spanContext?.traceFlags,
    traceId: record.spanContext?.traceId,
    spanId: record.spanContext?.spanId,
  });
}

const TYPES = ["histogram", "exponentialHistogram", "gauge", "sum"];

export function points(batch) {
  const metrics = batch.scopeMetrics.flatMap(({ metrics }) => metrics);
  return metrics.flatMap((metric) => metric.dataPoints.map((data) => point(metric, data)));
}

function point({ descriptor, dataPointType, aggregationTemporality, isMonotonic }, data) {
  const type = TYPES[dataPointType];
  const about = said({
    name: descriptor.name,
    unit: descriptor.unit,
    type,
    // A gauge has none.
    aggregationTemporality: type === "gauge" ? 0 : aggregationTemporality + 1,
    isMonotonic,
    startTimeUnixNano: nanos(data.startTime),
    timeUnixNano: nanos(data.endTime),
    attributes: data.attributes,
  });
  const isNumber = typeof data.value === "number";
  return { ...about, ...(isNumber ? { value: data.value } : histogram(type, data.value)) };
}

function histogram(type, { count, sum, min, max, buckets, scale, zeroCount, positive, negative }) {
  if (type === "histogram") {
    const { counts, boundaries } = buckets;
    return { count, sum, min, max, bucketCounts: counts, explicitBounds: boundaries };
  }
  const shown = ({ offset, bucketCounts }) => said({ offset, bucketCounts });
  // The exporter sends both, empty ones too.
  const both = { positive: shown(positive), negative: shown(negative) };
  return { count, sum, min, max, scale, ...said({ zeroCount }), ...both };
}

function nanos([seconds, nanos]) {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

/** The members that say something. */
function said(members) {
  const empty = (value) =>
    [undefined, null, "", 0, false].includes(value) ||
    (typeof value === "object" && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !empty(value)));
}

"""Exports one signal with the OpenTelemetry SDK and prints what was exported, as Weir should hold it."""

import json
import sys
import time

from opentelemetry import trace
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

ATTRIBUTES = {"text": "grüße", "whole": 2**63 - 1, "part": 0.1, "yes": True, "list": ["a", "b"]}
# The parent is known not to be remote.
LOCAL = 0x100


class Recording:
    """An exporter that notes what it is given, and the outcome."""

    def __init__(self, exporter):
        self.exporter, self.sent, self.outcomes = exporter, [], []

    def __getattr__(self, name):
        return getattr(self.exporter, name)

    def export(self, items, *arguments, **named):
        outcome = self.exporter.export(items, *arguments, **named)
        self.sent.append(items)
        self.outcomes.append(outcome.name)
        return outcome


def spans(exporter, resource):
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("checkout", "1.2.3")
    parent = tracer.start_span("POST /orders", kind=SpanKind.SERVER, attributes=ATTRIBUTES)
    parent.add_event("retried", {"attempt": 2, "über": "ja ✓"})
    child = tracer.start_span(
        "charge",
        context=trace.set_span_in_context(parent),
        kind=SpanKind.CLIENT,
        links=[Link(parent.get_span_context(), {"why": "cause"})],
    )
    child.set_status(Status(StatusCode.ERROR, "card declined"))
    child.end()
    parent.end()
    provider.shutdown()
    return [span(it) for batch in exporter.sent for it in batch]


def span(it):
    return said(
        **ids(it.context),
        parentSpanId=f"{it.parent.span_id:016x}" if it.parent else None,
        flags=LOCAL,
        name=it.name,
        kind=it.kind.value + 1,
        startTimeUnixNano=it.start_time,
        endTimeUnixNano=it.end_time,
        attributes=dict(it.attributes),
        events=[said(timeUnixNano=e.timestamp, name=e.name, attributes=dict(e.attributes)) for e in it.events],
        links=[said(**ids(l.context), attributes=dict(l.attributes), flags=LOCAL) for l in it.links],
        status=said(code=it.status.status_code.value, message=it.status.description),
    )


def logs(exporter, resource):
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("shop", "0.1")
    now = time.time_ns()
    number = SeverityNumber.INFO
    logger.emit(body='héllo ✓ "quoted"\n', severity_number=number, severity_text="INFO", timestamp=now)
    logger.emit(body={"nested": {"list": [1, "two"]}}, event_name="order", timestamp=now + 1_000_000)
    logger.emit(body=b"\x00\xff".hex(), attributes=ATTRIBUTES, timestamp=now + 2_000_000)
    provider.shutdown()
    return [log(it.log_record) for batch in exporter.sent for it in batch]


def log(it):
    return said(
        timeUnixNano=it.timestamp,
        observedTimeUnixNano=it.observed_timestamp,
        severityNumber=it.severity_number.value if it.severity_number else None,
        severityText=it.severity_text,
        eventName=it.event_name,
        body=it.body,
        attributes=dict(it.attributes or {}),
    )


def metrics(exporter, resource):
    reader = PeriodicExportingMetricReader(exporter)
    views = [View(instrument_name="sizes", aggregation=ExponentialBucketHistogramAggregation())]
    provider = MeterProvider(resource=resource, metric_readers=[reader], views=views)
    meter = provider.get_meter("shop", "0.1")
    meter.create_counter("orders", "1", "placed").add(2**63 - 1, {"region": "eu"})
    meter.create_up_down_counter("open").add(-3)
    meter.create_gauge("temperature").set(21.25, {"room": "a"})
    durations = meter.create_histogram("durations", "ms", explicit_bucket_boundaries_advisory=[1, 10])
    for value in [0.5, 5, 50]:
        durations.record(value)
    sizes = meter.create_histogram("sizes")
    for value in [1, 2, 4, 1000]:
        sizes.record(value)
    provider.shutdown()
    batches = [scope for batch in exporter.sent for it in batch.resource_metrics for scope in it.scope_metrics]
    held = [metric for scope in batches for metric in scope.metrics]
    return [point(metric, data) for metric in held for data in metric.data.data_points]


TYPES = {
    "Sum": "sum",
    "Gauge": "gauge",
    "Histogram": "histogram",
    "ExponentialHistogram": "exponentialHistogram",
}


def point(metric, data):
    kind = TYPES[type(metric.data).__name__]
    return said(
        name=metric.name,
        unit=metric.unit,
        type=kind,
        aggregationTemporality=getattr(metric.data, "aggregation_temporality", None),
        isMonotonic=getattr(metric.data, "is_monotonic", None),
        startTimeUnixNano=data.start_time_unix_nano,
        timeUnixNano=data.time_unix_nano,
        attributes=dict(data.attributes),
    ) | values(kind, data)


def values(kind, data):
    if kind in ("sum", "gauge"):
        return {"value": data.value}
    common = {"count": data.count, "sum": data.sum, "min": data.min, "max": data.max}
    if kind == "histogram":
        return common | {"bucketCounts": list(data.bucket_counts), "explicitBounds": list(data.explicit_bounds)}

    def buckets(it):
        return said(offset=it.offset, bucketCounts=list(it.bucket_counts))

    shown = {"positive": buckets(data.positive), "negative": buckets(data.negative)}
    return common | {"scale": data.scale} | said(zeroCount=data.zero_count, **shown)


def ids(context):
    return {"traceId": f"{context.trace_id:032x}", "spanId": f"{context.span_id:016x}"}


def said(**members):
    """The members that do not have their default value."""
    return {name: value for name, value in members.items() if value not in (None, "", 0, [], {}, ())}


SIGNALS = {
    "traces": (OTLPSpanExporter, spans),
    "logs": (OTLPLogExporter, logs),
    "metrics": (OTLPMetricExporter, metrics),
}


def main():
    base_url, key, signal, service, compression = sys.argv[1:]
    exporter, export = SIGNALS[signal]
    headers = {"apikey": key}
    made = exporter(endpoint=f"{base_url}/v1/{signal}", headers=headers, compression=Compression(compression))
    recording = Recording(made)
    sent = export(recording, Resource.create({"service.name": service, "host.cpus": 2}))
    print(json.dumps({"sent": sent, "outcomes": recording.outcomes}))


main()

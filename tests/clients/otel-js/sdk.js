// The OpenTelemetry SDK for JavaScript with its exporters over HTTP, and what it hands to them.
import { context, trace } from "@opentelemetry/api";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtobufMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const EXPORTERS = {
  json: { traces: JsonTraces, logs: JsonLogs, metrics: JsonMetrics },
  protobuf: { traces: ProtobufTraces, logs: ProtobufLogs, metrics: ProtobufMetrics },
};

/** An exporter to that gateway with a list of what it was given and of what became of it. */
export function exporter(signal, { gateway, key, encoding, compression = "none" }) {
  const url = `${gateway.url}/v1/${signal}`;
  const real = new EXPORTERS[encoding][signal]({ url, headers: { apikey: key }, compression });
  const [sent, results] = [[], []];
  const recording = Object.create(real, {
    export: {
      value(items, done) {
        sent.push(items);
        real.export(items, (result) => {
          results.push(result);
          done(result);
        });
      },
    },
  });
  return { recording, sent, results };
}

/** A trace of two spans with everything a span can have. */
export async function sendSpans(service, options) {
  const { recording, sent, results } = exporter("traces", options);
  const spanProcessors = [new BatchSpanProcessor(recording)];
  const provider = new BasicTracerProvider({ resource: resource(service), spanProcessors });
  const tracer = provider.getTracer("checkout", "1.2.3");

  const parent = tracer.startSpan("POST /orders", { kind: 1, attributes: attributes() });
  parent.addEvent("retried", { attempt: 2, über: "ja ✓" });
  const child = tracer.startSpan(
    "charge",
    { kind: 2, links: [{ context: parent.spanContext(), attributes: { why: "cause" } }] },
    trace.setSpan(context.active(), parent),
  );
  child.setStatus({ code: 2, message: "card declined" });
  child.end();
  parent.end();
  await end(provider);
  return { sent: sent.flat(), results };
}

/** Log records with every kind of body. */
export async function sendLogs(service, options) {
  const { recording, sent, results } = exporter("logs", options);
  const processors = [new BatchLogRecordProcessor({ exporter: recording })];
  const provider = new LoggerProvider({ resource: resource(service), processors });
  const logger = provider.getLogger("shop", "0.1");

  const now = Date.now();
  logger.emit({
    body: 'héllo ✓ "quoted"\n',
    severityNumber: 9,
    severityText: "INFO",
    timestamp: now,
  });
  logger.emit({
    body: { nested: { list: [1, "two", null] } },
    eventName: "order",
    timestamp: now + 1,
  });
  logger.emit({
    body: "in a trace",
    attributes: attributes(),
    timestamp: now + 2,
    context: traced(),
  });
  await end(provider);
  return { sent: sent.flat(), results };
}

/** A data point of each kind of instrument. */
export async function sendMetrics(service, options) {
  const { recording, sent, results } = exporter("metrics", options);
  const readers = [new PeriodicExportingMetricReader({ exporter: recording })];
  const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM };
  const views = [{ instrumentName: "sizes", aggregation: exponential }];
  const provider = new MeterProvider({ resource: resource(service), readers, views });
  const meter = provider.getMeter("shop", "0.1");

  meter
    .createCounter("orders", { unit: "1", description: "placed" })
    .add(Number.MAX_SAFE_INTEGER, { region: "eu" });
  meter.createUpDownCounter("open").add(-3);
  meter.createGauge("temperature").record(21.25, { room: "a" });
  const durations = meter.createHistogram("durations", {
    unit: "ms",
    advice: { explicitBucketBoundaries: [1, 10] },
  });
  for (const value of [0.5, 5, 50]) durations.record(value);
  const sizes = meter.createHistogram("sizes");
  for (const value of [1, 2, 4, 1000]) sizes.record(value);
  await end(provider);
  return { sent: sent.flat(), results };
}

/** Exports what is left. What became of it is in the exporter's results. */
async function end(provider) {
  await provider.shutdown().catch(() => {});
}

function resource(service) {
  return resourceFromAttributes({ "service.name": service, "host.cpus": 2 });
}

function attributes() {
  return {
    text: "grüße",
    whole: Number.MAX_SAFE_INTEGER,
    part: 0.1,
    yes: true,
    list: ["a", "b"],
    none: "",
  };
}

function traced() {
  const spanContext = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
  };
  return trace.setSpanContext(context.active(), spanContext);
}

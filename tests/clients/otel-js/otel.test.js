// What the OpenTelemetry SDK for JavaScript exports is what lies in the log.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { startGateway } from "../support/gateway.js";
import { stored } from "../support/log.js";
import { weir } from "../support/weir.js";
import * as expected from "./expected.js";
import { sendLogs, sendMetrics, sendSpans } from "./sdk.js";

const key = weir.keys.thirdParty;
const about = { resource: (service) => ({ "service.name": service, "host.cpus": 2 }) };

/** The properties of what is stored of the service, each with the right context. */
async function held(signal, service, scope) {
  const events = await stored(
    signal,
    (event) => event.deviceData?.resource?.["service.name"] === service,
  );
  for (const { source, timeGiven, deviceData } of events) {
    assert.deepEqual({ source, timeGiven }, { source: "otlp", timeGiven: true });
    assert.deepEqual(deviceData.resource, about.resource(service));
    assert.deepEqual(deviceData.scope, scope);
  }
  return events.map(({ properties }) => properties);
}

const by = (member) => (one, other) => (one[member] < other[member] ? -1 : 1);

for (const encoding of ["json", "protobuf"]) {
  for (const compression of ["none", "gzip"]) {
    const variant = { encoding, compression };
    const name = `as ${encoding}, compression ${compression}`;

    test(`spans ${name}`, async (t) => {
      const [gateway, service] = [await startGateway(t), randomUUID()];
      const { sent, results } = await sendSpans(service, { gateway, key, ...variant });
      assert.deepEqual(
        results.map(({ code }) => code),
        [0],
      );
      const spans = await held("spans", service, { name: "checkout", version: "1.2.3" });
      assert.deepEqual(spans.sort(by("spanId")), sent.map(expected.span).sort(by("spanId")));
      assert.equal(spans.length, 2);
    });

    test(`log records ${name}`, async (t) => {
      const [gateway, service] = [await startGateway(t), randomUUID()];
      const { sent, results } = await sendLogs(service, { gateway, key, ...variant });
      assert.deepEqual(
        results.map(({ code }) => code),
        [0],
      );
      const records = await held("logs", service, { name: "shop", version: "0.1" });
      assert.deepEqual(records, sent.map(expected.log));
      assert.equal(records.length, 3);
    });

    test(`data points ${name}`, async (t) => {
      const [gateway, service] = [await startGateway(t), randomUUID()];
      const { sent, results } = await sendMetrics(service, { gateway, key, ...variant });
      assert.deepEqual(
        results.map(({ code }) => code),
        [0],
      );
      const points = await held("metricPoints", service, { name: "shop", version: "0.1" });
      assert.deepEqual(points.sort(by("name")), sent.flatMap(expected.points).sort(by("name")));
      assert.equal(points.length, 5);
    });
  }

  test(`what is refused for now is sent again as ${encoding}, and stored once`, async (t) => {
    const [gateway, service] = [await startGateway(t), randomUUID()];
    gateway.refuse(429, { "retry-after": "1" });
    // This one is stored, and its answer gets lost.
    gateway.lose(503, { "retry-after": "1" });
    const { sent, results } = await sendLogs(service, {
      gateway,
      key,
      encoding,
      compression: "gzip",
    });
    assert.deepEqual(
      results.map(({ code }) => code),
      [0],
    );
    assert.deepEqual(gateway.statuses, [429, 503, 200]);
    assert.equal(gateway.requests[1].stored.status, 200);
    const [first, second, third] = gateway.requests.map(({ at }) => at);
    assert.ok(second - first >= 990 && third - second >= 990, "Retry-After was not waited for");
    const records = await held("logs", service, { name: "shop", version: "0.1" });
    assert.deepEqual(records, sent.map(expected.log));
  });

  test(`what can never succeed is not sent again as ${encoding}`, async (t) => {
    const [gateway, service] = [await startGateway(t), randomUUID()];
    // A RUM key may not send spans.
    const { results } = await sendSpans(service, { gateway, key: weir.keys.rum, encoding });
    assert.deepEqual(
      results.map(({ code }) => code),
      [1],
    );
    assert.deepEqual(gateway.statuses, [403]);
    assert.deepEqual(await held("spans", service), []);
  });
}

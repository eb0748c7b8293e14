// What the OpenTelemetry SDK for Python exports is what lies in the log.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { parse } from "lossless-json";

import { startGateway } from "../support/gateway.js";
import { number, stored } from "../support/log.js";
import { weir } from "../support/weir.js";

const PYTHON = process.env.WEIR_OTEL_PYTHON ?? "python3";
const PROGRAM = fileURLToPath(new URL("export.py", import.meta.url));

const SIGNALS = [
  { path: "traces", signal: "spans", count: 2, scope: { name: "checkout", version: "1.2.3" } },
  { path: "logs", signal: "logs", count: 3, scope: { name: "shop", version: "0.1" } },
  { path: "metrics", signal: "metricPoints", count: 5, scope: { name: "shop", version: "0.1" } },
];

/** What the SDK says it has exported, and what it made of the answers. */
async function exported(gateway, path, service, compression, key = weir.keys.sensor) {
  const options = [PROGRAM, gateway.url, key, path, service, compression];
  const { stdout } = await promisify(execFile)(PYTHON, options);
  return parse(stdout, null, number);
}

async function held(signal, service, scope) {
  const events = await stored(
    signal,
    (event) => event.deviceData?.resource?.["service.name"] === service,
  );
  for (const { source, timeGiven, deviceData } of events) {
    assert.deepEqual({ source, timeGiven }, { source: "otlp", timeGiven: true });
    assert.equal(deviceData.resource["host.cpus"], 2);
    assert.equal(deviceData.resource["telemetry.sdk.language"], "python");
    assert.deepEqual(deviceData.scope, scope);
  }
  return events.map(({ properties }) => properties);
}

const ordered = (list) =>
  list.toSorted((one, other) => ((one.spanId ?? one.name) < (other.spanId ?? other.name) ? -1 : 1));

/** Without the lowest bits of the flags: how a span was sampled is no member of the SDK's span. */
const unsampled = (span) => (span.flags ? { ...span, flags: span.flags & ~0xff } : span);

for (const { path, signal, count, scope } of SIGNALS) {
  for (const compression of ["none", "gzip"]) {
    test(`${path} as protobuf, compression ${compression}`, async (t) => {
      const [gateway, service] = [await startGateway(t), randomUUID()];
      const { sent, outcomes } = await exported(gateway, path, service, compression);
      assert.deepEqual(outcomes, ["SUCCESS"]);
      const records = (await held(signal, service, scope)).map(unsampled);
      assert.deepEqual(
        signal === "logs" ? records : ordered(records),
        signal === "logs" ? sent : ordered(sent),
      );
      assert.equal(records.length, count);
    });
  }
}

test("what is refused for now is sent again, and stored once", async (t) => {
  const [gateway, service] = [await startGateway(t), randomUUID()];
  gateway.refuse(429, { "retry-after": "1" });
  // This one is stored, and its answer gets lost.
  gateway.lose(503, { "retry-after": "1" });
  const { sent, outcomes } = await exported(gateway, "logs", service, "gzip");
  assert.deepEqual(outcomes, ["SUCCESS"]);
  assert.deepEqual(gateway.statuses, [429, 503, 200]);
  assert.deepEqual(await held("logs", service, SIGNALS[1].scope), sent);
});

test("what can never succeed is not sent again", async (t) => {
  const [gateway, service] = [await startGateway(t), randomUUID()];
  const { outcomes } = await exported(gateway, "traces", service, "none", weir.keys.rum);
  assert.deepEqual(outcomes, ["FAILURE"]);
  assert.deepEqual(gateway.statuses, [403]);
});

// The requests that Fluent Bit was recorded sending, sent again: what it sent is what lies in the log.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { startGateway } from "../support/gateway.js";
import { stored } from "../support/log.js";
import { weir } from "../support/weir.js";

const FOLDER = "../../../functions/ingest/tests/fixtures/fluentbit/";
// What stood in the file that it read.
const RECORD = { message: "hello", level: "info", n: 1, nested: { a: [1, 2] } };

/** The recording of that name, to be sent as it was but for the key. */
function recording(name) {
  const bytes = readFileSync(new URL(`${FOLDER}${name}.http`, import.meta.url));
  const end = bytes.indexOf("\r\n\r\n");
  const [request, ...lines] = bytes.subarray(0, end).toString().split("\r\n");
  const headers = lines
    .map((line) => line.split(": "))
    .filter(([name]) => !["Host", "Content-Length", "Connection"].includes(name))
    .map(([name, value]) => [name, value.replace("<KEY>", weir.keys.thirdParty)]);
  return { path: request.split(" ")[1], headers, body: bytes.subarray(end + 4) };
}

async function sentTwice(t, name) {
  const gateway = await startGateway(t);
  const { path, headers, body } = recording(name);
  for (const _ of [1, 2]) await fetch(gateway.url + path, { method: "POST", headers, body });
  return gateway.statuses;
}

const FORMATS = [
  ["json", "2026-11-21T03:13:33.312Z", { timestamp: "2026-11-21T03:13:33.312436Z" }],
  ["json-lines", "2026-11-21T03:13:38.312Z", { date: 1795230818.312356 }],
  ["json-stream", "2026-11-21T03:13:43.312Z", { date: 1795230823.312412 }],
  ["json-lines-gzip", "2026-11-21T03:13:48.312Z", { date: 1795230828.31236 }],
  ["msgpack", "2026-11-21T03:13:53.312Z", {}],
];

for (const [name, time, member] of FORMATS) {
  test(`format ${name} is stored once, to the letter`, async (t) => {
    assert.deepEqual(await sentTwice(t, name), [204, 204]);
    const timestamp = Date.parse(time);
    const events = await stored(
      "logs",
      (event) => event.source === "jsonLogs" && event.timestamp === timestamp,
    );
    assert.deepEqual(
      events.map(({ properties }) => properties),
      [{ ...member, ...RECORD }],
    );
    assert.equal(events[0].timeGiven, true);
  });
}

test("the output opentelemetry is stored once, to the nanosecond", async (t) => {
  assert.deepEqual(await sentTwice(t, "otlp"), [200, 200]);
  const timestamp = Date.parse("2026-11-21T03:13:58.312Z");
  const events = await stored(
    "logs",
    (event) => event.source === "otlp" && event.timestamp === timestamp,
  );
  const { message: body, ...attributes } = RECORD;
  const properties = { timeUnixNano: 1795230838312336057n, body, attributes };
  assert.deepEqual(
    events.map((event) => event.properties),
    [properties],
  );
});

// What a delivery stream delivers is what lies in the log, once.
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { startGateway } from "../support/gateway.js";
import { stored } from "../support/log.js";
import { weir } from "../support/weir.js";
import { deliver } from "./sender.js";

const key = weir.keys.thirdParty;

const held = (mark) => stored("logs", (event) => JSON.stringify(event, plain).includes(mark));

/** For texts to search in. */
const plain = (_name, value) => (typeof value === "bigint" ? String(value) : value);

for (const gzip of [false, true]) {
  test(`JSON objects and lines of text, ${gzip ? "compressed" : "as they are"}`, async (t) => {
    const [gateway, mark] = [await startGateway(t), randomUUID()];
    const now = Date.now();
    const objects = [0, 1, 2].map((n) => ({
      message: `${mark} grüße ${n}`,
      n,
      timestamp: now + n,
      deep: { a: [null] },
    }));
    const [first, second, third] = objects.map((object) => JSON.stringify(object));
    const records = [`${first}\n${second}\n`, `${third}${mark} a line "of" text\n`, ""];
    const { outcome, attempts } = await deliver(gateway.url, {
      key,
      records,
      gzip,
      attributes: { env: mark },
    });
    assert.deepEqual({ outcome, attempts: attempts.length }, { outcome: "delivered", attempts: 1 });

    const events = await held(mark);
    const [line, ...others] = events.toSorted((one, other) => one.timeGiven - other.timeGiven);
    // Without a time of its own it has that of the request.
    assert.deepEqual(line.properties, { message: `${mark} a line "of" text` });
    assert.ok(Math.abs(line.timestamp - now) < 5_000);
    assert.deepEqual(
      others.map(({ properties }) => properties),
      objects,
    );
    assert.deepEqual(
      others.map(({ timestamp }) => timestamp),
      objects.map(({ timestamp }) => timestamp),
    );
    for (const { source, deviceData } of events) {
      assert.equal(source, "firehose");
      assert.deepEqual(deviceData, { commonAttributes: { env: mark } });
    }
  });
}

test("messages of CloudWatch Logs, with their ids and times", async (t) => {
  const [gateway, mark] = [await startGateway(t), randomUUID()];
  const origin = {
    owner: "123456789012",
    logGroup: `/aws/lambda/${mark}`,
    logStream: "2026/11/21/[$LATEST]0",
    subscriptionFilters: ["all"],
  };
  const now = Date.now();
  const logEvents = [
    { id: `${mark}-1`, timestamp: now, message: "START RequestId: 1\n" },
    {
      id: `${mark}-2`,
      timestamp: now + 1,
      message: JSON.stringify({ level: "INFO", message: "grüße ✓" }),
    },
  ];
  const packed = (message) => gzipSync(JSON.stringify(message));
  const control = {
    messageType: "CONTROL_MESSAGE",
    ...origin,
    logEvents: [
      {
        id: "",
        timestamp: now,
        message: "CWL CONTROL MESSAGE: Checking health of destination Firehose.",
      },
    ],
  };
  const records = [packed(control), packed({ messageType: "DATA_MESSAGE", ...origin, logEvents })];
  const { outcome } = await deliver(gateway.url, { key, records, gzip: true });
  assert.equal(outcome, "delivered");

  const events = await held(mark);
  assert.deepEqual(
    events.map(({ id, timestamp, properties, deviceData }) => ({
      id,
      timestamp,
      properties,
      deviceData,
    })),
    [
      {
        id: `${mark}-1`,
        timestamp: now,
        properties: { message: "START RequestId: 1" },
        deviceData: origin,
      },
      {
        id: `${mark}-2`,
        timestamp: now + 1,
        properties: JSON.parse(logEvents[1].message),
        deviceData: origin,
      },
    ],
  );
});

test("a delivery whose answer was lost is delivered again and stored once", async (t) => {
  const [gateway, mark] = [await startGateway(t), randomUUID()];
  gateway.refuse(429, { "retry-after": "1" });
  gateway.lose(504);
  // Without a time: only the request's id makes it the same one.
  const { outcome } = await deliver(gateway.url, { key, records: [`${mark} one\n${mark} one\n`] });
  assert.equal(outcome, "delivered");
  assert.deepEqual(gateway.statuses, [429, 504, 200]);
  const events = await held(mark);
  assert.deepEqual(
    events.map(({ properties }) => properties.message),
    [`${mark} one`, `${mark} one`],
  );
});

test("a record of no use among good ones costs nothing but itself", async (t) => {
  const [gateway, mark] = [await startGateway(t), randomUUID()];
  const large = JSON.stringify({ message: "x".repeat(300_000) });
  const records = [
    `${mark} one`,
    Buffer.from([0xff, 0xfe]),
    large,
    Buffer.from([0x1f, 0x8b, 0]),
    `${mark} two`,
  ];
  const { outcome, attempts } = await deliver(gateway.url, { key, records });
  assert.deepEqual({ outcome, attempts: attempts.length }, { outcome: "delivered", attempts: 1 });
  const messages = (await held(mark)).map(({ properties }) => properties.message);
  assert.deepEqual(messages.toSorted(), [`${mark} one`, `${mark} two`]);
});

test("every refusal is in the words of the contract, and what is too large is given up at once", async (t) => {
  const gateway = await startGateway(t);
  const refused = async (options) => {
    const { outcome, attempts } = await deliver(gateway.url, {
      key,
      records: ["x"],
      retryFor: 0,
      ...options,
    });
    const { status, text, faults } = attempts.at(-1);
    assert.deepEqual(faults, []);
    return { outcome, status, code: JSON.parse(text).errorMessage.match(/\((\w+)\)$/)[1] };
  };
  assert.deepEqual(await refused({ key: "weir_tp_none" }), {
    outcome: "backed up",
    status: 401,
    code: "key_malformed",
  });
  assert.deepEqual(await refused({ key: weir.keys.sensor }), {
    outcome: "backed up",
    status: 403,
    code: "scope_missing",
  });
  assert.deepEqual(await refused({ records: [Buffer.from([0xff])] }), {
    outcome: "backed up",
    status: 400,
    code: "invalid_event",
  });
  const noise = [randomBytes(3_300_000)];
  assert.deepEqual(await refused({ records: noise }), {
    outcome: "dropped",
    status: 413,
    code: "too_large",
  });
});

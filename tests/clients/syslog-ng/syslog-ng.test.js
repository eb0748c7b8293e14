// What applications log to syslog-ng is what lies in the log.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { startGateway } from "../support/gateway.js";
import { stored } from "../support/log.js";
import { weir } from "../support/weir.js";
import { log, startDaemon, until } from "./daemon.js";

const program = process.env.WEIR_SYSLOG_NG;
const skip = program ? false : "syslog-ng is not there";

const TEXTS = [
  "plain",
  'with "quotes" and \\ and {"json": 1}',
  "grüße ✓ 日本",
  "two\nlines\tand a tab",
  "",
];

/** Messages one millisecond apart, as they go in and as they should be held. */
function messages(mark, count) {
  const start = Date.now() - count;
  return Array.from({ length: count }, (_, n) => {
    const iso = new Date(start + n).toISOString().replace("Z", "");
    const text = `${mark} ${n} ${TEXTS[n % TEXTS.length]}`;
    return {
      sent: `<13>1 ${iso}500Z web-${n % 3}.example shop 77 - [order@32473 id="${n}"] ${text}`,
      held: {
        timestamp: `${iso}500+00:00`,
        message: text,
        host: `web-${n % 3}.example`,
        program: "shop",
        level: "notice",
        _SDATA: { "order@32473": { id: String(n) } },
      },
    };
  });
}

const held = (mark) => stored("logs", (event) => event.properties?.message?.includes?.(mark));

/** Sends messages and waits until the gateway has given so many good answers. */
async function delivered(t, gateway, list, key, answers) {
  const port = await startDaemon(t, program, gateway, key);
  await log(
    port,
    list.map(({ sent }) => sent),
  );
  const good = () => gateway.statuses.filter((status) => status === 204).length;
  await until(
    () => good() >= answers,
    () => `answers: ${gateway.statuses}`,
  );
}

test("messages arrive in batches, to the letter", { skip }, async (t) => {
  const [gateway, mark] = [await startGateway(t), randomUUID()];
  const list = messages(mark, 250);
  await delivered(t, gateway, list, weir.keys.thirdParty, 3);
  const events = await held(mark);
  assert.deepEqual(
    events.map(({ properties }) => properties),
    list.map((message) => message.held),
  );
  assert.ok(gateway.requests.length <= 5, `${gateway.requests.length} requests`);
});

test("what is refused for now is sent again, and stored once", { skip }, async (t) => {
  const [gateway, mark] = [await startGateway(t), randomUUID()];
  gateway.refuse(429, { "retry-after": "1" });
  // These are stored, and their answers get lost.
  gateway.lose(503);
  gateway.lose(500);
  const list = messages(mark, 20);
  await delivered(t, gateway, list, weir.keys.sensor, 1);
  assert.deepEqual(gateway.statuses, [429, 503, 500, 204]);
  const events = await held(mark);
  assert.deepEqual(
    events.map(({ properties }) => properties),
    list.map((message) => message.held),
  );
});

test("a batch of no use at all is given up, and what follows it is stored", { skip }, async (t) => {
  const [gateway, mark] = [await startGateway(t), randomUUID()];
  const port = await startDaemon(t, program, gateway, weir.keys.thirdParty);
  const requests = (count) =>
    until(
      () => gateway.requests.length >= count,
      () => `${gateway.statuses}`,
    );
  const [large, recent] = messages(mark, 2);
  await log(port, [large.sent + "x".repeat(256 * 1024)]);
  await requests(1);
  await log(port, [recent.sent]);
  await requests(2);
  assert.deepEqual(gateway.statuses, [413, 204]);
  assert.deepEqual(
    (await held(mark)).map(({ properties }) => properties),
    [recent.held],
  );
});

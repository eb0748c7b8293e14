import assert from "node:assert/strict";
import { test } from "node:test";

import { event, listen, load, place, storage } from "./page.js";

const NOW = 1_795_240_800_000;

/** A delivery to a server that answers one by one what it is told to; null is a network failure. */
async function sending(t, answers, { room, locks } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
  t.mock.method(Math, "random", () => 0);
  listen(t);
  const stored = storage(room);
  place(t, "localStorage", stored);
  const requests = [];
  const beacons = [];
  place(t, "navigator", { locks, sendBeacon: (url, body) => beacons.push(body) });
  t.mock.method(globalThis, "fetch", async (url, { body, keepalive, credentials }) => {
    requests.push({ url, body, keepalive, credentials, at: Date.now() - NOW });
    const answer = await answers.shift();
    if (!answer) throw new TypeError("Failed to fetch");
    return answer;
  });
  const { makeDelivery } = await load("delivery");
  const { makeQueue } = await load("queue");
  const { openShelf } = await load("shelf");
  const open = () => {
    const shelf = openShelf("weir.k.");
    const queue = makeQueue(shelf, {});
    return { queue, delivery: makeDelivery({ url: "https://weir.example/json/rum" }, queue, shelf) };
  };
  const { queue, delivery } = open();
  const add = (id) => {
    queue.add(event(id));
    delivery.soon();
  };
  /** Lets time pass, and everything that is due happen. */
  const pass = async (millis) => {
    t.mock.timers.tick(millis);
    for (let n = 0; n < 50; n++) await null;
  };
  const ids = (body) => JSON.parse(body).events.map(({ id }) => id);
  const sent = () => requests.map(({ body }) => ids(body));
  return { add, pass, requests, sent, delivery, queue, open, stored, beacons: () => beacons.map(ids) };
}

const ok = () => Response.json({ accepted: 1, refused: [] });
const status = (code, headers) => new Response("{}", { status: code, headers });
const entries = (stored) => Object.keys(stored).filter((name) => name.startsWith("weir.k.e"));

test("events gather for a second and leave as one request that outlives the page", async (t) => {
  const { add, pass, requests, sent, stored } = await sending(t, [ok()]);
  add("1");
  add("2");
  await pass(999);
  assert.equal(requests.length, 0);
  await pass(1);
  assert.deepEqual(sent(), [["1", "2"]]);
  const { keepalive, credentials } = requests[0];
  assert.deepEqual({ keepalive, credentials }, { keepalive: true, credentials: "omit" });
  assert.deepEqual(entries(stored), []);
});

test("what can never succeed is dropped, and the next events are sent", async (t) => {
  for (const code of [400, 401, 403, 404, 413]) {
    await t.test(`${code}`, async (t) => {
      const { add, pass, sent } = await sending(t, [status(code), ok()]);
      add("1");
      await pass(1_000);
      add("2");
      await pass(1_000);
      assert.deepEqual(sent(), [["1"], ["2"]]);
    });
  }
});

test("a busy Weir is left alone as long as it asks, by later pages too", async (t) => {
  const { add, pass, requests, open } = await sending(t, [status(429, { "retry-after": "7" }), ok(), ok()]);
  add("1");
  await pass(1_000);
  const nextPage = open();
  nextPage.delivery.flush();
  nextPage.delivery.resume();
  await pass(7_499);
  assert.equal(requests.length, 1);
  await pass(1);
  // Both pages: here they have no locks.
  assert.equal(requests.length, 3);
  assert.equal(requests[1].body, requests[0].body);
});

test("failures are sent again, each time later, until they succeed", async (t) => {
  const { add, pass, requests, stored } = await sending(t, [null, status(500), status(503), ok()]);
  add("1");
  await pass(1_000);
  for (let n = 0; n < 100; n++) await pass(100);
  assert.deepEqual(requests.map(({ at }) => at), [1_000, 1_500, 2_500, 4_500]);
  assert.ok(requests.every(({ body }) => body == requests[0].body));
  // The first failure may be for want of room among the requests that outlive their page.
  assert.deepEqual(requests.map(({ keepalive }) => keepalive), [true, false, false, false]);
  assert.deepEqual(entries(stored), []);
});

test("when the network is back there is no waiting", async (t) => {
  const { add, pass, requests, delivery } = await sending(t, [null, null, null, ok()]);
  add("1");
  for (let n = 0; n < 30; n++) await pass(100);
  assert.equal(requests.length, 3);
  delivery.resume();
  await pass(0);
  assert.equal(requests.length, 4);
});

test("while an answer is awaited nothing else is sent, and then all that has come", async (t) => {
  let answer;
  const { add, pass, sent } = await sending(t, [new Promise((resolve) => (answer = resolve)), ok()]);
  add("1");
  await pass(1_000);
  add("2");
  await pass(5_000);
  add("3");
  await pass(5_000);
  assert.deepEqual(sent(), [["1"]]);
  answer(ok());
  await pass(0);
  assert.deepEqual(sent(), [["1"], ["2", "3"]]);
});

test("a page that is left sends the rest as a beacon, and the next page makes sure of it", async (t) => {
  const { add, pass, sent, delivery, beacons, open } = await sending(t, [new Promise(() => {}), ok(), ok(), ok()]);
  add("1");
  await pass(1_000);
  add("2");
  delivery.beacon();
  assert.deepEqual(beacons(), [["2"]]);
  const nextPage = open();
  nextPage.queue.add(event("3"));
  nextPage.delivery.flush();
  await pass(0);
  assert.deepEqual(sent(), [["1"], ["1"], ["2"], ["3"]]);
});

test("a beacon does not disturb a busy Weir while the events are safe", async (t) => {
  const { add, pass, delivery, beacons } = await sending(t, [status(503)]);
  add("1");
  await pass(1_000);
  delivery.beacon();
  assert.deepEqual(beacons(), []);
});

test("a beacon is the last chance of events that only memory holds", async (t) => {
  const { add, pass, delivery, beacons } = await sending(t, [status(503)], { room: 0 });
  add("1");
  await pass(1_000);
  delivery.beacon();
  assert.deepEqual(beacons(), [["1"]]);
});

test("where there are locks one tab sends at a time; without an origin there are none", async (t) => {
  const asked = [];
  const locks = { request: (name, act) => (asked.push(name), act()) };
  const { add, pass, sent } = await sending(t, [ok(), ok()], { locks });
  add("1");
  await pass(1_000);
  assert.deepEqual(asked, ["weir"]);
  locks.request = () => Promise.reject(new DOMException("denied", "SecurityError"));
  add("2");
  await pass(1_000);
  assert.deepEqual(sent(), [["1"], ["2"]]);
});

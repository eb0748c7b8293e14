import assert from "node:assert/strict";
import { test } from "node:test";

import { event, listen, load, place, storage } from "./page.js";

/** A queue on a storage, with as many events. */
async function queueOf(t, count, size) {
  place(t, "localStorage", storage());
  const { makeQueue } = await load("queue");
  const { openShelf } = await load("shelf");
  const open = () => makeQueue(openShelf("weir.k."), { env: "test" });
  const queue = open();
  for (let n = 0; n < count; n++) queue.add(event(`0${String(n).padStart(4, "0")}`, size));
  return { queue, open };
}

const ids = (queue, batch) => JSON.parse(queue.body(batch)).events.map(({ id }) => id);

test("a batch is the oldest events, and what they have in common", async (t) => {
  const { queue } = await queueOf(t, 60);
  const body = JSON.parse(queue.body(queue.next()));
  assert.deepEqual(body.sessionAttributes, { env: "test" });
  assert.equal(body.events.length, 50);
  assert.deepEqual(body.events[0], event("00000"));
});

test("a batch that is not done is the same again, on the next page too", async (t) => {
  const { queue, open } = await queueOf(t, 3);
  const body = queue.body(queue.next());
  queue.add(event("09"));
  const nextPage = open();
  assert.equal(nextPage.body(nextPage.next()), body);
  nextPage.remove(nextPage.next());
  assert.deepEqual(ids(nextPage, nextPage.next()), ["09"]);
});

test("a fresh batch holds nothing of a batch that is under way", async (t) => {
  const { queue, open } = await queueOf(t, 2);
  const underWay = queue.next();
  assert.equal(queue.fresh(), undefined);
  queue.add(event("09"));
  const beacon = queue.fresh();
  assert.deepEqual(ids(queue, beacon), ["09"]);
  // The next page sends both again, each as it was.
  const nextPage = open();
  assert.deepEqual(nextPage.next(), underWay);
  nextPage.remove(underWay);
  assert.deepEqual(nextPage.next(), beacon);
  nextPage.remove(beacon);
  assert.equal(nextPage.next(), undefined);
});

test("two tabs neither lose nor keep each other's events", async (t) => {
  const { queue: one, open } = await queueOf(t, 2);
  const other = open();
  const batch = other.next();
  one.add(event("08"));
  other.add(event("09"));
  other.remove(batch);
  assert.deepEqual(ids(one, one.next()), ["08", "09"]);
});

test("a request stays below what browsers let outlive a page, counted in bytes", async (t) => {
  const { queue } = await queueOf(t, 40, 1);
  const fat = { ...event("1"), attributes: { p: "€".repeat(5_000) } };
  for (let n = 0; n < 10; n++) queue.add({ ...fat, id: `1${n}` });
  let sent = 0;
  for (let batch; (batch = queue.next()); queue.remove(batch)) {
    assert.ok(Buffer.byteLength(queue.body(batch)) < 64 * 1024);
    sent += batch.length;
  }
  assert.equal(sent, 50);
});

test("events that cannot be sent are dropped, which is said once", async (t) => {
  const said = listen(t);
  const { queue } = await queueOf(t, 1);
  const circle = {};
  circle.circle = circle;
  queue.add({ ...event("2"), attributes: circle });
  queue.add({ ...event("3"), attributes: { big: 1n } });
  queue.add(event("4", 60_000));
  queue.add(event("5", 60_000));
  assert.deepEqual(ids(queue, queue.next()), ["00000"]);
  assert.deepEqual(said, [
    "weir: t was dropped: its attributes are no JSON",
    "weir: t was dropped: it is larger than 58 KB",
  ]);
});

test("the queue is bounded, the oldest events go first", async (t) => {
  const said = listen(t);
  const { queue } = await queueOf(t, 502);
  assert.equal(ids(queue, queue.next())[0], "00002");
  assert.deepEqual(said, ["weir: the queue was full: the oldest events were dropped"]);
});

test("the queue is bounded in characters, too", async (t) => {
  listen(t);
  const { queue } = await queueOf(t, 30, 50_000);
  const kept = Object.keys(localStorage).filter((name) => name.startsWith("weir.k.e"));
  assert.equal(kept.length, 9);
  assert.equal(ids(queue, queue.next())[0], "00021");
});

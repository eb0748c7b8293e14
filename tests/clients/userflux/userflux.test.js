// What the real SDK sends is what is read back.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { read, timeline, weir } from "../support/weir.js";
import UserFlux from "./sdk.js";

const sdk = new UserFlux(weir.keys.writeOnly, { defaultTrackingProperties: { app: "demo" } });

/** The members of an event that the SDK states. */
function stated({ name, timestamp, userId, anonymousId, sessionId, properties }) {
  return { name, timestamp, userId, anonymousId, sessionId, properties };
}

test("a tracked event comes back in the timeline as it was sent", async () => {
  const [userId, anonymousId] = [`user ${randomUUID()}`, randomUUID()];
  const sent = {
    timestamp: Date.now() - 60_000,
    userId,
    anonymousId,
    sessionId: randomUUID(),
    properties: { total: 12.5, items: ["a", "b"], nested: { none: null, yes: true }, name: "héllo ✓" },
  };

  const response = await sdk.track({ event: "order_placed", ...sent });
  assert.equal(response.status, 204);

  const [event, ...others] = await timeline(userId, 1);
  assert.deepEqual(others, []);
  const properties = { app: "demo", ...sent.properties };
  assert.deepEqual(stated(event), { name: "order_placed", ...sent, properties });
  assert.equal(event.source, "userflux");
  assert.ok(event.id.length > 0);
  assert.ok(event.keyId.length > 0);
  // The key's secret is in no answer.
  assert.ok(!JSON.stringify(event).includes(weir.keys.writeOnly));
});

test("an identified profile comes back with its properties and its anonymous id", async () => {
  const [userId, anonymousId] = [randomUUID(), randomUUID()];
  const properties = { email: "ann@example.com", name: "Ann", plan: { seats: 3 } };

  const response = await sdk.identify({ userId, anonymousId, properties });
  assert.equal(response.status, 204);

  // At once: the answer to an update means that a read sees it.
  const { status, body } = await read(`/profile/${userId}`);
  assert.equal(status, 200);
  assert.equal(body.id, userId);
  assert.deepEqual(body.anonymousIds, [anonymousId]);
  assert.deepEqual(body.properties, properties);
});

test("what an anonymous visitor did is in the timeline of the user they turn out to be", async () => {
  const [userId, anonymousId] = [randomUUID(), randomUUID()];
  await sdk.track({ event: "page_view", anonymousId, timestamp: Date.now() - 2_000 });
  await sdk.identify({ userId, anonymousId, properties: { plan: "free" } });
  await sdk.track({ event: "login", userId, timestamp: Date.now() - 1_000 });

  const events = await timeline(userId, 2);
  assert.deepEqual(events.map((event) => event.name), ["page_view", "login"]);
});

test("the same call sent twice is stored once", async () => {
  const userId = randomUUID();
  const call = { event: "paid", userId, timestamp: Date.now(), properties: { total: 1 } };
  const statuses = [await sdk.track(call), await sdk.track(call)].map(({ status }) => status);
  assert.deepEqual(statuses, [204, 204]);
  await sdk.track({ ...call, event: "shipped", timestamp: call.timestamp + 1 });

  const events = await timeline(userId, 2);
  assert.deepEqual(events.map((event) => event.name), ["paid", "shipped"]);
});

test("a user nobody has heard of is not found", async () => {
  const { status, body } = await read(`/profile/${randomUUID()}`);
  assert.equal(status, 404);
  assert.equal(body.error.code, "not_found");
});

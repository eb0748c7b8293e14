// Whatever happens between page and Weir: nothing is lost, nothing is doubled.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { visitor } from "../support/browser.js";
import { until } from "../support/until.js";
import { timeline } from "../support/weir.js";
import { open, own, running, sent, startShop } from "./site.js";

/** A page of a new user that sends what it is told to and nothing else. */
async function quietPage(t) {
  const shop = await startShop(t, { attributes: 'data-capture="none"' });
  const context = await visitor(t);
  const user = randomUUID();
  const page = await open(context, shop.origin);
  const track = (...names) => page.evaluate((names) => names.forEach((name) => weir.track(name)), names);
  await page.evaluate((user) => weir.identify(user), user);
  return { ...shop, context, user, page, track };
}

test("what happens offline is sent when the network is back", async (t) => {
  const { context, page, proxy, track, user } = await quietPage(t);
  await sent(page);
  const before = proxy.requests.length;
  await context.setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await track("a", "b");
  await failed;
  await track("c");
  assert.equal(proxy.requests.length, before);
  await context.setOffline(false);
  await sent(page);
  assert.deepEqual(own(await timeline(user, 3)).sort(), ["a", "b", "c"]);
});

test("a page that is left while it sends loses nothing", async (t) => {
  const { page, origin, proxy, track, user } = await quietPage(t);
  await sent(page);
  const held = proxy.hold();
  await track("a", "b");
  await held.reached;
  await track("c");
  await page.goto(`${origin}/next`);
  await running(page);
  await track("d");
  held.release();
  await sent(page);
  assert.deepEqual(own(await timeline(user, 4)).sort(), ["a", "b", "c", "d"]);
});

test("what is sent again because its page was left is the same request again", async (t) => {
  const { page, origin, proxy, track, user } = await quietPage(t);
  await sent(page);
  const held = proxy.hold();
  await track("a", "b");
  await held.reached;
  const before = proxy.requests.length - 1;
  await page.goto(`${origin}/next`);
  await running(page);
  await track("c");
  await proxy.answered(before + 2);
  held.release();
  await sent(page);
  const [first, again] = proxy.requests.slice(before).map(({ text }) => text);
  // Weir stores it once, not only shows it once.
  assert.equal(again, first);
  assert.deepEqual(own(await timeline(user, 3)).sort(), ["a", "b", "c"]);
});

for (const [name, status, fault] of [
  ["503", 503, { headers: CORS({ "retry-after": "1" }) }],
  ["429", 429, { headers: CORS({ "retry-after": "1" }) }],
  ["500", 500, {}],
  ["500 though the events were stored", 500, { isStored: true }],
  ["429 of the gateway, which no page can read,", 429, { headers: {} }],
]) {
  test(`after an answer of ${name} the events are sent again`, async (t) => {
    const { page, proxy, track, user } = await quietPage(t);
    await sent(page);
    const before = proxy.requests.length;
    proxy.fail(status, fault);
    proxy.fail(status, fault);
    await track("a", "b");
    await proxy.answered(before + 1);
    await track("c");
    await sent(page);
    assert.deepEqual(own(await timeline(user, 3)).sort(), ["a", "b", "c"]);
    const [first, second, third] = proxy.requests.slice(before);
    assert.deepEqual([second.text, third.text], [first.text, first.text]);
    if (status === 503) assert.ok(second.at - first.at >= 1_000, "Retry-After is kept");
    assert.deepEqual(page.failures, []);
  });
}

test("a busy Weir is left alone by the next page, too", async (t) => {
  const { page, origin, proxy, track, user } = await quietPage(t);
  await sent(page);
  const before = proxy.requests.length;
  proxy.fail(503, { headers: CORS({ "retry-after": "3" }) });
  await track("a");
  await proxy.answered(before + 1);
  await until("the wait", () => page.evaluate(() => Object.keys(localStorage).some((name) => name.endsWith(".until"))));
  await page.goto(`${origin}/next`);
  await running(page);
  await track("b");
  await sent(page);
  assert.deepEqual(own(await timeline(user, 2)).sort(), ["a", "b"]);
  const [refused, next] = proxy.requests.slice(before);
  assert.ok(next.at - refused.at >= 3_000, "Retry-After is kept");
});

test("an answer that is cut off is asked for again", async (t) => {
  const { page, proxy, track, user } = await quietPage(t);
  await sent(page);
  proxy.cut();
  await track("a");
  await sent(page);
  assert.deepEqual(own(await timeline(user, 1)), ["a"]);
});

test("what can never succeed is dropped, said once, and holds nothing up", async (t) => {
  const { page, proxy, track, user } = await quietPage(t);
  await sent(page);
  const before = proxy.requests.length;
  const body = JSON.stringify({ error: { code: "key_revoked", message: "the key was revoked" } });
  for (const name of ["lost", "lost_too"]) {
    proxy.fail(403, { body });
    await track(name);
    await sent(page);
  }
  await track("a");
  await sent(page);
  assert.deepEqual(own(await timeline(user, 1)), ["a"]);
  assert.equal(proxy.requests.length, before + 3);
  const said = page.said.filter((text) => text.startsWith("weir:"));
  assert.deepEqual(said, ["weir: events were dropped: 403 the key was revoked"]);
});

test("an event that breaks a rule is refused beside good ones, and said", async (t) => {
  const { page, track, user } = await quietPage(t);
  await track("a", "x".repeat(129), "b", "y".repeat(129));
  await sent(page);
  assert.deepEqual(own(await timeline(user, 2)).sort(), ["a", "b"]);
  assert.deepEqual(page.said, ["weir: an event was refused: type must be at most 128 characters"]);
});

test("a Weir that was away while many pages came and went gets everything", async (t) => {
  const { page, context, origin, proxy, track, user } = await quietPage(t);
  await sent(page);
  await context.setOffline(true);
  const names = Array.from({ length: 120 }, (_, n) => `n${n}`);
  await track(...names.slice(0, 60));
  await track(...names.slice(60));
  await context.setOffline(false);
  await page.goto(`${origin}/next`);
  await running(page);
  await sent(page);
  const stored = own(await timeline(user, 120));
  assert.deepEqual(stored.sort(), names.sort());
  assert.ok(proxy.requests.every(({ text }) => JSON.parse(text).events.length <= 50));
});

/** Headers of an answer that a page may read. */
function CORS(headers) {
  return { "access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After", ...headers };
}

// Browsers as their owners have set them up: tabs, storage, closing, and the wish to be left alone.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { visitor } from "../support/browser.js";
import { until } from "../support/until.js";
import { read, timeline } from "../support/weir.js";
import { open, own, running, sent, startShop } from "./site.js";

const QUIET = { attributes: 'data-capture="none"' };

/** Waits until the storage of a tab has what another one stored: that takes a moment. */
const sees = (page, name) =>
  until(`${name} in the storage`, () =>
    page.evaluate((name) => Object.keys(localStorage).some((stored) => name.test(stored)), name),
  );

test("a page that is closed sends the rest as a beacon, of which the next visit makes sure", async (t) => {
  const { proxy, origin } = await startShop(t);
  const context = await visitor(t);
  const user = randomUUID();
  const page = await open(context, origin);
  await page.evaluate((user) => weir.identify(user), user);
  await sent(page);
  const before = proxy.requests.length;
  const held = proxy.hold();
  await page.evaluate(() => addEventListener("beforeunload", () => weir.track("last")));
  await page.close({ runBeforeUnload: true });
  await held.reached;
  const [beacon] = proxy.requests.slice(before);
  assert.equal(beacon.headers["sec-fetch-mode"], "no-cors");
  assert.match(beacon.headers["content-type"], /^text\/plain/);
  held.release();
  const events = JSON.parse(beacon.text).events.map(({ type }) => type);
  assert.deepEqual(events.sort(), ["last", "web_vitals"]);
  // Without another visit: this is what the beacon is for.
  assert.deepEqual(own(await timeline(user, 3)), ["last"]);

  const next = await open(context, `${origin}/next`);
  await sent(next);
  assert.equal(proxy.requests[before + 1].text, beacon.text);
  const stored = await timeline(user, 4);
  assert.deepEqual(stored.map(({ name }) => name).sort(), ["last", "page_view", "page_view", "web_vitals"]);
});

test("two tabs of a site lose nothing and double nothing", async (t) => {
  const { proxy, origin } = await startShop(t, QUIET);
  const context = await visitor(t);
  const user = randomUUID();
  const [one, other] = [await open(context, origin), await open(context, `${origin}/other`)];
  await one.evaluate((user) => weir.identify(user), user);
  await sees(other, /^weir\.user$/);
  const names = Array.from({ length: 20 }, (_, n) => `n${n}`);
  const track = (page, half) =>
    page.evaluate(async (half) => {
      for (const name of half) {
        weir.track(name);
        dispatchEvent(new Event("online"));
        await new Promise((resolve) => setTimeout(resolve));
      }
    }, half);
  await Promise.all([track(one, names.slice(0, 10)), track(other, names.slice(10))]);
  await sent(one);
  await sent(other);
  assert.deepEqual(own(await timeline(user, 20)).sort(), names.sort());
  assert.equal(proxy.events().length, 21);
});

test("a tab sends what a closed tab has left", async (t) => {
  const { proxy, origin } = await startShop(t, QUIET);
  const context = await visitor(t);
  const user = randomUUID();
  const [one, other] = [await open(context, origin), await open(context, `${origin}/other`)];
  await one.evaluate((user) => weir.identify(user), user);
  await sent(one);
  await context.setOffline(true);
  await one.evaluate(() => weir.track("left"));
  await one.close();
  await sees(other, /^weir\.[^.]+\.e/);
  await context.setOffline(false);
  await other.evaluate(() => weir.track("later"));
  await sent(other);
  assert.deepEqual(own(await timeline(user, 2)).sort(), ["later", "left"]);
  assert.ok(proxy.requests.length >= 2);
});

for (const [name, breakStorage] of [
  [
    "switched off",
    () =>
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      }),
  ],
  [
    "full",
    () => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    },
  ],
]) {
  test(`with a storage that is ${name} a page sends all the same, to its end`, async (t) => {
    const { proxy, origin } = await startShop(t);
    const context = await visitor(t);
    await context.addInitScript(breakStorage);
    const user = randomUUID();
    const page = await open(context, origin);
    proxy.fail(500);
    await page.evaluate((user) => weir.identify(user), user);
    await page.evaluate(() => weir.track("a"));
    await until("the profile", async () => (await read(`/profile/${user}`)).status === 200);
    const held = proxy.hold();
    await page.evaluate(() => weir.track("last"));
    await page.goto(`${origin}/next`);
    held.release();
    await running(page);
    assert.deepEqual(own(await timeline(user, 4)).sort(), ["a", "last"]);
    assert.deepEqual(page.failures, []);
  });
}

for (const [name, wish] of [
  ["Global Privacy Control", () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true })],
  ["Do Not Track", () => Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => "1" })],
]) {
  test(`with ${name} nothing is sent, nothing stored, and what was stored is gone`, async (t) => {
    const { proxy, origin } = await startShop(t);
    const context = await visitor(t);
    const before = await open(context, origin);
    await sent(before);
    assert.notEqual(await before.evaluate(() => localStorage.length), 0);
    await before.close();
    const requests = proxy.requests.length;

    await context.addInitScript(wish);
    const page = await open(context, `${origin}/?stub&user=${randomUUID()}`);
    await page.evaluate(() => {
      localStorage.setItem("own", "1");
      weir.track("a");
      weir.identify("ann", {});
      weir.reset();
      setTimeout(() => Promise.reject(new Error("x")));
    });
    await page.click("button");
    await page.goto(`${origin}/next`);
    await running(page);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ["own"]);
    assert.deepEqual(await context.cookies(), []);
    await page.close({ runBeforeUnload: true });
    // Somebody else on the same site is heard, and nobody else was.
    const other = await open(await visitor(t), origin);
    await sent(other);
    const ids = new Set(proxy.requests.slice(requests).flatMap(({ text }) => JSON.parse(text).events.map(({ anonymousId }) => anonymousId)));
    assert.equal(ids.size, 1);
    assert.ok(ids.has(await other.evaluate(() => localStorage.getItem("weir.anonymous"))));
  });
}

test("a page that has locked what the snippet would listen to is measured all the same", async (t) => {
  const { proxy, origin } = await startShop(t);
  const context = await visitor(t);
  await context.addInitScript(() => {
    Object.freeze(history);
    delete window.PerformanceObserver;
  });
  const page = await open(context, origin);
  await page.evaluate(() => weir.track("a"));
  await sent(page);
  assert.deepEqual(proxy.events().map(({ type }) => type).sort(), ["a", "page_view"]);
  assert.deepEqual(page.failures, []);
});

test("a page without TLS sends, too: it has no locks and no random UUIDs", async (t) => {
  const { origin } = await startShop(t, { isInsecure: true });
  const user = randomUUID();
  const page = await open(await visitor(t), origin);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await page.evaluate((user) => weir.identify(user), user);
  await page.evaluate(() => weir.track("a"));
  await sent(page);
  assert.deepEqual(own(await timeline(user, 2)), ["a"]);
});

test("a page that comes back from the browser's history goes on", async (t) => {
  const { proxy, origin } = await startShop(t);
  const user = randomUUID();
  const page = await open(await visitor(t), origin);
  await page.evaluate((user) => {
    weir.identify(user);
    addEventListener("pageshow", ({ persisted }) => (window.isBack = persisted));
  }, user);
  await page.click("a");
  await until("the next page", () => page.url() === `${origin}/next`);
  await running(page);
  await page.evaluate(() => history.back());
  // The page itself, not another load of it.
  await until("the page", () => page.evaluate(() => window.isBack).catch(() => false));
  await page.evaluate(() => weir.track("back"));
  await sent(page);
  const views = proxy.events().filter(({ type }) => type === "page_view");
  assert.deepEqual(views.map(({ page }) => page), ["/", "/next", "/"]);
  const stored = await timeline(user, proxy.events().length - 1);
  assert.deepEqual(own(stored), ["back"]);
});

// What a page with the snippet sends by itself and when it is told to, read back from Weir.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { visitor } from "../support/browser.js";
import { until } from "../support/until.js";
import { read, timeline } from "../support/weir.js";
import { assertEqual, open, own, sent, startShop } from "./site.js";

const only = (events, type) => events.filter((event) => event.type === type);

test("a visit is in the timeline of its user as it was sent", async (t) => {
  const { proxy, origin } = await startShop(t, { attributes: 'data-service="shop" data-release="1.2.3"' });
  const context = await visitor(t);
  const user = randomUUID();

  const page = await open(context, `${origin}/cart?utm_source=news&utm_source_platform=x&token=secret#private`);
  await page.evaluate((user) => weir.identify(user, { plan: "team", seats: 3 }), user);
  await page.evaluate(() => weir.track("paid", { total: 12.5, items: ["a", "ü"], nested: { none: null } }));
  await page.click("button b");
  await page.evaluate(() => {
    history.pushState({}, "", "/cart/done?order=1");
    document.title = "Done";
  });
  await until("the second page view", () => only(proxy.events(), "page_view").length === 2);
  await page.click("a");
  await until("the third page view", () => only(proxy.events(), "page_view").length === 3);
  await sent(page);

  const events = proxy.events();
  const [first, second, third] = only(events, "page_view");
  assert.deepEqual(first.attributes, {
    host: new URL(origin).host,
    href: `${origin}/cart`,
    path: "/cart",
    pageTitle: "Shop /cart",
    referrerHref: "",
    utmSource: "news",
    utmSourcePlatform: "x",
  });
  const { pageTitle, path, referrerHref, referrerHost } = second.attributes;
  assert.deepEqual(
    { pageTitle, path, referrerHref, referrerHost },
    { pageTitle: "Done", path: "/cart/done", referrerHref: `${origin}/cart`, referrerHost: new URL(origin).host },
  );
  assert.equal(third.attributes.referrerHref, `${origin}/cart/done`);

  const [click] = only(events, "cart_opened");
  assert.deepEqual([click.attributes, click.page, click.view], [{ plan: "team", itemCount: "3" }, "/cart", first.id]);
  const [vitals] = only(events, "web_vitals");
  assert.equal(vitals.view, first.id);
  const { TTFB, FCP, LCP, CLS } = vitals.attributes;
  assert.ok(TTFB > 0 && FCP >= TTFB && LCP >= TTFB && CLS === 0, JSON.stringify(vitals.attributes));

  assert.equal(new Set(events.map(({ sessionId }) => sessionId)).size, 1);
  assert.deepEqual([...new Set(events.map(({ anonymousId }) => anonymousId))], [first.anonymousId]);
  assert.equal(third.userId, user);
  assert.ok(!JSON.stringify(proxy.requests.map(({ text }) => text)).includes("secret"));

  const expected = events.filter(({ type }) => type !== "identify");
  const stored = await timeline(user, expected.length);
  assertEqual(stored, expected);
  const { screenWidth, ...device } = stored[0].deviceData;
  assert.ok(screenWidth > 0);
  assert.equal(device["service.name"], "shop");
  assert.equal(device.releaseId, "1.2.3");

  const { body: profile } = await read(`/profile/${user}`);
  assert.deepEqual(profile.properties, { plan: "team", seats: 3 });
  assert.deepEqual(profile.anonymousIds, [first.anonymousId]);
  assert.deepEqual(page.failures, []);
});

test("calls made before the script is there are not lost", async (t) => {
  const { origin } = await startShop(t);
  const user = randomUUID();
  const page = await open(await visitor(t), `${origin}/?stub&user=${user}`);
  await page.evaluate(() => weir.track("late"));
  await sent(page);
  assert.deepEqual(own(await timeline(user, 3)), ["early", "late"]);
  const { body } = await read(`/profile/${user}`);
  assert.deepEqual(body.properties, { plan: "free" });
});

test("uncaught errors and rejections are sent with their stacks, and the page sees them all the same", async (t) => {
  const { proxy, origin } = await startShop(t);
  const page = await open(await visitor(t), origin);
  const user = randomUUID();
  await page.evaluate((user) => {
    weir.identify(user);
    fail();
  }, user);
  await until("three errors", () => only(proxy.events(), "exception").length === 3);
  await sent(page);

  const stored = (await timeline(user, 4)).filter(({ name }) => name === "exception");
  const errors = stored.map(({ properties }) => properties.attributes);
  assert.deepEqual(
    errors.map(({ error_type, error_message, error_handled }) => [error_type, error_message, error_handled]).sort(),
    [
      ["RangeError", "too many", false],
      ["TypeError", "no cart", false],
      ["string", "just text", false],
    ],
  );
  const [frame] = errors.find(({ error_type }) => error_type === "TypeError").error_stacktrace;
  assert.deepEqual(frame, { function: "inner", filename: `${origin}/shop.js`, lineno: 12, colno: 11 });
  assert.ok(page.failures.includes("no cart") && page.failures.includes("too many"));
});

test("a page that shifts and is slow to answer says so when it is hidden", async (t) => {
  const { proxy, origin } = await startShop(t);
  const page = await open(await visitor(t), origin);
  const measured = (type) =>
    until(type, () =>
      page.evaluate(
        (type) =>
          new Promise((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries().length)).observe({ type, buffered: true });
            setTimeout(resolve, 100);
          }),
        type,
      ),
    );
  await page.evaluate(() => annoy());
  await measured("layout-shift");
  await page.click("h1");
  await measured("first-input");
  const hide = () =>
    page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
  await hide();
  await sent(page);
  const vitals = () => only(proxy.events(), "web_vitals").map(({ attributes }) => attributes);
  const [{ CLS, INP }] = vitals();
  assert.ok(CLS > 0 && CLS < 1, `CLS ${CLS}`);
  assert.ok(INP >= 150, `INP ${INP}`);
  // What has not changed is not told again.
  await hide();
  await page.evaluate(() => weir.track("later"));
  await sent(page);
  assert.equal(vitals().length, 1);
});

test("the snippet keeps to the strictest policy for scripts, and sets no cookie", async (t) => {
  const { proxy, origin } = await startShop(t);
  const context = await visitor(t);
  const page = await open(context, origin);
  await page.evaluate(() => weir.track("a"));
  await sent(page);
  assert.deepEqual(page.said, []);
  assert.deepEqual(page.failures, []);
  assert.deepEqual(await context.cookies(), []);
  assert.equal(await page.evaluate(() => document.cookie), "");
  // One request and no preflight before it.
  assert.ok(proxy.requests.every(({ method }) => method === "POST"));
  assert.ok(proxy.requests.every(({ headers }) => headers.origin === origin && !headers.cookie));
});

test("a page says which parts it wants", async (t) => {
  const { proxy, origin } = await startShop(t, { attributes: 'data-capture="clicks"' });
  const page = await open(await visitor(t), origin);
  await page.evaluate(() => history.pushState({}, "", "/other"));
  await page.click("button");
  await page.goto(`${origin}/next`);
  await until("the click", () => proxy.events().length > 0);
  assert.deepEqual(proxy.events().map(({ type }) => type), ["cart_opened"]);
});

test("what another user of the same browser does is not the first one's", async (t) => {
  const { proxy, origin } = await startShop(t, { attributes: 'data-capture="none"' });
  const [ann, bob] = [randomUUID(), randomUUID()];
  const page = await open(await visitor(t), origin);
  await page.evaluate(([ann, bob]) => {
    weir.identify(ann);
    weir.track("of_ann");
    weir.reset();
    weir.track("of_nobody");
    weir.identify(bob);
    weir.track("of_bob");
  }, [ann, bob]);
  await sent(page);
  assert.equal(proxy.requests.length, 1);
  assert.deepEqual(own(await timeline(ann, 1)), ["of_ann"]);
  assert.deepEqual(own(await timeline(bob, 2)).sort(), ["of_bob", "of_nobody"]);
});

// Live events: somebody who integrates sees what arrives, and why something does not.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { until } from "../support/until.js";
import { weir } from "../support/weir.js";
import { goTo, isAccessible, signedIn } from "./people.js";

/** Sends the events with the key; gives the status. */
async function send(key, ...events) {
  const answer = await fetch(`${weir.baseUrl}/event/ingest/batch`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  return answer.status;
}

const row = (page, name) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });

test("an event appears by itself, with its key and its verdict", async (t) => {
  const page = await signedIn(t, "viewer");
  await goTo(page, "Live events");
  const name = `bought-${randomUUID()}`;
  assert.equal(await send(weir.keys.writeOnly, { name, userId: "ann" }), 204);
  await row(page, name).getByText("Accepted").waitFor();
  assert.equal(await row(page, name).count(), 1);
  await isAccessible(page);
});

test("a refused event says what is wrong, where, and that it was refused", async (t) => {
  const page = await signedIn(t, "viewer");
  await goTo(page, "Live events");
  const name = `broken-${randomUUID()}`;
  // One refusal a second is kept: others may be faster.
  await until("the refusal", async () => {
    assert.equal(await send(weir.keys.readWrite, { name, userId: 7 }), 400);
    return (await row(page, name).count()) > 0;
  });
  const refused = row(page, name).first();
  await refused.getByText("Refused").waitFor();
  await refused.getByText("events[0].userId must be a string, not a number.").waitFor();
});

test("names of events are text, whatever they hold", async (t) => {
  const page = await signedIn(t, "viewer");
  const name = `<img src=x onerror=alert(${Date.now()})>"'`;
  await send(weir.keys.writeOnly, { name, userId: "eve" });
  await goTo(page, "Live events");
  await row(page, name).first().waitFor();
  assert.equal(await page.locator("main img").count(), 0);
});

test("a filter shows one key's events of one name", async (t) => {
  const page = await signedIn(t, "viewer");
  const mark = randomUUID();
  await send(weir.keys.writeOnly, { name: `a-${mark}`, userId: "ann" }, { name: `b-${mark}`, userId: "ann" });
  await send(weir.keys.readWrite, { name: `a-${mark}`, userId: "ben" });
  await goTo(page, "Live events");
  const list = page.getByRole("region", { name: "Events, newest first" });
  await until("three rows", async () => (await list.getByRole("rowheader").filter({ hasText: mark }).count()) === 3);
  const names = await list.getByRole("row").filter({ hasText: `b-${mark}` }).getByRole("cell").nth(1).textContent();
  await page.getByLabel("Key").selectOption({ label: names });
  await page.getByLabel("Event name contains").fill(`A-${mark}`.toUpperCase());
  await page.getByRole("button", { name: "Show", exact: true }).click();
  // Beside it there may be requests of other tests, refused as a whole: they have no name.
  const named = list.getByRole("rowheader").filter({ hasText: /-/ });
  await until("one row", async () => (await named.count()) === 1);
  assert.equal(await named.textContent(), `a-${mark}`);
  await page.getByRole("link", { name: "Show all" }).click();
  await page.waitForURL(`${weir.dashboardUrl}/live`);
});

test("paused it stands still, and goes on where it is", async (t) => {
  const page = await signedIn(t, "viewer");
  await goTo(page, "Live events");
  await page.getByRole("button", { name: "Pause" }).click();
  const [name, seen] = [`paused-${randomUUID()}`, []];
  page.on("request", (request) => seen.push(request.url()));
  await send(weir.keys.writeOnly, { name, userId: "ann" });
  // The event is there for who asks, and this page does not ask.
  await until("the event", async () => {
    const answer = await page.request.get(`${weir.dashboardUrl}/data/live?name=${name}`);
    return (await answer.text()).includes(name);
  });
  assert.equal(await row(page, name).count(), 0);
  assert.deepEqual(seen, []);
  await page.getByRole("button", { name: "Resume" }).click();
  await row(page, name).waitFor();
});

test("who was signed out meanwhile is told so", async (t) => {
  const page = await signedIn(t, "viewer");
  await goTo(page, "Live events");
  await page.context().clearCookies();
  await page.getByText("You are signed out. Load the page again to sign in.").waitFor();
});

test("without scripts the page is refreshed by hand", async (t) => {
  const page = await signedIn(t, "viewer");
  const context = page.context();
  const storageState = await context.storageState();
  const plain = await context.browser().newContext({ javaScriptEnabled: false, storageState });
  t.after(() => plain.close());
  const without = await plain.newPage();
  const name = `plain-${randomUUID()}`;
  await without.goto(`${weir.dashboardUrl}/live?name=${name}`);
  await without.getByRole("link", { name: "Refresh" }).waitFor();
  assert.equal(await row(without, name).count(), 0);
  await send(weir.keys.writeOnly, { name, userId: "ann" });
  await until("the event", async () => {
    await without.getByRole("link", { name: "Refresh" }).click();
    return (await row(without, name).count()) === 1;
  });
});

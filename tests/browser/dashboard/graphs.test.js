// The graphs show what a client has just sent.
import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "../support/until.js";
import { weir } from "../support/weir.js";
import { goTo, signedIn } from "./people.js";

const DATA = "/dashboard/data/graphs?range=1h";

/** Sends so many events, of which Weir takes all but the one without a name. */
async function send(count) {
  const events = Array.from({ length: count }, (_, at) => ({ name: "seen", userId: `graph-${at}` }));
  const answer = await fetch(`${weir.baseUrl}/event/ingest/batch`, {
    method: "POST",
    headers: { authorization: `Bearer ${weir.keys.writeOnly}`, "content-type": "application/json" },
    body: JSON.stringify({ events: [...events, { name: "", userId: "eve" }] }),
  });
  assert.deepEqual([answer.status, (await answer.json()).accepted], [200, count]);
}

const sum = (values) => values.reduce((sum, value) => sum + value, 0);

test("the bar under the pointer has the values that a client caused a moment ago", async (t) => {
  // The times are UTC, wherever somebody looks from.
  const page = await signedIn(t, "viewer", { timezoneId: "Asia/Kolkata" });
  await goTo(page, "Ingest API");
  const read = async () => (await page.request.get(weir.baseUrl + DATA)).json();
  const before = (await read()).userEvents;
  await send(23);
  await until("the events in the graph", async () => {
    const data = await read();
    return sum(data.userEvents.accepted) === sum(before.accepted) + 23;
  });
  // What the page itself reads: at a minute's end the bars move.
  const answered = page.waitForResponse((answer) => answer.url().includes(DATA));
  await page.reload();
  const data = await (await answered).json();
  assert.equal(sum(data.userEvents.refused), sum(before.refused) + 1);
  const graph = page.getByRole("region", { name: "User Events", exact: true });
  const plot = graph.locator(".u-over");
  await plot.waitFor();
  const at = data.userEvents.accepted.findLastIndex((value) => value > 0);
  const { width, height } = await plot.boundingBox();
  await plot.hover({ position: { x: ((at + 0.5) / data.times.length) * width, y: height / 2 } });
  const tip = graph.locator(".tip");
  await tip.waitFor();
  const clock = (millis) => new Date(millis).toISOString().slice(11, 16);
  const when = await tip.locator(".when").textContent();
  assert.ok(when.endsWith(`, ${clock(data.times[at])} – ${clock(data.times[at] + 60_000)} UTC`), when);
  assert.match(await page.locator(".asof").textContent(), / UTC\.$/);
  const value = (name) => tip.getByRole("listitem").filter({ hasText: name }).locator("b").textContent();
  const events = data.userEvents;
  assert.deepEqual(
    [await value("Accepted"), await value("Refused"), await value("Average ingest time")],
    [`${events.accepted[at]}`, `${events.refused[at]}`, `${events.averageMillis[at].toFixed(1)} ms`],
  );
});

test("each graph has its values as a table", async (t) => {
  await send(2);
  const page = await signedIn(t, "viewer");
  await goTo(page, "Ingest API");
  for (const [name, heads] of [
    ["User Events", ["From (UTC)", "Accepted", "Refused", "Average", "p50", "p99"]],
    ["Database Writes", ["From (UTC)", "Writes", "Write units", "Throttled", "Average", "p50", "p99"]],
  ]) {
    const graph = page.getByRole("region", { name, exact: true });
    await graph.getByText("Values as a table").click();
    // The values come after the page, and new ones replace the table.
    const found = await until("the table", async () => {
      const found = await graph.getByRole("columnheader").allTextContents();
      return found.length > 0 && (await graph.getByRole("row").count()) > 1 && found;
    });
    assert.deepEqual(found, heads);
  }
});

test("while the values do not come the page says so, and shows them when they come", async (t) => {
  const page = await signedIn(t, "viewer");
  let broken = true;
  await page.route(`**${DATA}`, (route) => (broken ? route.fulfill({ status: 503 }) : route.continue()));
  await goTo(page, "Ingest API");
  await page.getByText("The values of the graphs do not come.").waitFor();
  await page.getByText("No values yet: CloudWatch does not answer.").first().waitFor();
  broken = false;
  await page.getByText("The values of the graphs do not come.").waitFor({ state: "hidden" });
  await page.locator(".u-over").first().waitFor();
});

test("live reading stops and goes on", async (t) => {
  const page = await signedIn(t, "viewer");
  await goTo(page, "Ingest API");
  const live = page.getByRole("button", { name: "Live" });
  await live.click();
  assert.equal(await live.getAttribute("aria-pressed"), "false");
  const asked = page.waitForRequest(`**${DATA}`);
  await live.click();
  await asked;
  assert.equal(await live.getAttribute("aria-pressed"), "true");
});

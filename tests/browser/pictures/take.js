// Takes the pictures of the README: pages of the running Weir, with traffic that is sent meanwhile.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { chromium } from "playwright-core";

import { weir } from "../support/weir.js";

const [folder, minutes] = process.argv.slice(2);
/** What a picture may weigh at most, in bytes. */
const MAX_BYTES = 150_000;

const PAGES = [
  { name: "home", path: "" },
  { name: "ingest-api", path: "/ingest-api", ready: ".u-over", dark: true },
  { name: "live-events", path: "/live", ready: ".flow tbody th" },
  { name: "ingestion-keys", path: "/ingestion-keys", ready: "main table tbody tr" },
];

const NAMES = ["page_view", "page_view", "page_view", "search", "login", "add_to_cart", "order_placed"];
const some = (list) => list[Math.floor(Math.random() * list.length)];
const event = () => ({ name: some(NAMES), userId: `user-${Math.floor(Math.random() * 40)}` });

async function post(key, path, body) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  await fetch(weir.baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Requests as they come in on some afternoon: more and less, and now and then one that is refused. */
async function send(until) {
  const { writeOnly, readWrite, thirdParty, rum } = weir.keys;
  for (let turn = 0; Date.now() < until; turn += 1) {
    const count = Math.round(6 + 4 * Math.sin(turn / 40) + Math.random() * 3);
    await post(writeOnly, "/event/ingest/batch", { events: Array.from({ length: count }, event) });
    if (turn % 3 === 0) await post(readWrite, "/event/ingest", { name: "invoice_paid", userId: "user-7" });
    if (turn % 5 === 0) await post(thirdParty, "/json/logs", [{ message: "cache filled", level: "info", turn }]);
    if (turn % 11 === 0) await post(writeOnly, "/event/ingest", { name: "login", userId: turn });
    if (turn % 17 === 0) await post(rum, "/event/ingest", event());
    await pause(200 + Math.random() * 600);
  }
}

/** Somebody who sees everything. */
async function signedIn(browser, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(weir.dashboardUrl);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /^admin\b/ }).click();
  await page.waitForURL(`${weir.dashboardUrl}**`);
  return page;
}

async function take(page, { name, path, ready = "main" }, suffix = "") {
  await page.goto(weir.dashboardUrl + path);
  await page.locator(ready).first().waitFor();
  const file = join(folder, `${name}${suffix}.png`);
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}`);
  console.log(`${file}: ${size} bytes`);
}

mkdirSync(folder, { recursive: true });
console.log(`sending events for ${minutes} minutes`);
await send(Date.now() + Number(minutes) * 60_000);
const browser = await chromium.launch({ executablePath: process.env.WEIR_CHROMIUM ?? "/usr/bin/chromium" });
try {
  const [light, dark] = [await signedIn(browser, "light"), await signedIn(browser, "dark")];
  // So that what comes in just now is in the pictures.
  const sending = send(Date.now() + 15_000);
  for (const one of PAGES) {
    await take(light, one);
    if (one.dark) await take(dark, one, "-dark");
  }
  await sending;
} finally {
  await browser.close();
}

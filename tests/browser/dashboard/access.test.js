// For everybody: both themes, narrow screens, the keyboard alone, no scripts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { weir } from "../support/weir.js";
import { makeKey } from "./keys.js";
import { goTo, isAccessible, signedIn, stranger, withoutScripts } from "./people.js";

const PAGES = [
  "",
  "/ingest-api",
  "/ingest-api?range=30d",
  "/ingest-api?tables=yes",
  "/live",
  "/getting-started",
  "/ingestion-keys",
  "/ingestion-keys/new",
  "/live",
  "/getting-started",
  "/nowhere",
];

/** What there is for one key. */
const KEY_PAGES = ["", "/rules", "/details", "/rotate", "/revoke"];

for (const colours of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`no page has an obstacle, ${colours} and ${width} pixels wide`, async (t) => {
      const options = { colours, size: { width } };
      const page = await stranger(t, options);
      await isAccessible(page);
      const inside = await signedIn(t, "admin", options);
      const { id } = await makeKey(t, "write_only");
      const pages = [...PAGES, `/ingest-api/${id}`, ...KEY_PAGES.map((below) => `/ingestion-keys/${id}${below}`)];
      for (const path of pages) {
        await inside.goto(weir.dashboardUrl + path);
        if (path.startsWith("/ingest-api")) await inside.locator("[aria-busy=false]").first().waitFor();
        await isAccessible(inside);
      }
    });
  }
}

test("the colours are chosen for good", async (t) => {
  const page = await signedIn(t, "viewer");
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  const saved = page.waitForResponse((answer) => answer.url().endsWith("/dashboard/theme"));
  await page.getByRole("button", { name: "Dark" }).click();
  const dark = await ground();
  assert.notEqual(dark, light);
  await saved;
  await goTo(page, "Ingest API");
  assert.equal(await ground(), dark);
});

test("everything is reached with the keyboard alone", async (t) => {
  const page = await signedIn(t, "viewer");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("Tab");
  const name = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name }).waitFor();
});

test("without scripts the values come as tables", async (t) => {
  const without = await withoutScripts(t, await signedIn(t, "viewer"));
  await without.goto(`${weir.dashboardUrl}/ingest-api`);
  await without.getByRole("link", { name: "Show the values as tables" }).click();
  await without.getByRole("heading", { name: "User Events, values" }).waitFor();
  await without.getByRole("heading", { name: "Database Writes, values" }).waitFor();
});

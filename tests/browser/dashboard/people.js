// Somebody at the dashboard: signed in, as one of the people that the local identity provider knows.
import assert from "node:assert/strict";

import axe from "axe-core";

import { visitor } from "../support/browser.js";
import { weir } from "../support/weir.js";

/** A page of somebody who is not signed in yet. What the browser complains about fails the test. */
export async function stranger(t, options = {}) {
  const context = await visitor(t, options);
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 860, ...options.size });
  await page.emulateMedia({ colorScheme: options.colours ?? "light", reducedMotion: "reduce" });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => {
    // That a page does not exist is what some tests want.
    const isOurs = line.type() === "error" && !line.text().startsWith("Failed to load resource");
    if (isOurs) complaints.push(line.text());
  });
  t.after(() => assert.deepEqual(complaints, []));
  await page.goto(weir.dashboardUrl);
  return page;
}

/** The home of somebody with that role, by the way that people take. */
export async function signedIn(t, role, options) {
  const page = await stranger(t, options);
  await signIn(page, role);
  return page;
}

/** From the page that offers to sign in to the page that was wanted. */
export async function signIn(page, role) {
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: new RegExp(`^${role}\\b`) }).click();
  await page.waitForURL(`${weir.dashboardUrl}**`);
}

/** The same person in a browser without scripts. */
export async function withoutScripts(t, page) {
  const context = page.context();
  const plain = await context.browser().newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  t.after(() => plain.close());
  return plain.newPage();
}

/** Goes to a page by the navigation. */
export async function goTo(page, name) {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** No rule of accessibility is broken, and nothing is wider than the window. */
export async function isAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => axe.run());
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  assert.deepEqual(found, []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the window");
}

// Getting started: what a new user copies works, and the event is seen to arrive.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { weir } from "../support/weir.js";
import { goTo, isAccessible, signedIn } from "./people.js";

const run = promisify(execFile);

test("the copied request is answered with 204 and its event arrives below", async (t) => {
  const page = await signedIn(t, "admin");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await goTo(page, "Getting started");
  await page.getByRole("button", { name: "Show the key below" }).click();
  await page.getByText("the audit log says that you have seen it").waitFor();
  await isAccessible(page);
  await page.getByRole("button", { name: "Copy: One event, by curl" }).click();
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await run("sh", ["-c", command]);
  assert.match(stdout, /^HTTP\/1.1 204 /);
  const list = page.getByRole("region", { name: "Events, newest first" });
  await list.getByRole("rowheader", { name: "signed_up" }).first().waitFor();

  await page.getByRole("link", { name: "Hide it again" }).click();
  await page.getByRole("button", { name: "Show the key below" }).waitFor();
  const curl = page.getByRole("region", { name: "One event, by curl" }).locator("pre");
  assert.match(await curl.textContent(), /Bearer YOUR-KEY/);
});

test("each kind of key has its own way, with the address of this Weir", async (t) => {
  const page = await signedIn(t, "viewer");
  await goTo(page, "Getting started");
  assert.equal(await page.getByRole("button", { name: "Show the key below" }).count(), 0);
  const choose = page.getByLabel("Key", { exact: true });
  const names = await choose.getByRole("option").allTextContents();
  const titles = new Set();
  for (const name of names) {
    await choose.selectOption({ label: name });
    await page.getByRole("button", { name: "Use this key" }).click();
    await page.waitForLoadState();
    for (const title of await page.getByRole("heading", { level: 3 }).allTextContents()) titles.add(title);
    assert.ok((await page.locator("pre").first().textContent()).includes(weir.baseUrl), name);
  }
  for (const title of ["One event, by curl", "The UserFlux SDK, on a server", "One tag in your pages", "OpenTelemetry"]) {
    assert.ok(titles.has(title), title);
  }
});

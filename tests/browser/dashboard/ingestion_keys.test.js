// Ingestion keys: created, copied, listed, revealed, rotated, revoked.
import assert from "node:assert/strict";
import { test } from "node:test";

import { weir } from "../support/weir.js";
import { makeKey, newName, send } from "./keys.js";
import { goTo, isAccessible, signedIn, withoutScripts } from "./people.js";

/** The row of that key. */
const row = (page, name) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

async function withClipboard(t, role) {
  const page = await signedIn(t, role);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: weir.baseUrl });
  return page;
}

test("a key is created and copied with one click", async (t) => {
  const name = newName("k8s-prod-eu-central-1");
  const page = await withClipboard(t, "editor");
  await goTo(page, "Ingestion keys");
  await page.getByRole("link", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "New ingestion key" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Type").selectOption("third_party");
  await isAccessible(page);
  await dialog.getByRole("button", { name: "Click & Copy Key" }).click();
  await page.getByText("Key copied").waitFor();
  assert.match(await clipboard(page), /^weir_tp_\w{12}_\w+$/);
  const cells = await row(page, name).getByRole("cell").allTextContents();
  assert.deepEqual([cells[0], cells[1], cells[3]], ["Third party", "editor@example.com", "never"]);
  assert.match(cells[4], /^Enabled/);
});

test("a double click makes one key, which is copied", async (t) => {
  const name = newName("double");
  const page = await withClipboard(t, "editor");
  await page.goto(`${weir.dashboardUrl}/ingestion-keys/new`);
  // The answer is not there yet when the second click comes.
  let made = 0;
  let go;
  const clicked = new Promise((resolve) => (go = resolve));
  await page.route("**/ingestion-keys/new?*", async (route) => {
    made += 1;
    await clicked;
    await route.continue();
  });
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Click & Copy Key" }).dblclick();
  go();
  await page.getByText("Key copied").waitFor();
  assert.match(await clipboard(page), /^weir_sensor_/);
  assert.equal(made, 1);
  await row(page, name).waitFor();
});

test("a key that is made when the browser gives up copying is shown", async (t) => {
  const page = await signedIn(t, "editor");
  await page.goto(`${weir.dashboardUrl}/ingestion-keys/new`);
  await page.evaluate(() => {
    navigator.clipboard.write = async () => {
      throw new DOMException("another one came", "NotAllowedError");
    };
  });
  await page.getByLabel("Name", { exact: true }).fill(newName("late"));
  await page.getByRole("button", { name: "Click & Copy Key" }).click();
  const shown = page.getByRole("dialog").getByLabel("Key", { exact: true });
  await shown.waitFor();
  assert.match(await shown.inputValue(), /^weir_sensor_/);
});

test("what is wrong with a new key is said, and nothing typed is lost", async (t) => {
  const { name } = await makeKey(t, "rum", newName('"quoted" <img src=x onerror=alert(1)>'));
  const page = await withClipboard(t, "editor");
  await page.goto(`${weir.dashboardUrl}/ingestion-keys/new`);
  const dialog = page.getByRole("dialog", { name: "New ingestion key" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Type").selectOption("sensor");
  await dialog.getByRole("button", { name: "Click & Copy Key" }).click();
  await dialog.getByText("Not made: the name is taken.").waitFor();
  assert.equal(await dialog.getByLabel("Name").inputValue(), name);
  assert.equal(await dialog.getByLabel("Type").inputValue(), "sensor");
  await page.keyboard.press("Escape");
  await page.waitForURL("**/ingestion-keys");
});

test("where a browser does not copy, the key is shown instead", async (t) => {
  const page = await signedIn(t, "editor");
  await page.goto(`${weir.dashboardUrl}/ingestion-keys/new`);
  await page.evaluate(() => {
    navigator.clipboard.write = async ([item]) => {
      await item.getType("text/plain");
      throw new DOMException("not now", "NotAllowedError");
    };
  });
  await page.getByLabel("Name", { exact: true }).fill(newName("shown"));
  await page.getByRole("button", { name: "Click & Copy Key" }).click();
  const shown = page.getByRole("dialog").getByLabel("Key", { exact: true });
  await shown.waitFor();
  assert.match(await shown.inputValue(), /^weir_sensor_/);
});

test("the table is sorted by type and by creator", async (t) => {
  await makeKey(t, "rum");
  await makeKey(t, "sensor");
  const page = await signedIn(t, "viewer");
  await goTo(page, "Ingestion keys");
  for (const [column, index] of [["Type", 0], ["Creator", 1]]) {
    for (const direction of ["ascending", "descending"]) {
      await page.getByRole("columnheader", { name: column }).getByRole("link").click();
      await page.locator(`th[aria-sort=${direction}]`).filter({ hasText: column }).waitFor();
      const rows = await page.locator("tbody tr").all();
      const values = await Promise.all(rows.map((row) => row.getByRole("cell").nth(index).textContent()));
      assert.ok(values.length > 2);
      // As they are shown, whatever the case.
      const sorted = values.map((value) => value.trim().toLowerCase());
      const expected = [...sorted].sort();
      if (direction === "descending") expected.reverse();
      assert.deepEqual(sorted, expected, `${column}, ${direction}`);
    }
  }
});

test("a key is revealed, copied, and hidden again", async (t) => {
  const key = await makeKey(t, "sensor");
  const page = await withClipboard(t, "admin");
  await goTo(page, "Ingestion keys");
  await row(page, key.name).getByRole("button", { name: `Copy ${key.name}` }).click();
  await page.getByText("Key copied").waitFor();
  assert.equal(await clipboard(page), key.key);
  assert.equal(await page.getByText(key.key).count(), 0);

  await row(page, key.name).getByRole("button", { name: `Reveal ${key.name}` }).click();
  const shown = page.getByLabel("Key", { exact: true });
  assert.equal(await shown.inputValue(), key.key);
  await isAccessible(page);
  await page.getByRole("link", { name: "Hide" }).click();
  await shown.waitFor({ state: "detached" });
});

test("a key is rotated with an overlap, and the old secret ended", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "editor");
  await goTo(page, "Ingestion keys");
  await row(page, key.name).getByLabel(`More for ${key.name}`).click();
  await row(page, key.name).getByRole("link", { name: `Rotate ${key.name}` }).click();
  const dialog = page.getByRole("dialog", { name: `Rotate ${key.name}` });
  await dialog.getByLabel("The present secret works on for").selectOption("an hour");
  await isAccessible(page);
  await dialog.getByRole("button", { name: "Rotate" }).click();
  const fresh = await page.getByLabel("Key", { exact: true }).inputValue();
  assert.deepEqual([await send(key.key), await send(fresh)], [204, 204]);
  await page.getByRole("button", { name: "End it now" }).click();
  await page.getByText("The previous secret has ended").waitFor();
  assert.deepEqual([await send(key.key), await send(fresh)], [401, 204]);
});

test("a revocation says what stops, and stops it", async (t) => {
  const key = await makeKey(t, "write_only");
  assert.equal(await send(key.key), 204);
  const page = await signedIn(t, "admin");
  await goTo(page, "Ingestion keys");
  await row(page, key.name).getByLabel(`More for ${key.name}`).click();
  await row(page, key.name).getByRole("link", { name: `Revoke ${key.name}` }).click();
  const dialog = page.getByRole("dialog", { name: `Revoke ${key.name}?` });
  await dialog.getByText(/requests came with this key in the last 24 hours/).waitFor();
  await isAccessible(page);
  await dialog.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { level: 1, name: key.name }).waitFor();
  assert.equal(await send(key.key), 204);
  await page.getByRole("link", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("Key revoked").waitFor();
  assert.equal(await page.getByRole("rowheader", { name: key.name }).count(), 0);
  assert.equal(await send(key.key), 403);
});

test("a row opens the editors of its rules, its name and its expiry; a key is switched off", async (t) => {
  const key = await makeKey(t, "third_party");
  const page = await signedIn(t, "editor");
  await goTo(page, "Ingestion keys");
  await page.getByRole("link", { name: key.name, exact: true }).click();
  await page.getByRole("link", { name: "Edit what it may do" }).click();
  await page.getByLabel("Specific events").check();
  await page.getByLabel("enter event name").fill("cpu");
  await page.getByRole("button", { name: "Save Changes" }).click();
  await page.getByText("Changes saved").waitFor();
  await page.getByRole("region", { name: "What it may do" }).getByText("cpu").waitFor();

  await page.getByRole("link", { name: "Edit details" }).click();
  const name = newName("renamed");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Expires (UTC)").fill("2999-01-31T18:00");
  await isAccessible(page);
  await page.getByRole("button", { name: "Save Changes" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByText("2999-01-31 18:00").waitFor();

  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByText("Key disabled").waitFor();
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("Key enabled").waitFor();
});

test("without scripts a key is made and shown", async (t) => {
  const page = await withoutScripts(t, await signedIn(t, "editor"));
  await page.goto(`${weir.dashboardUrl}/ingestion-keys`);
  await page.getByRole("link", { name: "Create key" }).click();
  await page.getByLabel("Name", { exact: true }).fill(newName("plain"));
  await page.getByRole("button", { name: "Click & Copy Key" }).click();
  assert.match(await page.getByLabel("Key", { exact: true }).inputValue(), /^weir_sensor_/);
});

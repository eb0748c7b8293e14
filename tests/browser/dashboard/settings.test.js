// The pages below Settings, and the Metrics API: as an admin walks them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { weir } from "../support/weir.js";
import { goTo, isAccessible, signedIn } from "./people.js";

/** A name that no other run has used. */
const fresh = (name) => `${name} ${Date.now().toString(36)}`;

/** What the admin API says to the key. */
const asks = async (key) =>
  (await fetch(`${weir.baseUrl}/admin/v1/keys`, { headers: { authorization: `Bearer ${key}` } })).status;

const PAGES = [
  "/service-accounts",
  "/remote-configuration?edit=yes",
  "/audit-log",
  "/audit-log?from=soon",
  "/metrics-api",
  "/metrics-api/rules",
  "/metrics-api/cache",
  "/metrics-api/saved/new",
  "/metrics-api/log",
  "/workspace-settings/edit",
];

for (const colours of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`no page of the settings has an obstacle, ${colours} and ${width} pixels wide`, async (t) => {
      const page = await signedIn(t, "admin", { colours, size: { width } });
      for (const path of PAGES) {
        await page.goto(weir.dashboardUrl + path);
        await isAccessible(page);
      }
    });
  }
}

test("an account gets an API key, which is shown once, copied, works, and is disabled", async (t) => {
  const page = await signedIn(t, "admin");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await goTo(page, "API keys & service accounts");
  const name = fresh("<img src=x onerror=alert(1)>");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Role").selectOption("editor");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();

  await page.getByLabel("Name of the key").fill('CI "nightly"');
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByText("it is not shown again").waitFor();
  await isAccessible(page);
  const key = await page.getByRole("textbox", { name: "API key", exact: true }).inputValue();
  await page.getByRole("button", { name: "Copy API key" }).click();
  await page.getByText("Key copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  assert.equal(await asks(key), 200);

  await page.goto(page.url().replace(/\/keys.*/, ""));
  assert.equal(await page.getByText("weir_sa_").count(), 0);
  const row = page.getByRole("row", { name: 'CI "nightly"' });
  await row.getByText("Disable", { exact: false }).first().click();
  await row.getByRole("button", { name: "Disable for good" }).click();
  await page.getByRole("status").getByText("Changes saved").waitFor();
  await row.getByText("Disabled").waitFor();
  assert.equal(await asks(key), 403);
});

test("what was done stands in the audit log, which is searched without scripts", async (t) => {
  const page = await signedIn(t, "admin");
  await goTo(page, "API keys & service accounts");
  const name = fresh("Audited");
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();

  const context = page.context();
  const plain = await context.browser().newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  t.after(() => plain.close());
  const without = await plain.newPage();
  await without.goto(`${weir.dashboardUrl}/audit-log`);
  await without.getByLabel("What").selectOption({ label: "Service account created" });
  await without.getByRole("button", { name: "Show" }).click();
  const first = without.getByRole("list", { name: "Entries" }).getByRole("listitem").first();
  await first.getByText(name).first().waitFor();
  await first.getByText("role: viewer").waitFor();
  await first.getByRole("link", { name: `Everything about ${name}` }).click();
  await without.getByText("Service account created").last().waitFor();
});

test("a remote configuration is mended, saved, and rolled back", async (t) => {
  const page = await signedIn(t, "admin");
  await goTo(page, "Remote configuration");
  const edit = async (text, button) => {
    await page.goto(`${weir.dashboardUrl}/remote-configuration?edit=yes`);
    await page.getByLabel("A JSON object").fill(text);
    await page.getByRole("button", { name: button }).click();
  };
  await edit('{\n  "one": 1\n  "two": 2\n}', "Validate");
  await page.getByRole("alert").getByText("line 3, column 3").waitFor();
  assert.match(await page.getByLabel("A JSON object").inputValue(), /"two": 2/);
  await isAccessible(page);
  await edit('{"one": 1}', "Save as a new version");
  await page.getByRole("status").getByText("Changes saved").waitFor();
  const first = (await page.getByRole("heading", { level: 2 }).first().textContent()).trim();
  await edit('{"two": 2}', "Save as a new version");
  await page.getByRole("region", { name: /^Version/ }).getByText('{"two": 2}').waitFor();

  await page.getByRole("link", { name: first, exact: true }).click();
  await page.getByText(`Roll back to ${first.toLowerCase()}`).click();
  await page.getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("region", { name: /^Version/ }).getByText('{"one": 1}').waitFor();
});

test("the metrics key is revealed, and its client secret rotated with an overlap", async (t) => {
  const page = await signedIn(t, "admin");
  await goTo(page, "Metrics API");
  await page.getByRole("button", { name: "Reveal the API key" }).click();
  assert.equal(await page.getByRole("textbox", { name: "API key", exact: true }).inputValue(), weir.metrics.apiKey);
  await page.getByRole("link", { name: "Hide" }).click();
  assert.equal(await page.getByRole("textbox", { name: "API key", exact: true }).count(), 0);

  await page.getByText("Rotate the client secret").click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const secret = await page.getByRole("textbox", { name: "Client secret", exact: true }).inputValue();
  assert.match(secret, /^weir_mcs_/);
  await page.getByText("The one before the last rotation works until").waitFor();
  await isAccessible(page);
});

test("a metric is tried, mended where the cursor stands, saved, changed and deleted", async (t) => {
  const page = await signedIn(t, "editor");
  await goTo(page, "Metrics API");
  await page.getByRole("link", { name: "New metric" }).click();
  const name = fresh("Logins");
  await page.getByLabel("Name").fill(name);
  const sql = page.getByLabel("SQL");
  await sql.fill("SELECT count(*) AS n\nFROM nowhere");
  await page.getByRole("button", { name: "Dry run" }).click();
  const said = page.getByRole("form", { name: "The metric" }).getByRole("status");
  await said.getByText("nowhere").waitFor();
  const at = await sql.evaluate((field) => field.value.slice(field.selectionStart));
  assert.ok(at.startsWith("nowhere"), at);
  await sql.fill("SELECT count(*) AS n\nFROM events WHERE name = '@{eventName}'");
  await page.getByLabel("Variables").fill("[{");
  await page.getByRole("button", { name: "Save" }).click();
  await said.getByText("not a list in JSON").waitFor();
  await page.getByLabel("Variables").fill('[{"name": "eventName", "type": "text", "default": "login"}]');
  await page.getByRole("button", { name: "Dry run" }).click();
  await said.getByText("answers with n.").waitFor();
  await isAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();

  await page.getByLabel("Name").fill(`${name} changed`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: `${name} changed` }).waitFor();
  await page.getByText("Delete this metric").click();
  await page.getByRole("button", { name: "Delete metric" }).click();
  await page.getByRole("heading", { level: 1, name: "Metrics API" }).waitFor();
  assert.equal(await page.getByText(name).count(), 0);
});

test("of two who change a metric the second sees the first's, and overwrites nothing unseen", async (t) => {
  const one = await signedIn(t, "editor");
  await one.goto(`${weir.dashboardUrl}/metrics-api/saved/new`);
  const name = fresh("Shared");
  await one.getByLabel("Name").fill(name);
  await one.getByRole("button", { name: "Save" }).click();
  await one.getByRole("heading", { level: 1, name }).waitFor();
  const two = await signedIn(t, "editor");
  await two.goto(one.url());
  const theirs = "SELECT count(*) AS theirs FROM events";
  await one.getByLabel("SQL").fill(theirs);
  const saved = one.waitForResponse((answer) => answer.request().method() === "PUT");
  await one.getByRole("button", { name: "Save" }).click();
  assert.equal((await saved).status(), 200);

  const mine = "SELECT count(*) AS mine FROM events";
  await two.getByLabel("SQL").fill(mine);
  await two.getByRole("button", { name: "Save" }).click();
  await two.getByText("Somebody else changed this metric meanwhile").waitFor();
  await two.getByLabel("What somebody else saved").getByText(theirs).waitFor();
  assert.equal(await two.getByLabel("SQL").inputValue(), mine);
  await isAccessible(two);
  const again = two.waitForResponse((answer) => answer.request().method() === "PUT");
  await two.getByRole("button", { name: "Save" }).click();
  assert.equal((await again).status(), 200);
});

test("an account's API key that is asked for by a double click is made once, and shown", async (t) => {
  const page = await signedIn(t, "admin");
  await goTo(page, "API keys & service accounts");
  const name = fresh("Double");
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByLabel("Name of the key").fill("CI");
  await page.getByRole("button", { name: "Create API key" }).dblclick();
  const key = await page.getByRole("textbox", { name: "API key", exact: true }).inputValue();
  assert.equal(await asks(key), 200);
  assert.equal(await page.getByRole("row", { name: "CI" }).count(), 1);
});

test("two admins set the lifetime of answers, and neither overwrites the other", async (t) => {
  const [one, two] = [await signedIn(t, "admin"), await signedIn(t, "admin")];
  for (const page of [one, two]) await page.goto(`${weir.dashboardUrl}/metrics-api/cache`);
  const before = Number(await one.getByLabel("Cache TTL").inputValue());
  await one.getByLabel("Cache TTL").fill(String(before + 1));
  await one.getByRole("button", { name: "Save Changes" }).click();
  await one.getByRole("status").getByText("Changes saved").waitFor();
  await two.getByLabel("Cache TTL").fill("4");
  await two.getByRole("button", { name: "Save Changes" }).click();
  await two.getByText("This must be 5 to 1440").waitFor();
  await two.goto(`${weir.dashboardUrl}/metrics-api/cache`);
  await one.goto(`${weir.dashboardUrl}/metrics-api/cache`);
  await one.getByLabel("Cache TTL").fill(String(before + 2));
  await one.getByRole("button", { name: "Save Changes" }).click();
  await one.getByRole("status").getByText("Changes saved").waitFor();
  await two.getByLabel("Cache TTL").fill(String(before + 3));
  await two.getByRole("button", { name: "Save Changes" }).click();
  await two.getByRole("alert").getByText("Nothing is saved yet").waitFor();
  assert.equal(await two.getByLabel("Cache TTL").inputValue(), String(before + 3));
  await two.getByText(`Now: ${before + 2} minutes.`).waitFor();
});

test("a viewer finds no edit", async (t) => {
  const page = await signedIn(t, "viewer");
  const pages = page.getByRole("navigation", { name: "Pages" });
  for (const name of ["API keys & service accounts", "Audit log"]) {
    assert.equal(await pages.getByRole("link", { name }).count(), 0, name);
  }
  for (const name of ["Metrics API", "Remote configuration", "Workspace"]) {
    await goTo(page, name);
    const main = page.getByRole("main");
    assert.equal(await main.getByRole("button").count(), 0, name);
    assert.equal(await main.getByRole("link", { name: /^(Edit|New)/ }).count(), 0, name);
  }
});

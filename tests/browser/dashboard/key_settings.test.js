// The settings of the integration keys, as the guide walks through them.
import assert from "node:assert/strict";
import { test } from "node:test";

import { until } from "../support/until.js";
import { weir } from "../support/weir.js";
import { makeKey, newName, sectionOf, send } from "./keys.js";
import { goTo, isAccessible, signedIn, withoutScripts } from "./people.js";

/** The section of a new key, in edit mode. */
async function edited(page, key) {
  await goTo(page, "Ingest API");
  await sectionOf(page, key).getByRole("link", { name: /^Edit/ }).click();
  await page.getByRole("button", { name: "Save Changes" }).waitFor();
  return sectionOf(page, key);
}

/** What takes an address or a name off its list. */
const removal = (section, what) => section.getByRole("button", { name: `Remove ${what}`, exact: true });

async function addAddress(page, section, address, description = "") {
  await section.getByRole("button", { name: "Add IP address" }).click();
  const dialog = page.getByRole("dialog", { name: "New Allowed IP Address" });
  await dialog.getByLabel("IPv4 address").fill(address);
  await dialog.getByLabel("Description").fill(description);
  await dialog.getByRole("button", { name: "Add" }).click();
}

test("access is restricted to addresses, step by step as the guide says", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "editor");
  const section = await edited(page, key);
  await section.getByLabel("Specific locations").check();
  await addAddress(page, section, "192.0.2.7", 'Main "Production" Server <img src=x onerror=alert(1)>');
  await section.getByText('Main "Production" Server <img src=x onerror=alert(1)>').waitFor();
  await addAddress(page, section, "198.51.100.0/24");
  await removal(section, "198.51.100.0/24").waitFor();
  await isAccessible(page);
  await removal(section, "198.51.100.0/24").click();
  await removal(section, "198.51.100.0/24").waitFor({ state: "detached" });
  assert.equal(await send(key.key), 204, "nothing is saved yet");

  await section.getByRole("button", { name: "Save Changes" }).click();
  // What was sent a moment ago is known, at times.
  const notice = page.getByText("Changes saved");
  const warned = page.getByText("Not saved yet.");
  await notice.or(warned).waitFor();
  if (await warned.isVisible()) await section.getByRole("button", { name: "Save Changes" }).click();
  await notice.waitFor();
  assert.equal(await send(key.key), 403);
  const { x, y, width } = await notice.boundingBox();
  assert.ok(y < 100 && x + width > page.viewportSize().width - 100, "in the top right corner");
  await notice.waitFor({ state: "hidden" });
});

test("in the dialog for an address nothing is saved by the enter key, and what was left is not added", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "editor");
  const section = await edited(page, key);
  await section.getByLabel("Specific locations").check();
  const dialog = page.getByRole("dialog", { name: "New Allowed IP Address" });
  const field = dialog.getByLabel("IPv4 address");
  await section.getByRole("button", { name: "Add IP address" }).click();
  await field.press("Enter");
  await dialog.getByText("This must not be empty.").waitFor();
  assert.equal(await send(key.key), 204, "nothing is saved");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });

  await section.getByRole("button", { name: "Add IP address" }).click();
  await field.fill("192.0.2.7");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await section.getByLabel("Specific Profile Events").check();
  await section.getByLabel("enter event name").fill("login");
  await section.getByLabel("enter event name").press("Enter");
  await removal(section, "login").waitFor();
  assert.equal(await removal(section, "192.0.2.7").count(), 0);
});

test("only some events are allowed, typed and added as tags", async (t) => {
  const key = await makeKey(t, "read_write");
  const page = await signedIn(t, "editor");
  const section = await edited(page, key);
  await section.getByLabel("Specific Profile Events").check();
  const field = section.getByLabel("enter event name");
  await field.fill("login");
  await section.getByRole("button", { name: "Add event name" }).click();
  await removal(section, "login").waitFor();
  await field.fill("page_*");
  await field.press("Enter");
  await removal(section, "page_*").waitFor();
  await section.getByRole("button", { name: "Save Changes" }).click();
  await page.getByText("Changes saved").waitFor();
  assert.deepEqual([await send(key.key), await send(key.key, "page_view"), await send(key.key, "other")], [204, 204, 403]);
});

test("what traffic has is suggested, and what would have been refused is said before a save", async (t) => {
  const key = await makeKey(t, "write_only");
  const odd = "<img src=x onerror=alert(1)>";
  assert.deepEqual([await send(key.key), await send(key.key, odd)], [204, 204]);
  await until("the events among the suggestions", async () => {
    const answer = await fetch(`${weir.baseUrl}/admin/v1/keys/${key.id}/suggestions`, {
      headers: { authorization: `Bearer ${weir.adminApiKey}` },
    });
    return answer.ok && (await answer.json()).suggestions.length === 2;
  });
  const page = await signedIn(t, "editor");
  const section = await edited(page, key);
  await section.getByLabel("Specific Profile Events").check();
  await section.getByRole("button", { name: "Add login" }).click();
  await removal(section, "login").waitFor();
  await section.getByRole("button", { name: "Save Changes" }).click();
  await section.getByText("1 of 2 events").waitFor();
  await section.getByRole("rowheader", { name: odd }).waitFor();
  await isAccessible(page);
  assert.equal(await send(key.key, "other"), 204, "nothing is saved yet");
  await section.getByRole("button", { name: "Save Changes" }).click();
  await page.getByText("Changes saved").waitFor();
  assert.equal(await send(key.key, "other"), 403);
});

test("errors stand beside their field, and nothing typed is lost", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "editor");
  const section = await edited(page, key);
  await section.getByLabel("Specific locations").check();
  await addAddress(page, section, "shop.example", "the shop");
  const dialog = page.getByRole("dialog", { name: "New Allowed IP Address" });
  await dialog.getByText("This must be an IPv4 or IPv6 address or a CIDR range").waitFor();
  assert.equal(await dialog.getByLabel("Description").inputValue(), "the shop");
  await isAccessible(page);
  await dialog.getByLabel("IPv4 address").fill("192.0.2.9");
  await dialog.getByLabel("IPv4 address").press("Enter");
  await removal(section, "192.0.2.9").waitFor();
  await section.getByText("the shop").waitFor();
  await section.getByRole("link", { name: "Cancel" }).click();
  await section.getByText("Anywhere").waitFor();
});

test("of two who edit one section the second sees the first's rules, and overwrites nothing", async (t) => {
  const key = await makeKey(t, "write_only");
  const [ann, ben] = [await signedIn(t, "editor"), await signedIn(t, "admin")];
  const [ofAnn, ofBen] = [await edited(ann, key), await edited(ben, key)];
  for (const [section, name] of [[ofAnn, "of_ann"], [ofBen, "of_ben"]]) {
    await section.getByLabel("Specific Profile Events").check();
    await section.getByLabel("enter event name").fill(name);
  }
  await ofBen.getByRole("button", { name: "Save Changes" }).click();
  await ben.getByText("Changes saved").waitFor();
  await ofAnn.getByRole("button", { name: "Save Changes" }).click();
  await ofAnn.getByText("Somebody else has saved these rules meanwhile.").waitFor();
  await ofAnn.getByRole("alert").getByText("of_ben").waitFor();
  await removal(ofAnn, "of_ann").waitFor();
  await isAccessible(ann);
  assert.deepEqual([await send(key.key, "of_ben"), await send(key.key, "of_ann")], [204, 403]);
  await ofAnn.getByRole("button", { name: "Save Changes" }).click();
  await ann.getByText("Changes saved").or(ann.getByText("Not saved yet.")).waitFor();
});

test("a viewer reads the rules and finds no edit", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "viewer");
  await goTo(page, "Ingest API");
  await sectionOf(page, key).getByText("All Profile Events").waitFor();
  const main = page.getByRole("main");
  assert.equal(await main.getByRole("link", { name: /Edit/ }).count(), 0);
  await goTo(page, "Ingestion keys");
  for (const name of [/Reveal/, /Copy/, /Rotate/, /Revoke/, /Create key/, /Edit/]) {
    assert.equal(await main.getByRole("button", { name }).count(), 0, `${name}`);
    assert.equal(await main.getByRole("link", { name }).count(), 0, `${name}`);
  }
  const answer = await page.goto(`${weir.dashboardUrl}/ingest-api/${key.id}`);
  assert.equal(answer.status(), 403);
});

test("an edit outlives the session that it was begun in", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "editor");
  const section = await edited(page, key);
  await section.getByLabel("Specific Profile Events").check();
  const name = newName("kept");
  await section.getByLabel("enter event name").fill(name);
  await page.context().clearCookies();
  await section.getByRole("button", { name: "Save Changes" }).click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await isAccessible(page);
  const opened = page.context().waitForEvent("page");
  await page.getByRole("link", { name: "Sign in again" }).click();
  const other = await opened;
  await other.getByRole("button", { name: /^editor\b/ }).click();
  await other.getByText("Your edit waits in the other window.").waitFor();
  await other.close();
  await page.getByRole("button", { name: "Go on with the edit" }).click();
  await page.getByText("Changes saved").waitFor();
  assert.deepEqual([await send(key.key, name), await send(key.key, "other")], [204, 403]);
});

test("with the keyboard alone an address is added and saved", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await signedIn(t, "editor");
  await goTo(page, "Ingest API");
  const press = async (locator) => {
    await locator.focus();
    await page.keyboard.press("Enter");
  };
  await press(sectionOf(page, key).getByRole("link", { name: /^Edit/ }));
  const section = sectionOf(page, key);
  await section.getByLabel("Anywhere").focus();
  await page.keyboard.press("ArrowDown");
  await press(section.getByRole("button", { name: "Add IP address" }));
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  // The field has the focus, in front of everything else.
  await page.keyboard.type("192.0.2.7");
  await page.keyboard.press("Enter");
  await removal(section, "192.0.2.7").waitFor();
  await press(section.getByRole("button", { name: "Save Changes" }));
  await page.getByText("Changes saved").waitFor();
  assert.equal(await send(key.key), 403);
});

test("without scripts a save adds the address that is typed", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await withoutScripts(t, await signedIn(t, "editor"));
  await page.goto(`${weir.dashboardUrl}/ingest-api/${key.id}`);
  const section = sectionOf(page, key);
  await section.getByLabel("Specific locations").check();
  await section.getByRole("button", { name: "Add IP address" }).click();
  await page.getByRole("dialog").getByLabel("IPv4 address").fill("192.0.2.7");
  await section.getByRole("button", { name: "Save Changes" }).click();
  await page.getByText("Changes saved").waitFor();
  await sectionOf(page, key).getByText("192.0.2.7").waitFor();
  assert.equal(await send(key.key), 403);
});

test("without scripts the same works by plain forms", async (t) => {
  const key = await makeKey(t, "write_only");
  const page = await withoutScripts(t, await signedIn(t, "editor"));
  await page.goto(`${weir.dashboardUrl}/ingest-api`);
  await sectionOf(page, key).getByRole("link", { name: /^Edit/ }).click();
  const section = sectionOf(page, key);
  await section.getByLabel("Specific locations").check();
  await addAddress(page, section, "192.0.2.7", "without scripts");
  await section.getByText("without scripts").waitFor();
  await section.getByLabel("Specific Profile Events").check();
  await section.getByLabel("enter event name").fill("login");
  await section.getByLabel("enter event name").press("Enter");
  await removal(section, "login").waitFor();
  await section.getByRole("button", { name: "Save Changes" }).click();
  await page.getByText("Changes saved").waitFor();
  await sectionOf(page, key).getByText("192.0.2.7").waitFor();
  assert.equal(await send(key.key), 403);
});

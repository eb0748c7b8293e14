// Workflows: built in the form, field by field, by everybody; and what is built runs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyOf, serve } from "../support/server.js";
import { until } from "../support/until.js";
import { weir } from "../support/weir.js";
import { goTo, isAccessible, signedIn, withoutScripts } from "./people.js";

const WORKFLOWS = `${weir.dashboardUrl}/workflows`;

/** A name that no other run has used. */
const fresh = (name) => `${name}-${Date.now().toString(36)}`;

/** A step of every type, with something of everything that a form can show. */
const EVERYTHING = {
  name: "Everything",
  trigger: {
    type: "event",
    events: ["ordered", "paid"],
    when: { all: [{ path: "event.properties.total", operator: "at_least", value: 10 }] },
  },
  steps: [
    {
      id: "is_pro",
      type: "branch",
      when: {
        all: [{ path: "profile.properties.plan", operator: "one_of", value: ["pro", "team"] }],
        any: [{ path: "profile.properties.gone", operator: "missing" }],
      },
      otherwise: "end",
    },
    {
      id: "tell",
      type: "webhook",
      url: "https://hooks.example.com/a-long-address-that-takes-more-than-a-line/of-a-narrow-window",
      headers: { "X-Order": "{{ event.properties.id }}" },
      body: { order: "{{ event.properties.id }}", lines: [{ a: 1 }, { b: 2 }] },
    },
    { id: "pause", type: "wait", seconds: 5400 },
    { id: "count", type: "update_profile", properties: { orders: 5, last: { id: [1, 2] }, text: "one\ntwo" } },
    { id: "thank", type: "send_event", name: "thanked", properties: { early: true } },
    { id: "end", type: "stop" },
  ],
};

/** The form of a definition that is not saved. */
async function opened(page, definition) {
  await page.goto(`${WORKFLOWS}?new=json`);
  await page.getByLabel("Name, trigger and steps, as JSON").fill(JSON.stringify(definition));
  await page.getByRole("button", { name: "Edit in the form" }).click();
  await page.getByRole("group", { name: "What starts it" }).waitFor();
}

const group = (within, name) => within.getByRole("group", { name, exact: true });

/** A step, by its number and type. */
const stepOf = (page, name) => group(page.getByRole("main"), name);

/** Adds a row by its button, and gives the row. */
async function added(within, button, row) {
  await within.getByRole("button", { name: button }).click();
  const found = group(within, row);
  await found.waitFor();
  return found;
}

async function condition(row, { path, operator, type, value }) {
  await row.getByLabel("Path").fill(path);
  await row.getByLabel("Operator").selectOption({ label: operator });
  await row.getByLabel("Type").selectOption({ label: type });
  await row.getByLabel("Value", { exact: true }).fill(value);
}

/** Event, branch, wait, webhook, stop: by the fields of the form alone, up to the save. */
async function build(page, { name, event, url }) {
  await page.goto(WORKFLOWS);
  await page.getByRole("link", { name: "New workflow" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  const trigger = group(page.getByRole("main"), "What starts it");
  await trigger.getByLabel("An event").check();
  await trigger.getByLabel("Names of the events").fill(event);
  const all = group(trigger, "All of these hold");
  const total = { path: "event.properties.total", operator: "is at least", type: "Number", value: "10" };
  await condition(await added(all, "Add a condition", "Condition 1"), total);

  const add = group(page.getByRole("main"), "Add a step");
  await add.getByRole("button", { name: "Branch" }).click();
  const branch = stepOf(page, "Step 1: Branch");
  const plan = { path: "event.properties.plan", operator: "is one of", type: "Texts with commas", value: "pro, team" };
  await condition(group(branch, "Condition 1"), plan);
  await add.getByRole("button", { name: "Wait" }).click();
  await stepOf(page, "Step 2: Wait").getByLabel("How long").fill("1");
  await stepOf(page, "Step 2: Wait").getByLabel("Unit").selectOption("seconds");
  await add.getByRole("button", { name: "Send a webhook" }).click();
  const webhook = stepOf(page, "Step 3: Send a webhook");
  await webhook.getByLabel("Id", { exact: true }).fill("tell");
  await webhook.getByLabel("Address").fill(url);
  await webhook.getByLabel("Body, as JSON").fill('{"total": "{{ event.properties.total }}"}');
  const header = await added(webhook, "Add a header", "Header 1");
  await header.getByLabel("Name").fill("X-Plan");
  await header.getByLabel("Value").fill("{{ event.properties.plan }}");
  await add.getByRole("button", { name: "Stop" }).click();
  await stepOf(page, "Step 4: Stop").waitFor();
  await branch.getByLabel("Where they do not").selectOption({ label: "4. stop" });
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("status").getByText("This may be saved.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByText("whsec_").or(page.getByLabel("Signing secret")).first().waitFor();
}

/** The definition that the page of a workflow shows. */
const shown = async (page) => JSON.parse(await page.getByRole("region", { name: /^Version \d+$/ }).locator("pre").textContent());

/** What `build` makes. */
const built = ({ name, event, url }) => ({
  name,
  trigger: {
    type: "event",
    events: [event],
    when: { all: [{ path: "event.properties.total", operator: "at_least", value: 10 }] },
  },
  steps: [
    {
      id: "branch",
      type: "branch",
      when: { all: [{ path: "event.properties.plan", operator: "one_of", value: ["pro", "team"] }] },
      otherwise: "stop",
    },
    { id: "wait", type: "wait", seconds: 1 },
    {
      id: "tell",
      type: "webhook",
      url,
      headers: { "X-Plan": "{{ event.properties.plan }}" },
      body: { total: "{{ event.properties.total }}" },
    },
    { id: "stop", type: "stop" },
  ],
});

for (const colours of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`the form of a workflow has no obstacle, ${colours} and ${width} pixels wide`, async (t) => {
      const page = await signedIn(t, "editor", { colours, size: { width } });
      for (const path of ["", "?new=yes", "?new=json"]) {
        await page.goto(WORKFLOWS + path);
        await isAccessible(page);
      }
      await opened(page, EVERYTHING);
      await isAccessible(page);
      for (const kind of ["A schedule", "A call of the API"]) {
        await page.getByLabel(kind).check();
        await isAccessible(page);
      }
      await page.getByLabel("Name", { exact: true }).first().fill("");
      await stepOf(page, "Step 2: Send a webhook").getByLabel("Body, as JSON").fill("{");
      await page.getByRole("button", { name: "Check" }).click();
      await page.getByRole("alert").waitFor();
      await isAccessible(page);
    });
  }
}

test("a workflow is built in the form, and runs as it was built", async (t) => {
  const received = [];
  const port = await serve(t, async (request, response) => {
    received.push({ plan: request.headers["x-plan"], body: JSON.parse(await bodyOf(request)) });
    response.end();
  });
  const page = await signedIn(t, "editor");
  const wanted = { name: fresh("Built"), event: fresh("ordered"), url: `http://127.0.0.1:${port}/` };
  await build(page, wanted);
  assert.deepEqual(await shown(page), built(wanted));

  let sent = 0;
  await until("the webhook", async () => {
    // A new workflow holds for events some seconds later.
    if (Date.now() - sent > 1_000) {
      sent = Date.now();
      const answer = await fetch(`${weir.baseUrl}/event/ingest`, {
        method: "POST",
        headers: { authorization: `Bearer ${weir.keys.readWrite}`, "content-type": "application/json" },
        body: JSON.stringify({ name: wanted.event, userId: "builder", properties: { total: 12.5, plan: "pro" } }),
      });
      assert.equal(answer.status, 204);
    }
    return received.length > 0;
  });
  assert.deepEqual(received[0], { plan: "pro", body: { total: 12.5 } });
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("status").getByText("Workflow paused").waitFor();
});

test("without scripts the same workflow is built by plain forms", async (t) => {
  const page = await withoutScripts(t, await signedIn(t, "editor"));
  const wanted = { name: fresh("Plain"), event: fresh("ordered"), url: "https://hooks.example.com/plain" };
  await build(page, wanted);
  assert.deepEqual(await shown(page), built(wanted));
});

test("with the keyboard alone a workflow is built, and one goes on where one was", async (t) => {
  const page = await signedIn(t, "editor");
  await goTo(page, "Workflows");
  const press = async (locator) => {
    await locator.focus();
    await page.keyboard.press("Enter");
  };
  const type = async (text) => {
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(text);
  };
  /** Waits until the focus is in that field, or on that button. */
  const isIn = (field) => page.locator(`[name="${field}"]:focus`).waitFor();
  const isOn = (button) => page.locator(`button[value="${button}"]:focus`).waitFor();
  await press(page.getByRole("link", { name: "New workflow" }));
  const name = fresh("Typed");
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type(name);
  // To the chosen trigger, and on to the next.
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByLabel("A call of the API").isChecked());
  const add = group(page.getByRole("main"), "Add a step");
  await press(add.getByRole("button", { name: "Wait" }));
  await isIn("steps[0].id");
  await type("pause");
  await page.keyboard.press("Tab");
  await type("2");
  await press(add.getByRole("button", { name: "Send a webhook" }));
  await isIn("steps[1].id");
  await type("tell");
  await page.keyboard.press("Tab");
  await type("https://hooks.example.com/typed");
  await press(page.getByRole("button", { name: "Add a header" }));
  await isIn("steps[1].headers[0].name");
  await press(page.getByRole("button", { name: "Remove header 1" }));
  await isOn("add steps[1].headers");
  await press(page.getByRole("button", { name: "Move up step 2" }));
  await isOn("down 0");
  await page.keyboard.press("Enter");
  await isOn("up 1");
  // The enter key in a field looks, and saves nothing.
  await press(stepOf(page, "Step 2: Send a webhook").getByLabel("Address"));
  await page.getByRole("status").getByText("This may be saved.").waitFor();
  await press(page.getByRole("button", { name: "Save" }));
  await page.getByRole("heading", { level: 1, name }).waitFor();
  const { steps } = await shown(page);
  assert.deepEqual(steps, [
    { id: "pause", type: "wait", seconds: 2 * 86_400 },
    { id: "tell", type: "webhook", url: "https://hooks.example.com/typed" },
  ]);
});

test("what is wrong stands at its field, where the summary leads", async (t) => {
  const page = await signedIn(t, "editor");
  await opened(page, EVERYTHING);
  const webhook = stepOf(page, "Step 2: Send a webhook");
  await webhook.getByLabel("Address").fill("http://hooks.example.com");
  await stepOf(page, "Step 3: Wait").getByLabel("How long").fill("40");
  await stepOf(page, "Step 3: Wait").getByLabel("Unit").selectOption("days");
  await page.getByRole("button", { name: "Save" }).click();
  const summary = page.getByRole("alert");
  await summary.getByText("This is not saved, and not lost.").waitFor();
  assert.ok(await summary.evaluate((element) => element === document.activeElement));
  await summary.getByRole("link", { name: "Step 2, address" }).click();
  const address = webhook.getByLabel("Address");
  assert.ok(await address.evaluate((element) => element === document.activeElement));
  assert.equal(await address.getAttribute("aria-invalid"), "true");
  const described = await address.evaluate((element) =>
    element.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent.trim()),
  );
  assert.match(described.join(" "), /must begin with https:\/\//);
  await stepOf(page, "Step 3: Wait").getByText("which is 30 days").waitFor();
  assert.equal(await stepOf(page, "Step 3: Wait").getByLabel("How long").inputValue(), "40");
});

test("form and JSON show the same, and a step that moves is still led to", async (t) => {
  const page = await signedIn(t, "editor");
  await opened(page, EVERYTHING);
  const json = async () => {
    await page.getByRole("button", { name: "Edit as JSON" }).click();
    return JSON.parse(await page.getByLabel("Name, trigger and steps, as JSON").inputValue());
  };
  assert.deepEqual(await json(), EVERYTHING);
  await page.getByRole("button", { name: "Edit in the form" }).click();
  await stepOf(page, "Step 6: Stop").getByLabel("Id", { exact: true }).fill("done");
  await stepOf(page, "Step 6: Stop").getByRole("button", { name: "Move up" }).click();
  await stepOf(page, "Step 5: Stop").waitFor();
  await stepOf(page, "Step 3: Wait").getByRole("button", { name: "Remove" }).click();
  await stepOf(page, "Step 4: Stop").waitFor();
  await group(page.getByRole("main"), "Add a step").getByLabel("Where").selectOption({ label: "Before 3. count" });
  await group(page.getByRole("main"), "Add a step").getByRole("button", { name: "Wait" }).click();
  await stepOf(page, "Step 3: Wait").getByLabel("How long").fill("2");
  const { steps } = await json();
  assert.deepEqual(steps.map(({ id }) => id), ["is_pro", "tell", "wait", "count", "done", "thank"]);
  assert.equal(steps[0].otherwise, "done");
  assert.equal(steps[2].seconds, 2 * 86_400);

  await page.getByLabel("Name, trigger and steps, as JSON").fill('{"name": "x"');
  await page.getByRole("button", { name: "Edit in the form" }).click();
  await page.getByRole("alert").getByText("the JSON text ends too early").waitFor();
  assert.equal(await page.getByLabel("Name, trigger and steps, as JSON").inputValue(), '{"name": "x"');
});

test("a condition that compares with nothing asks for no value, and a trigger for its own fields alone", async (t) => {
  const page = await signedIn(t, "editor");
  await page.goto(`${WORKFLOWS}?new=yes`);
  const trigger = group(page.getByRole("main"), "What starts it");
  const row = await added(group(trigger, "All of these hold"), "Add a condition", "Condition 1");
  const value = row.getByLabel("Value", { exact: true });
  assert.ok(await value.isVisible());
  await row.getByLabel("Operator").selectOption({ label: "exists" });
  assert.ok(!(await value.isVisible()));
  await row.getByLabel("Operator").selectOption({ label: "equals" });
  await value.fill("typed");
  await row.getByLabel("Operator").selectOption({ label: "is missing" });
  assert.ok(await value.isVisible(), "what is typed is not hidden");
  await trigger.getByLabel("A schedule").check();
  assert.ok(!(await trigger.getByLabel("Names of the events").isVisible()));
  assert.ok(await trigger.getByLabel("Every", { exact: true }).isVisible());
  await trigger.getByLabel("By a line of cron").check();
  assert.ok(!(await trigger.getByLabel("Every", { exact: true }).isVisible()));
  assert.ok(await trigger.getByLabel("Line of cron", { exact: true }).isVisible());
});

test("a viewer reads a workflow and finds no edit", async (t) => {
  const page = await signedIn(t, "viewer");
  await page.goto(`${WORKFLOWS}?new=yes`);
  const main = page.getByRole("main");
  assert.equal(await main.getByRole("link", { name: "New workflow" }).count(), 0);
  assert.equal(await main.getByRole("button", { name: "Save" }).count(), 0);
});

// In, out, and who may not come in.
import assert from "node:assert/strict";
import { test } from "node:test";

import { weir } from "../support/weir.js";
import { goTo, signIn, signedIn, stranger } from "./people.js";

test("who is signed out is offered to sign in, comes in, and goes out again", async (t) => {
  const page = await stranger(t);
  assert.equal((await page.request.get(weir.dashboardUrl)).status(), 200);
  await signIn(page, "viewer");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.getByRole("banner").getByText("demo · viewer").waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/dashboard");
  await page.goto(`${weir.dashboardUrl}/ingest-api`);
  await page.getByText("You are signed out.").waitFor();
});

test("a page that was wanted is there after the sign-in", async (t) => {
  const page = await stranger(t);
  await page.goto(`${weir.dashboardUrl}/ingest-api?range=7d`);
  await signIn(page, "editor");
  await page.getByRole("heading", { level: 1, name: "Ingest API" }).waitFor();
  const week = page.getByRole("navigation", { name: "Range" }).getByRole("link", { name: "Last 7 d" });
  assert.equal(await week.getAttribute("aria-current"), "true");
});

test("who came by another name of this machine is led to the dashboard's own", async (t) => {
  const page = await stranger(t);
  await page.goto(weir.dashboardUrl.replace("127.0.0.1", "localhost"));
  await signIn(page, "admin");
  await page.getByRole("banner").getByText("demo · admin").waitFor();
  assert.ok(page.url().startsWith(weir.dashboardUrl));
});

test("an unknown page says so and leads on", async (t) => {
  const page = await signedIn(t, "viewer");
  const answer = await page.goto(`${weir.dashboardUrl}/nowhere`);
  assert.equal(answer.status(), 404);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await goTo(page, "Ingest API");
});

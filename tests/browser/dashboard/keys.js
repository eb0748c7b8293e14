// What tests do with keys beside the page: make them, use them, name them.
import assert from "node:assert/strict";

import { weir } from "../support/weir.js";

let count = 0;

/** A name that no other key has. */
export const newName = (what) => `${what} ${Date.now().toString(36)}${(count += 1)}`;

/** A new key by the admin API, until the test is over: its id and its text. */
export async function makeKey(t, kind, name = newName(kind)) {
  const path = `${weir.baseUrl}/admin/v1/keys`;
  const headers = { authorization: `Bearer ${weir.adminApiKey}`, "content-type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify({ name, kind }) });
  const made = await answer.json();
  t.after(() => fetch(`${path}/${made.id}`, { method: "DELETE", headers }));
  assert.equal(answer.status, 201, JSON.stringify(made));
  return made;
}

/** The status of an event of that name, sent with that key. */
export async function send(key, name = "login") {
  const answer = await fetch(`${weir.baseUrl}/event/ingest`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ name, userId: "keys" }),
  });
  return answer.status;
}

/** The section of a key on the page of the Ingest API. */
export const sectionOf = (page, { name }) =>
  page.getByRole("main").getByRole("region", { name: new RegExp(`API Key Settings: ${name}$`) });

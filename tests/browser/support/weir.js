// The running Weir, as `credentials.json` describes it, and what is stored in it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { until } from "./until.js";

const file = process.env.WEIR_CREDENTIALS ?? new URL("../../../target/local/credentials.json", import.meta.url);

export const weir = JSON.parse(readFileSync(file, "utf8"));

/** What the HTTP API answers to the read & write key. */
export async function read(path) {
  const headers = { authorization: `Bearer ${weir.keys.readWrite}` };
  const response = await fetch(weir.baseUrl + path, { headers });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

/** The user's timeline, oldest first, once it holds at least so many events. */
export async function timeline(userId, count) {
  const path = `/profile/${encodeURIComponent(userId)}/events?limit=1000`;
  const events = await until(`${count} events of ${userId}`, async () => {
    const { status, body } = await read(path);
    return status === 200 && body.events.length >= count && body.events;
  });
  const ids = new Set(events.map(({ id }) => id));
  assert.equal(ids.size, events.length, "an event is in the timeline once");
  return events.reverse();
}

import assert from "node:assert/strict";
import { test } from "node:test";

import { listen, load } from "./page.js";

const { isTemporary, waitAfter } = await load("answer");
const NOW = Date.UTC(2026, 10, 21);

test("only what may succeed later is sent again", () => {
  for (const status of [0, 408, 429, 500, 502, 503, 504]) assert.ok(isTemporary(status), status);
  for (const status of [200, 204, 400, 401, 403, 404, 413, 415]) assert.ok(!isTemporary(status), status);
});

test("each failure waits longer, within bounds, and not all browsers alike", (t) => {
  let luck = 0;
  t.mock.method(Math, "random", () => luck);
  const waits = [1, 2, 3, 10, 1_000].map((failures) => waitAfter(failures, null, NOW));
  assert.deepEqual(waits, [500, 1_000, 2_000, 150_000, 150_000]);
  luck = 1;
  assert.equal(waitAfter(1, null, NOW), 1_000);
});

test("Retry-After is kept, as seconds and as a date, for an hour at most", (t) => {
  t.mock.method(Math, "random", () => 0);
  assert.equal(waitAfter(1, "2", NOW), 2_500);
  assert.equal(waitAfter(1, new Date(NOW + 7_000).toUTCString(), NOW), 7_500);
  assert.equal(waitAfter(1, "86400", NOW), 3_600_500);
  for (const nonsense of ["", "soon", "-5", new Date(NOW - 7_000).toUTCString()]) {
    assert.equal(waitAfter(1, nonsense, NOW), 500, nonsense);
  }
});

test("what was refused is said once, without its place in the batch", async (t) => {
  const said = listen(t);
  const { explain } = await load("answer");
  const refused = [0, 1].map((index) => ({ index, path: `events[${index}].type`, message: "must not be empty" }));
  await explain(Response.json({ accepted: 1, refused }));
  await explain(Response.json({ accepted: 2, refused: [] }));
  const error = { code: "key_revoked", message: "the key has been revoked" };
  await explain(Response.json({ error }, { status: 403 }));
  await explain(Response.json({ error }, { status: 403 }));
  await explain(new Response("<html>", { status: 413 }));
  assert.deepEqual(said, [
    "weir: an event was refused: type must not be empty",
    "weir: events were dropped: 403 the key has been revoked",
    "weir: events were dropped: 413 ",
  ]);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { load, place, storage } from "./page.js";

const { makeVisitor } = await load("visitor");
const { openShelf } = await load("shelf");
const MINUTE = 60_000;

beforeEach((t) => place(t, "localStorage", storage()));

const visitor = () => makeVisitor(openShelf("weir."));

test("all pages of a browser have one visitor", () => {
  const ids = visitor().ids(0);
  assert.match(ids.anonymousId, /^[0-9a-f]{32}$/);
  assert.match(ids.sessionId, /^[0-9a-f]{32}$/);
  assert.deepEqual(visitor().ids(MINUTE), ids);
});

test("a visit is over after half an hour without an event", () => {
  const { ids } = visitor();
  const first = ids(0);
  assert.equal(ids(29 * MINUTE).sessionId, first.sessionId);
  assert.equal(ids(58 * MINUTE).sessionId, first.sessionId);
  const later = ids(88 * MINUTE);
  assert.notEqual(later.sessionId, first.sessionId);
  assert.equal(later.anonymousId, first.anonymousId);
});

test("a user is known on later pages, until they log out", () => {
  const first = visitor();
  const { anonymousId } = first.ids(0);
  first.identify("ann");
  assert.deepEqual([visitor().ids(0).userId, visitor().ids(0).anonymousId], ["ann", anonymousId]);
  first.identify("ann");
  assert.equal(first.ids(0).anonymousId, anonymousId);
  first.reset();
  assert.equal(visitor().ids(0).userId, undefined);
  assert.notEqual(visitor().ids(0).anonymousId, anonymousId);
});

test("another user in the same browser does not inherit what the first one did", () => {
  const one = visitor();
  one.identify("ann");
  const { anonymousId, sessionId } = one.ids(0);
  one.identify("bob");
  const ids = one.ids(0);
  assert.equal(ids.userId, "bob");
  assert.notEqual(ids.anonymousId, anonymousId);
  assert.notEqual(ids.sessionId, sessionId);
});

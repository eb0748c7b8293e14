import assert from "node:assert/strict";
import { test } from "node:test";

import { denied, load, place, storage } from "./page.js";

const { openShelf } = await load("shelf");

test("what is stored is there for the next page, and for no other prefix", (t) => {
  place(t, "localStorage", storage());
  const shelf = openShelf("weir.");
  shelf.set("b", "2");
  shelf.set("a", "1");
  localStorage.setItem("other", "3");
  const next = openShelf("weir.");
  assert.deepEqual(next.names(), ["a", "b"]);
  assert.equal(next.get("a"), "1");
  assert.equal(next.get("other"), null);
  next.remove("a");
  assert.equal(shelf.get("a"), null);
  assert.ok(shelf.isDurable());
});

for (const [name, value] of [["switched off", denied], ["missing", undefined], ["null", null]]) {
  test(`a storage that is ${name} is replaced by memory`, (t) => {
    place(t, "localStorage", value);
    const shelf = openShelf("weir.");
    assert.equal(shelf.get("a"), null);
    shelf.set("a", "1");
    assert.equal(shelf.get("a"), "1");
    assert.deepEqual(shelf.names(), ["a"]);
    assert.ok(!shelf.isDurable());
    shelf.remove("a");
    assert.deepEqual(shelf.names(), []);
  });
}

test("what a full storage does not take stays in memory, the newest value counts", (t) => {
  place(t, "localStorage", storage(10));
  const shelf = openShelf("weir.");
  shelf.set("a", "12345");
  shelf.set("b", "123456");
  assert.deepEqual(shelf.names(), ["a", "b"]);
  assert.ok(!shelf.isDurable());
  shelf.set("a", "12345678901");
  assert.equal(shelf.get("a"), "12345678901");
  shelf.remove("a");
  shelf.set("b", "1");
  assert.equal(shelf.get("a"), null);
  assert.ok(shelf.isDurable());
});

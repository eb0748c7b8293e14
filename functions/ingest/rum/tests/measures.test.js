import assert from "node:assert/strict";
import { test } from "node:test";

import { load, place } from "./page.js";

const { makeShifts } = await load("shifts");
const { makeInteractions } = await load("interactions");

const shift = (startTime, value, hadRecentInput = false) => ({ startTime, value, hadRecentInput });

test("the layout shift of a page is its worst burst", () => {
  const { add } = makeShifts();
  assert.equal(add(shift(0, 0.1)), 0.1);
  assert.equal(add(shift(900, 0.05)), 0.15);
  // A second later begins another one.
  assert.equal(add(shift(1_900, 0.12)), 0.15);
  assert.equal(add(shift(2_000, 0.12)), 0.24);
  assert.equal(add(shift(2_100, 5, true)), 0.24);
});

test("a burst ends after five seconds", () => {
  const { add } = makeShifts();
  let worst = 0;
  for (let n = 0; n < 10; n++) worst = add(shift(n * 900, 0.01));
  assert.equal(worst, 0.06);
});

test("the interaction that counts is the slowest, of many the 98th percentile", (t) => {
  place(t, "performance", {});
  const few = makeInteractions();
  assert.equal(few.slowest(), undefined);
  few.add({ interactionId: 0, duration: 900 });
  assert.equal(few.slowest(), undefined);
  few.add({ interactionId: 1, duration: 64 });
  few.add({ interactionId: 1, duration: 48 });
  few.add({ interactionId: 2, duration: 56 });
  assert.equal(few.slowest(), 64);

  const many = makeInteractions();
  for (let id = 1; id <= 100; id++) many.add({ interactionId: id, duration: id });
  assert.equal(many.slowest(), 98);
});

test("interactions that were too quick to be told of count, too", (t) => {
  place(t, "performance", { interactionCount: 150 });
  const { add, slowest } = makeInteractions();
  for (const duration of [40, 400, 80, 50]) add({ interactionId: duration, duration });
  assert.equal(slowest(), 40);
});

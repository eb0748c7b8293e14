import assert from "node:assert/strict";
import { test } from "node:test";

import { listen, load, place } from "./page.js";

/** An api that writes down what it is asked for. */
async function written(t) {
  const done = [];
  const { makeApi, replay } = await load("api");
  const visitor = { identify: (user) => done.push(["is", user]), reset: () => done.push(["reset"]) };
  const api = makeApi((type, attributes) => done.push([type, attributes]), visitor);
  return { done, api, replay };
}

test("calls made before the script was there are made up for, in order and once", async (t) => {
  const { done, api, replay } = await written(t);
  // As the documentation has it.
  const stub = { queue: [] };
  for (const name of ["track", "identify", "reset"]) stub[name] = (...given) => stub.queue.push([name, ...given]);
  place(t, "window", { weir: stub });
  stub.track("early", { n: 1 });
  stub.identify("ann", { plan: "free" });
  const { track } = stub;
  replay(api);
  // Whoever took hold of the stub or of one of its functions is heard, too.
  stub.track("late");
  track("held");
  stub.reset();
  assert.deepEqual(done, [
    ["early", { n: 1 }],
    ["is", "ann"],
    ["identify", { plan: "free" }],
    ["late", {}],
    ["held", {}],
    ["reset"],
  ]);
});

test("without a stub the calls are there all the same", async (t) => {
  const { done, api, replay } = await written(t);
  place(t, "window", {});
  replay(api);
  window.weir.track("now");
  assert.deepEqual(done, [["now", {}]]);
});

test("a call that makes no sense says so and does not throw", async (t) => {
  const said = listen(t);
  const { done, api, replay } = await written(t);
  place(t, "window", { weir: { queue: [["nonsense"], 5] } });
  replay(api);
  window.weir.track();
  window.weir.identify("");
  window.weir.identify(null, {});
  window.weir.track(Symbol("x"));
  assert.deepEqual(done, []);
  assert.deepEqual(said, ["weir: track needs a name", "weir: identify needs a user id"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./page.js";

const { frames } = await load("stack");

test("the stacks of all browsers are read", () => {
  const chromium = `TypeError: x is not a function
    at Cart.add (https://shop.example/app.js?v=2:10:15)
    at async https://shop.example/app.js:3:7
    at new Promise (<anonymous>)
    at HTMLButtonElement.<anonymous> (https://shop.example/b.js:5:1)`;
  assert.deepEqual(frames(chromium).map(({ function: name, lineno, colno }) => [name, lineno, colno]), [
    ["Cart.add", 10, 15],
    [undefined, 3, 7],
    ["HTMLButtonElement.<anonymous>", 5, 1],
  ]);
  assert.equal(frames(chromium)[0].filename, "https://shop.example/app.js?v=2");
  const firefox = "add@https://shop.example/app.js:10:15\n@https://shop.example/app.js:3:7\n";
  assert.deepEqual(frames(firefox), [
    { function: "add", filename: "https://shop.example/app.js", lineno: 10, colno: 15 },
    { function: undefined, filename: "https://shop.example/app.js", lineno: 3, colno: 7 },
  ]);
});

test("a stack of another form, or without end, is no trouble", () => {
  assert.deepEqual(frames("nothing\nat all"), []);
  assert.equal(frames("f@a.js:1:2\n".repeat(10_000)).length, 50);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { load, place } from "./page.js";

const { readTag } = await load("tag");
const SRC = "https://weir.example/rum.js";
const KEY = "weir_rum_abc123_secret+";

/** What is read of a tag with these attributes. */
function read(t, dataset, { src = SRC, isLate = false } = {}) {
  const script = { src, dataset };
  place(t, "document", { currentScript: isLate ? null : script, querySelector: () => (isLate ? script : null) });
  place(t, "location", { hostname: "shop.example" });
  place(t, "navigator", { userAgent: "test", language: "de" });
  place(t, "screen", { width: 800, height: 600 });
  return readTag();
}

test("events go where the script came from, the key in the address", (t) => {
  assert.equal(read(t, { key: KEY }).url, "https://weir.example/json/rum?apikey=weir_rum_abc123_secret%2B");
  const { url } = read(t, { key: KEY }, { src: "https://weir.example/stage/rum.js?v=1" });
  assert.ok(url.startsWith("https://weir.example/stage/json/rum?"), url);
});

test("or where the tag says", (t) => {
  for (const endpoint of ["https://other.example/a", "https://other.example/a/"]) {
    const { url } = read(t, { key: KEY, endpoint });
    assert.ok(url.startsWith("https://other.example/a/json/rum?"), url);
  }
});

test("a queue belongs to a key, also when its secret is another", (t) => {
  assert.equal(read(t, { key: KEY }).lane, "abc123");
  assert.equal(read(t, { key: "weir_rum_abc123_other" }).lane, "abc123");
});

test("a script that starts late finds its tag; without a key there is none", (t) => {
  assert.equal(read(t, { key: KEY }, { isLate: true }).lane, "abc123");
  assert.equal(read(t, {}), undefined);
  assert.equal(read(t, { key: "" }), undefined);
});

test("everything is captured unless the tag names its choice", (t) => {
  assert.ok(read(t, { key: KEY }).captures("vitals"));
  const { captures } = read(t, { key: KEY, capture: "pages errors" });
  assert.deepEqual(["pages", "vitals", "errors", "clicks"].map(captures), [true, false, true, false]);
});

test("what all events have in common is told once", (t) => {
  const { session } = read(t, { key: KEY, environment: "prod", release: "1.2" });
  assert.deepEqual(session, {
    "service.name": "shop.example",
    env: "prod",
    releaseId: "1.2",
    userAgent: "test",
    browserLanguage: "de",
    screenWidth: 800,
    screenHeight: 600,
  });
});

// A page to run the sources on: as much of a browser as they touch, with a clock that is set by hand.
import { build } from "esbuild";

let loads = 0;

/** A module of `src`, fresh each time: none shares its state with another. */
export async function load(name) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/${name}.ts`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
  });
  const text = `${outputFiles[0].text}\n// ${++loads}`;
  return import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
}

/** Storage as a browser has it: entries are properties, and it may be full. */
export function storage(room = Infinity) {
  const methods = {
    getItem(name) {
      return Object.hasOwn(this, name) ? this[name] : null;
    },
    setItem(name, value) {
      const used = Object.values(this).join("").length - (this[name] ?? "").length;
      if (used + value.length > room) throw new DOMException("full", "QuotaExceededError");
      this[name] = value;
    },
    removeItem(name) {
      delete this[name];
    },
  };
  return Object.create(methods);
}

/** Puts a value, or what throws it, into the global scope until the test is over. */
export function place(t, name, value) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  const get = typeof value == "function" && value.throws ? value : () => value;
  Object.defineProperty(globalThis, name, { configurable: true, get });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, name, before);
    else delete globalThis[name];
  });
}

/** The storage of a browser that has it switched off. */
export const denied = Object.assign(
  () => {
    throw new DOMException("denied", "SecurityError");
  },
  { throws: true },
);

/** What was said on the console. */
export function listen(t) {
  const said = [];
  t.mock.method(console, "warn", (text) => said.push(text));
  return said;
}

/** An event of about so many bytes. */
export function event(id, size = 10) {
  return { type: "t", id, timestamp: 1, page: "/", anonymousId: "a", sessionId: "s", attributes: { p: "x".repeat(size) } };
}

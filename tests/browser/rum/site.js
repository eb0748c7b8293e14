// A shop whose pages embed the snippet, as strict about scripts as a site can be.
import assert from "node:assert/strict";

import { OTHER_SITE } from "../support/browser.js";
import { serve } from "../support/server.js";
import { until } from "../support/until.js";
import { weir } from "../support/weir.js";
import { startProxy } from "./proxy.js";

/** The stub of docs/sources.md. */
const STUB = `
window.weir = { queue: [] };
for (const call of ["track", "identify", "reset"])
  weir[call] = (...given) => weir.queue.push([call, ...given]);
`;
/** What the shop's own script can do wrong. */
const SHOP = `
window.annoy = () => {
  const banner = document.createElement("p");
  banner.style.height = "200px";
  document.body.prepend(banner);
  document.querySelector("h1").onclick = () => {
    for (const start = performance.now(); performance.now() - start < 150; );
  };
};
window.fail = () => {
  function inner() {
    throw new TypeError("no cart");
  }
  setTimeout(inner);
  setTimeout(() => Promise.reject(new RangeError("too many")));
  setTimeout(() => Promise.reject("just text"));
};
`;
const EARLY = `
weir.track("early", { n: 1 });
weir.identify(new URLSearchParams(location.search).get("user"), { plan: "free" });
`;

/** A site and the proxy that its pages send to. Its pages live on a name without TLS if wanted. */
export async function startShop(t, { isInsecure = false, attributes = "" } = {}) {
  const proxy = await startProxy(t);
  const port = await serve(t, (request, response) => {
    const scripts = { "/stub.js": STUB, "/early.js": EARLY, "/shop.js": SHOP };
    const { pathname, searchParams } = new URL(request.url, "http://shop");
    const script = scripts[pathname];
    if (script) return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy": `default-src 'none'; script-src 'self' ${proxy.origin}; connect-src ${proxy.origin}`,
    });
    response.end(html(pathname, searchParams.has("stub"), proxy.origin, attributes));
  });
  return { proxy, origin: `http://${isInsecure ? OTHER_SITE : "127.0.0.1"}:${port}` };
}

function html(path, hasStub, weirOrigin, attributes) {
  const early = hasStub ? `<script src="/stub.js"></script><script src="/early.js"></script>` : "";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop ${path}</title><script src="/shop.js"></script>${early}
    <script src="${weirOrigin}/rum.js" data-key="${weir.keys.rum}" ${attributes} async></script></head>
    <body><h1>Shop</h1><a href="/next">Next</a>
    <button data-weir-event="cart_opened" data-weir-plan="team" data-weir-item-count="3"><b>Open</b></button>
    </body></html>`;
}

/** A page of the shop with the snippet running. What it says on its console is kept. */
export async function open(context, address) {
  const page = await context.newPage();
  page.said = [];
  page.failures = [];
  page.on("console", (message) => page.said.push(message.text()));
  page.on("pageerror", (error) => page.failures.push(error.message));
  await page.goto(address);
  await running(page);
  return page;
}

/** Waits until the snippet of the page has started. */
export const running = (page) => until("the snippet", () => page.evaluate(() => window.weir?.isRunning));

/** Waits until the page has nothing left to send. */
export async function sent(page) {
  await until("an empty queue", () =>
    page.evaluate(() => Object.keys(localStorage).every((name) => !/^weir\.[^.]+\.e/.test(name))),
  );
}

/** An event as it was sent, and as the timeline has it: they are to be equal. */
export function assertEqual(stored, events) {
  const byId = (one, other) => (one.id < other.id ? -1 : 1);
  const asSent = ({ type, id, timestamp, ...members }) => ({ id, name: type, timestamp, properties: { timestamp, ...members } });
  const asStored = ({ id, name, timestamp, properties }) => ({ id, name, timestamp, properties });
  assert.deepEqual(stored.map(asStored).sort(byId), events.map(asSent).sort(byId));
}

/** The names of events, without those that every page sends. */
export const own = (events) =>
  events.map(({ name, type }) => name ?? type).filter((name) => !["page_view", "web_vitals", "identify"].includes(name));

// Stands between pages and Weir, notes what pages send, and fails on demand.
import { bodyOf, serve } from "../support/server.js";
import { until } from "../support/until.js";
import { weir } from "../support/weir.js";

/** As Weir answers pages. */
const CORS = { "access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After" };

/** A proxy until the test is over. */
export async function startProxy(t) {
  const faults = [];
  const requests = [];
  const port = await serve(t, async (request, response) => {
    const body = await bodyOf(request);
    if (!request.url.startsWith("/json/rum")) return answer(response, await forward(request, body));
    const { method, url, headers } = request;
    const note = { method, url, headers, text: body.toString(), at: Date.now() };
    requests.push(note);
    const fault = faults.shift() ?? {};
    fault.reached?.();
    await fault.until;
    const stored = fault.status && !fault.isStored ? undefined : await forward(request, body);
    note.status = fault.status ?? stored.status;
    if (fault.isCut) return response.destroy();
    answer(response, fault.status ? { headers: CORS, body: "{}", ...fault } : stored);
  });

  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    /** The next request gets this answer; Weir sees it only where it `isStored`. */
    fail: (status, fault = {}) => faults.push({ status, ...fault }),
    /** The next request is stored, and its connection is cut before the answer. */
    cut: () => faults.push({ isCut: true }),
    /** The next request waits until it is released. */
    hold() {
      const held = {};
      held.reached = new Promise((resolve) => (held.reach = resolve));
      const go = new Promise((resolve) => (held.release = resolve));
      faults.push({ until: go, reached: held.reach });
      return held;
    },
    /** Waits until so many requests are answered. */
    answered: (count) =>
      until(`${count} answers`, () => requests.filter(({ status }) => status).length >= count),
    /** Every event that pages sent, once each, in the order in which they came. */
    events() {
      const all = requests.flatMap(({ text }) => JSON.parse(text).events);
      return [...new Map(all.map((event) => [event.id, event])).values()];
    },
  };
}

async function forward({ method, url, headers }, body) {
  const { "content-type": type, origin } = headers;
  const passed = Object.entries({ "content-type": type, origin }).filter(([, value]) => value);
  const response = await fetch(weir.baseUrl + url, {
    method,
    headers: Object.fromEntries(passed),
    body: method === "POST" ? body : undefined,
  });
  const kept = [...response.headers].filter(([name]) => !/^(content-(encoding|length)|transfer-encoding|connection)$/.test(name));
  return { status: response.status, headers: Object.fromEntries(kept), body: Buffer.from(await response.arrayBuffer()) };
}

function answer(response, { status, headers, body }) {
  response.writeHead(status, headers).end(body);
}

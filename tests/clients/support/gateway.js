// A gateway as AWS has it, between a client and Weir: it hands each request to the function as an
// event of the HTTP API, and fails when it is told to.
//
// The gateway of `cargo lambda watch` reads JSON bodies as text and so cannot pass compressed ones.
import { once } from "node:events";
import { createServer } from "node:http";

import { weir } from "./weir.js";

const INGEST = weir.invokeUrl.replace("{function}", "ingest");
const TEXT = /^(text\/|application\/(json|javascript|xml)\b)/;

/** Starts a gateway on a free port of its own; it ends with the test. */
export async function startGateway(test) {
  const gateway = new Gateway();
  await gateway.listen();
  test.after(() => gateway.close());
  return gateway;
}

class Gateway {
  /** The requests so far: method, path, headers, body, the status of the answer and the time. */
  requests = [];
  #faults = [];
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.destroy(error));
  });

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = this.#server.address().port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The next request that is not yet to fail gets this answer, and Weir does not hear of it. */
  refuse(status, headers = {}) {
    this.#faults.push({ status, headers });
  }

  /** The next request that is not yet to fail reaches Weir, and its answer gets lost: the client
   * sees this one. */
  lose(status, headers = {}) {
    this.#faults.push({ status, headers, reaches: true });
  }

  /** The statuses of the answers so far. */
  get statuses() {
    return this.requests.map(({ status }) => status);
  }

  async #answer(request, response) {
    const chunks = await request.toArray();
    const { method, url: path, headers } = request;
    const body = Buffer.concat(chunks);
    const fault = this.#faults.shift();
    const answer = !fault || fault.reaches ? await invoke(method, path, headers, body) : fault;
    const { status, headers: shown = {}, body: text = "" } = fault ?? answer;
    this.requests.push({ method, path, headers, body, status, stored: answer, at: Date.now() });
    response.writeHead(status, { ...shown, "content-length": Buffer.byteLength(text) });
    response.end(text);
  }
}

async function invoke(method, path, headers, body) {
  const payload = JSON.stringify(event(method, path, headers, body));
  const response = await fetch(INGEST, { method: "POST", body: payload });
  const answer = await response.json();
  if (!answer.statusCode) throw new Error(`no answer of the function: ${JSON.stringify(answer)}`);
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8"),
  };
}

/** A request as a function sees it, payload format 2.0. */
function event(method, target, headers, body) {
  const [path, query = ""] = target.split("?");
  const isText = TEXT.test(headers["content-type"] ?? "") && !headers["content-encoding"];
  const joined = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(",")]);
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: Object.fromEntries(joined),
    requestContext: {
      accountId: "123456789012",
      apiId: "api",
      domainName: "api.example.com",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "198.51.100.1", userAgent: "test" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: `${method} ${path}`,
      stage: "$default",
      timeEpoch: Date.now(),
    },
    body: isText ? body.toString("utf8") : body.toString("base64"),
    isBase64Encoded: !isText,
  };
}

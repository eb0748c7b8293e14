// Amazon Data Firehose as its guide describes the delivery to an HTTP endpoint: what it sends, what it
// takes for a success, what it sends again and what it gives up.
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";

const DOUBLING_UP_TO = 120_000;

/** Delivers records; gives the outcome and each answer with what the contract finds wrong with it. */
export async function deliver(url, { key, records, gzip = false, attributes, retryFor = 10_000 }) {
  const requestId = randomUUID();
  const body = JSON.stringify({
    requestId,
    timestamp: Date.now(),
    records: records.map((data) => ({ data: Buffer.from(data).toString("base64") })),
  });
  const headers = {
    "content-type": "application/json",
    "x-amz-firehose-protocol-version": "1.0",
    "x-amz-firehose-request-id": requestId,
    "x-amz-firehose-source-arn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/logs",
    "x-amz-firehose-access-key": key,
    ...(attributes && {
      "x-amz-firehose-common-attributes": JSON.stringify({ commonAttributes: attributes }),
    }),
    ...(gzip && { "content-encoding": "gzip" }),
  };
  const until = Date.now() + retryFor;
  const attempts = [];
  for (let wait = 1_000; ; wait = Math.min(wait * 2, DOUBLING_UP_TO)) {
    const response = await fetch(`${url}/firehose/logs`, {
      method: "POST",
      headers,
      body: gzip ? gzipSync(body) : body,
      redirect: "manual",
    });
    const { status } = response;
    const text = await response.text();
    const faults = faultsOf(response.headers, text, requestId);
    attempts.push({ status, text, faults });
    if (status === 200 && faults.length === 0) return { outcome: "delivered", requestId, attempts };
    if (status === 413) return { outcome: "dropped", requestId, attempts };
    const jittered = wait * (0.85 + 0.3 * Math.random());
    if (Date.now() + jittered > until) return { outcome: "backed up", requestId, attempts };
    await new Promise((resolve) => setTimeout(resolve, jittered));
  }
}

/** What makes an answer a failure even with the status 200. */
function faultsOf(headers, text, requestId) {
  const faults = [];
  const fault = (wrong, what) => wrong && faults.push(what);
  fault(headers.get("content-type") !== "application/json", "Content-Type");
  fault(headers.has("content-encoding"), "Content-Encoding");
  fault(Number(headers.get("content-length")) !== Buffer.byteLength(text), "Content-Length");
  fault(Buffer.byteLength(text) > 1 << 20, "a body above 1 MiB");
  const body = parsed(text);
  if (!body) return [...faults, "no JSON object"];
  const { requestId: answered, timestamp, errorMessage = "", ...others } = body;
  fault(answered !== requestId, "requestId");
  fault(!Number.isSafeInteger(timestamp) || timestamp < 1, "timestamp");
  fault(typeof errorMessage !== "string" || errorMessage.length > 8192, "errorMessage");
  fault(Object.keys(others).length > 0, "other members");
  return faults;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

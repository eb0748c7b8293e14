// The running Weir, as `credentials.json` describes it.
import { readFileSync } from "node:fs";

const file = process.env.WEIR_CREDENTIALS ?? "../../target/local/credentials.json";

export const weir = JSON.parse(readFileSync(file, "utf8"));

/** What the HTTP API answers to the read & write key. */
export async function read(path) {
  const headers = { authorization: `Bearer ${weir.keys.readWrite}` };
  const response = await fetch(weir.baseUrl + path, { headers });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

/** The user's timeline, oldest first, once it holds that many events; at most a minute. */
export async function timeline(userId, count) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { status, body } = await read(`/profile/${encodeURIComponent(userId)}/events?limit=100`);
    if (status === 200 && body.events.length >= count) return body.events.reverse();
    if (Date.now() > deadline) {
      throw new Error(`after a minute the timeline is ${status} ${JSON.stringify(body)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

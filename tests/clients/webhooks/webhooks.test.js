// Webhooks, verified by the library of the Standard Webhooks specification.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";

import { Webhook } from "standardwebhooks";

import { weir } from "../support/weir.js";

/** A receiver that keeps what it gets and answers the first request of each message with 500. */
async function receiver(t) {
  const received = [];
  const seen = new Set();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    received.push({ headers: request.headers, body });
    const id = request.headers["webhook-id"];
    response.statusCode = seen.has(id) ? 204 : 500;
    seen.add(id);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, received };
}

async function admin(method, path, body) {
  const headers = {
    authorization: `Bearer ${weir.adminApiKey}`,
    "content-type": "application/json",
  };
  const options = { method, headers, body: body && JSON.stringify(body) };
  const response = await fetch(`${weir.baseUrl}/admin/v1/${path}`, options);
  const text = await response.text();
  assert.ok(response.ok, text);
  return text === "" ? null : JSON.parse(text);
}

async function until(count, received) {
  const deadline = Date.now() + 60_000;
  while (received.length < count) {
    assert.ok(Date.now() < deadline, `${received.length} of ${count} webhooks`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("every attempt verifies, with the secret before a rotation and after", async (t) => {
  const { url, received } = await receiver(t);
  const definition = {
    name: "Verified",
    trigger: { type: "api" },
    steps: [
      { id: "tell", type: "webhook", url, body: { text: "Grüße, {{ variables.n }} ✓", n: "{{ variables.n }}" } },
    ],
  };
  const workflow = await admin("POST", "workflows", definition);
  const call = (n) =>
    fetch(`${weir.baseUrl}/workflow/trigger`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${weir.keys.readWrite}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      },
      body: JSON.stringify({ triggerId: workflow.triggerId, userId: "ada", variables: { n } }),
    });
  assert.equal((await call(1)).status, 204);
  // The first answer is 500: the second attempt comes after some 20 seconds.
  await until(2, received);
  const old = new Webhook(workflow.secret);
  for (const { headers, body } of received) {
    assert.deepEqual(old.verify(body, headers), { text: "Grüße, 1 ✓", n: 1 });
  }
  const [first, second] = received;
  assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
  assert.equal(first.body, second.body);

  const overlap = { overlapSeconds: 3600 };
  const rotated = await admin("POST", `workflows/${workflow.id}/secret/rotate`, overlap);
  assert.equal((await call(2)).status, 204);
  await until(3, received);
  const { headers, body } = received[2];
  for (const secret of [workflow.secret, rotated.secret]) {
    assert.equal(new Webhook(secret).verify(body, headers).n, 2);
  }
  const other = new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`);
  assert.throws(() => other.verify(body, headers));
  assert.throws(() => old.verify(`${body} `, headers));
});

// syslog-ng with its HTTP destination pointed at a gateway.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts the daemon; it ends with the test. Gives the port on which it takes messages. */
export async function startDaemon(test, program, gateway, key) {
  const folder = mkdtempSync(join(tmpdir(), "syslog-ng-"));
  const port = await freePort();
  writeFileSync(join(folder, "syslog-ng.conf"), configuration(port, gateway.url, key));
  const file = (name) => join(folder, name);
  const options = [
    "--foreground",
    "--no-caps",
    "--stderr",
    `--cfgfile=${file("syslog-ng.conf")}`,
    `--persist-file=${file("persist")}`,
    `--control=${file("control")}`,
    `--pidfile=${file("pid")}`,
  ];
  const daemon = spawn(program, options, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  daemon.stderr.on("data", (text) => (said += text));
  test.after(async () => {
    daemon.kill();
    if (daemon.exitCode === null) await once(daemon, "exit");
    rmSync(folder, { recursive: true });
  });
  await until(
    () => said.includes("starting up"),
    () => `syslog-ng does not start:\n${said}`,
  );
  return port;
}

/** Sends messages of RFC 5424, each with its length before it, so that a line break may be in one. */
export async function log(port, messages) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  for (const message of messages) socket.write(`${Buffer.byteLength(message)} ${message}`);
  socket.end();
  await once(socket, "close");
}

/** Waits until something holds; at most 30 seconds. */
export async function until(holds, complaint) {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(complaint());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// The destination is the one that docs/sources.md shows, with shorter waits.
function configuration(port, url, key) {
  return `@version: 3.35
options { stats-freq(0); time-reopen(1); frac-digits(6); keep-hostname(yes); log-msg-size(1048576); send-time-zone("+00:00"); };
source applications { syslog(ip("127.0.0.1") port(${port}) transport("tcp")); };
destination weir {
  http(
    url("${url}/json/logs")
    headers("apikey: ${key}", "Content-Type: application/x-ndjson")
    body("$(format-json timestamp=$ISODATE message=$MESSAGE host=$HOST program=$PROGRAM level=$LEVEL .SDATA.*)")
    delimiter("\\n")
    batch-lines(100)
    batch-bytes(3000Kb)
    batch-timeout(300)
    response-action(400 => drop, 413 => drop, 415 => drop)
  );
};
log { source(applications); destination(weir); flags(flow-control); };
`;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

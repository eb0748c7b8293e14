// The event log of the running Weir, read from its table.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { isInteger, parse } from "lossless-json";

const DEV = process.env.WEIR_DEV ?? "../../target/debug/dev";

/** Every stored event of the signal that `holds` takes, by time; integers beyond 2^53 are BigInts.
 * What is stored twice is there twice. */
export async function stored(signal, holds) {
  const options = { maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)(DEV, ["read-log", "--signal", signal], options);
  const lines = stdout.split("\n").filter((line) => line !== "");
  const events = lines.map((line) => parse(line, null, number)).filter(holds);
  return events.sort((one, other) => one.timestamp - other.timestamp);
}

/** The text of a number as a value that is equal to it. */
export function number(text) {
  return isInteger(text) && !Number.isSafeInteger(Number(text)) ? BigInt(text) : Number(text);
}

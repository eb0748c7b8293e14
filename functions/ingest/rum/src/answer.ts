// What an answer means for the events of its request.
import { say } from "./say.ts";

/** Milliseconds: the least and the most to wait before sending again. */
const FIRST = 1_000;
const LONGEST = 5 * 60_000;
/** The most that Weir may ask for. */
export const MAX_WAIT = 60 * 60_000;

/** Whether the same events may be sent again: the network failed (no status), or Weir is busy. */
export function isTemporary(status: number): boolean {
  return !status || status == 408 || status == 429 || status >= 500;
}

/**
 * How long to wait after so many failures in a row, in milliseconds: longer each time, at least as long
 * as `Retry-After` says (seconds or a date), and never the same for all browsers.
 */
export function waitAfter(failures: number, retryAfter: string | null, now: number): number {
  const seconds = Number(retryAfter);
  const asked = seconds >= 0 ? seconds * 1_000 : Date.parse(retryAfter!) - now || 0;
  const step = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 9));
  return Math.min(MAX_WAIT, Math.max(0, asked)) + step * (0.5 + Math.random() / 2);
}

interface Told {
  refused?: { path: string; message: string }[];
  error?: { message: string };
}

/** Says on the console what was refused, and why. */
export async function explain(response: Response): Promise<void> {
  const { refused = [], error }: Told = await response.json().catch(() => ({}));
  if (!response.ok) say(`events were dropped: ${response.status} ${error?.message ?? ""}`);
  // The place in the batch says nothing to whoever reads it.
  for (const { path, message } of refused) say(`an event was refused: ${path.replace(/.*]\.?/, "")} ${message}`);
}

// Events on their way, kept until Weir has said that it has them.
//
// Each event is an entry of its own, written once and removed once, so tabs cannot lose each other's.
// A batch keeps its borders until it is done: a batch that is sent again is the same request.
import type { Ids } from "./visitor.ts";
import { say } from "./say.ts";
import type { Shelf } from "./shelf.ts";

/** What is kept at most, in events and characters; the oldest go first. */
const MAX_EVENTS = 500;
const MAX_CHARACTERS = 500_000;
/** What one request takes at most; browsers let requests outlive their page up to 64 KB. */
const BATCH_EVENTS = 50;
const BATCH_BYTES = 60_000;

export interface RumEvent extends Ids {
  readonly type: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The path of the page. */
  readonly page: string;
  /** The id of the page view that it belongs to. */
  readonly view?: string | undefined;
  readonly attributes: object;
}

/** The names of entries. */
export type Batch = readonly string[];

export interface Queue {
  add(event: RumEvent): void;
  /** The batch to send next: one that was sent before, else a new one. */
  next(): Batch | undefined;
  /** A new batch, of events that are in no other; undefined where there is none. */
  fresh(): Batch | undefined;
  /** The body of the request for a batch. */
  body(batch: Batch): string;
  remove(batch: Batch): void;
}

export function makeQueue(shelf: Shelf, session: object): Queue {
  const entries = () => shelf.names().filter((name) => name.startsWith("e"));
  const text = (name: string) => shelf.get(name) ?? "";

  /** The batches begun, without events that are done with. */
  const begun = (): string[][] => {
    const present = new Set(entries());
    const stored = (shelf.get("batches") ?? "").split(";").map((batch) => batch.split(","));
    return stored.map((batch) => batch.filter((name) => present.has(name))).filter((batch) => batch.length);
  };
  const note = (batches: Batch[]) => shelf.set("batches", batches.join(";"));

  const fresh = () => {
    const batches = begun();
    const taken = new Set(batches.flat());
    const batch: string[] = [];
    let bytes = body(batch).length;
    for (const name of entries().filter((name) => !taken.has(name))) {
      bytes += sizeOf(text(name)) + 1;
      if (batch.length == BATCH_EVENTS || (bytes > BATCH_BYTES && batch.length)) break;
      batch.push(name);
    }
    if (!batch.length) return;
    note([...batches, batch]);
    return batch;
  };

  const body = (batch: Batch) => {
    const events = batch.map(text).filter(Boolean).join();
    return `{"sessionAttributes":${JSON.stringify(session)},"events":[${events}]}`;
  };

  const remove = (batch: Batch) => {
    batch.forEach(shelf.remove);
    note(begun());
  };

  return {
    add(event) {
      let json;
      try {
        json = JSON.stringify(event);
      } catch {
        return say(`${event.type} was dropped: its attributes are no JSON`);
      }
      if (sizeOf(json) > BATCH_BYTES - 2_000) return say(`${event.type} was dropped: it is larger than 58 KB`);
      shelf.set("e" + event.id, json);
      let characters = 0;
      entries()
        .reverse()
        .forEach((name, count) => {
          characters += text(name).length;
          if (count < MAX_EVENTS && characters <= MAX_CHARACTERS) return;
          shelf.remove(name);
          say("the queue was full: the oldest events were dropped");
        });
    },
    next: () => begun()[0] ?? fresh(),
    fresh,
    body,
    remove,
  };
}

/** Bytes on the wire. */
const sizeOf = (json: string) => new TextEncoder().encode(json).length;

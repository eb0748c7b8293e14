// What happened becomes an event in the queue.
import type { Delivery } from "./delivery.ts";
import { eventId } from "./ids.ts";
import type { Queue } from "./queue.ts";
import type { Visitor } from "./visitor.ts";

/** Notes an event and gives its id. */
export type RecordEvent = (type: string, attributes: object) => string;

export interface Recorder {
  record: RecordEvent;
  /** The same, for the page view of that id. */
  recordIn(view: string | undefined, type: string, attributes: object): string;
  /** The id of the page view that what happens now belongs to. */
  view?: string;
}

export function makeRecorder(queue: Queue, visitor: Visitor, delivery: Delivery): Recorder {
  const recorder: Recorder = {
    record: (type, attributes) => recorder.recordIn(recorder.view, type, attributes),
    recordIn(view, type, attributes) {
      const timestamp = Date.now();
      const id = eventId(timestamp);
      queue.add({ type, id, timestamp, ...visitor.ids(timestamp), page: page(), view, attributes });
      delivery.soon();
      return id;
    },
  };
  return recorder;
}

/** The path of the page, with a route in its fragment. What else an address holds may be private. */
export function page(): string {
  return location.pathname + (/^#!?\//.test(location.hash) ? location.hash.split("?")[0] : "");
}

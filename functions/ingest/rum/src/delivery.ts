// Events to Weir: in batches, one request at a time over all tabs, as patient as Weir asks.
import { explain, isTemporary, MAX_WAIT, waitAfter } from "./answer.ts";
import { guarded } from "./guard.ts";
import type { Batch, Queue } from "./queue.ts";
import type { Shelf } from "./shelf.ts";
import type { Tag } from "./tag.ts";

/** Milliseconds for which events gather. */
const GATHER = 1_000;
/** Milliseconds after which no answer will come. */
const PATIENCE = 30_000;

export interface Delivery {
  /** Sends within a second. */
  soon(): void;
  /** Sends now, unless Weir asked to wait. */
  flush(): void;
  /** Sends now, for the network is back. */
  resume(): void;
  /** Sends what a page that is left still has. Weir's answer is lost, so the next page sends it again. */
  beacon(): void;
}

export function makeDelivery(tag: Tag, queue: Queue, shelf: Shelf): Delivery {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  /** Until when a failed network is left alone. Weir's own wish holds for later pages, too. */
  let quietUntil = 0;
  let isBusy = false;
  /** Whether a request is under way that goes on without the page. */
  let isKeptAlive = false;

  const pause = () => {
    const asked = Math.min(Number(shelf.get("until")), Date.now() + MAX_WAIT);
    return Math.max(asked, quietUntil) - Date.now();
  };

  const wait = (millis: number) => {
    clearTimeout(timer);
    timer = setTimeout(flush, millis);
  };

  const send = async (batch: Batch) => {
    // Other scripts may have used up what the browser lets outlive the page: next time without.
    const keepalive = (isKeptAlive = !failures);
    try {
      return await fetch(tag.url, {
        method: "POST",
        body: queue.body(batch),
        keepalive,
        credentials: "omit",
        signal: AbortSignal.timeout?.(PATIENCE) ?? null,
      });
    } catch {
      // Offline, or cut off.
    } finally {
      isKeptAlive = false;
    }
  };

  const drain = async () => {
    try {
      for (let batch; pause() <= 0 && (batch = queue.next()); ) {
        const response = await send(batch);
        const status = response?.status ?? 0;
        if (isTemporary(status)) {
          const until = Date.now() + waitAfter(++failures, response?.headers.get("retry-after") ?? null, Date.now());
          if (status) shelf.set("until", `${until}`);
          else quietUntil = until;
        } else {
          failures = 0;
          queue.remove(batch);
          explain(response!);
        }
      }
      if (pause() > 0) wait(pause());
    } finally {
      isBusy = false;
    }
  };

  const flush = guarded(() => {
    clearTimeout(timer);
    timer = undefined;
    if (isBusy) return;
    isBusy = true;
    const locked = navigator.locks?.request("weir", drain) ?? drain();
    // A page without an origin of its own gets no lock, and has no other tab to mind.
    locked.catch(drain).catch(() => {});
  });

  return {
    soon() {
      if (!timer) wait(GATHER);
    },
    flush,
    resume() {
      quietUntil = 0;
      flush();
    },
    beacon() {
      if (pause() > 0 && shelf.isDurable()) return;
      const batch = isKeptAlive ? queue.fresh() : queue.next();
      if (batch) navigator.sendBeacon(tag.url, queue.body(batch));
    },
  };
}

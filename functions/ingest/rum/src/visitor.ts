// Who is on the page: a browser, a visit, and a user once the page says so.
import { randomHex } from "./ids.ts";
import type { Shelf } from "./shelf.ts";

/** Milliseconds without an event after which a visit is over. */
const IDLE = 30 * 60_000;

export interface Ids {
  readonly anonymousId: string;
  readonly sessionId: string;
  readonly userId?: string | undefined;
}

export interface Visitor {
  /** The ids of an event that happens now. */
  ids(now: number): Ids;
  /** From now on it is this user. A browser that was another user's is a new one from here on. */
  identify(userId: string): void;
  /** From now on it is somebody new. */
  reset(): void;
}

/** All tabs of a site share a visitor. */
export function makeVisitor(shelf: Shelf): Visitor {
  const reset = () => ["anonymous", "session", "user"].forEach(shelf.remove);
  const anonymousId = () => {
    const known = shelf.get("anonymous") ?? randomHex(16);
    shelf.set("anonymous", known);
    return known;
  };
  return {
    ids(now) {
      const [known, last] = (shelf.get("session") ?? "").split(" ");
      const goes = known && now - Number(last) < IDLE;
      const sessionId = goes ? known : randomHex(16);
      shelf.set("session", `${sessionId} ${now}`);
      return { anonymousId: anonymousId(), sessionId, userId: shelf.get("user") ?? undefined };
    },
    identify(userId) {
      if ((shelf.get("user") ?? userId) != userId) reset();
      shelf.set("user", userId);
    },
    reset,
  };
}

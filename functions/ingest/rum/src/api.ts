// What pages call: `weir.track`, `weir.identify`, `weir.reset`.
import { guarded } from "./guard.ts";
import type { RecordEvent } from "./recorder.ts";
import { say } from "./say.ts";
import type { Visitor } from "./visitor.ts";

export interface Api {
  /** Something of the page's own happened. */
  track(name: string, attributes?: object): void;
  /** The visitor is this user, with these properties of the profile. */
  identify(userId: string, properties?: object): void;
  /** The visitor has logged out: what follows is somebody else's. */
  reset(): void;
}

/** A call made before the script was there: its name and what it was given. */
type Call = [keyof Api, ...never[]];

/** `window.weir`, first the page's own stub and then this. */
export type Handle = Partial<Api> & { queue?: { push(call: Call): unknown }; isRunning?: true };

export function makeApi(record: RecordEvent, visitor: Visitor): Api {
  return {
    track(name, attributes = {}) {
      if (!name) return say("track needs a name");
      record(`${name}`, attributes);
    },
    identify(userId, properties = {}) {
      if (!userId) return say("identify needs a user id");
      visitor.identify(`${userId}`);
      record("identify", properties);
    },
    reset: visitor.reset,
  };
}

/** Puts the calls where the page expects them, after those that it made already. */
export function replay(api: Api): void {
  const handle: Handle = (window.weir ??= {});
  const early = handle.queue as Call[] | undefined;
  const push = guarded(([name, ...given]: Call) => (api[name] as (...given: never[]) => void)(...given));
  // The same object: the page may hold it already.
  for (const name of ["track", "identify", "reset"] as const) {
    handle[name] = (...given: unknown[]) => push([name, ...given] as Call);
  }
  handle.queue = { push };
  handle.isRunning = true;
  early?.forEach(push);
}

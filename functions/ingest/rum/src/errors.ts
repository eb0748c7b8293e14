// Errors that nobody caught.
import { on } from "./guard.ts";
import type { RecordEvent } from "./recorder.ts";
import { frames } from "./stack.ts";

/** Of one page: an error in a loop is known after these. */
const MAX_ERRORS = 50;
const MAX_CHARACTERS = 1_000;

export function watchErrors(record: RecordEvent): void {
  let count = 0;
  const note = (thrown: unknown, message: string, stack: object[]) => {
    if (++count > MAX_ERRORS) return;
    const error = (thrown ?? {}) as Partial<Error>;
    record("exception", {
      error_type: error.name ?? typeof thrown,
      error_message: `${error.message ?? message}`.slice(0, MAX_CHARACTERS),
      error_handled: false,
      error_stacktrace: error.stack ? frames(`${error.stack}`) : stack,
    });
  };
  on<ErrorEvent>(window, "error", ({ error, message, filename, lineno, colno }) => {
    // Without a message it is a picture or a script that did not load.
    if (message) note(error, message, [{ filename, lineno, colno }]);
  });
  on<PromiseRejectionEvent>(window, "unhandledrejection", ({ reason }) => note(reason, `${reason}`, []));
}

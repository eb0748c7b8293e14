// The script that a page embeds: what happens on the page becomes events, and events reach Weir.
import { makeApi, replay } from "./api.ts";
import { watchClicks } from "./clicks.ts";
import { makeDelivery } from "./delivery.ts";
import { watchErrors } from "./errors.ts";
import { guarded, on } from "./guard.ts";
import { watchPages } from "./pages.ts";
import { isRefused } from "./privacy.ts";
import { makeQueue } from "./queue.ts";
import { makeRecorder } from "./recorder.ts";
import { say } from "./say.ts";
import { openShelf } from "./shelf.ts";
import { readTag } from "./tag.ts";
import { makeVisitor } from "./visitor.ts";
import { watchVitals } from "./vitals.ts";

const start = guarded(() => {
  const tag = readTag();
  const shelf = openShelf("weir.");
  if (isRefused()) {
    // Also what is there from before the visitor said so.
    shelf.names().forEach(shelf.remove);
    return replay({ track() {}, identify() {}, reset() {} });
  }
  if (!tag) return say("the script tag needs data-key");
  if (window.weir?.isRunning) return;

  const visitor = makeVisitor(shelf);
  const lane = openShelf(`weir.${tag.lane}.`);
  const queue = makeQueue(lane, tag.session);
  const delivery = makeDelivery(tag, queue, lane);
  const recorder = makeRecorder(queue, visitor, delivery);
  const { record } = recorder;

  // First the page view: what follows belongs to it. A page may have locked its history.
  if (tag.captures("pages")) guarded(watchPages)(recorder);
  replay(makeApi(record, visitor));
  if (tag.captures("errors")) watchErrors(record);
  if (tag.captures("clicks")) watchClicks(record);
  let report = () => {};

  // A page that is left is first hidden or first gone: that differs, and either may be the only one.
  let isLeaving = false;
  on(document, "visibilitychange", () => {
    if (document.visibilityState == "hidden" && !isLeaving) {
      report();
      delivery.flush();
    }
  });
  on(window, "pagehide", () => {
    isLeaving = true;
    report();
    delivery.beacon();
  });
  on<PageTransitionEvent>(window, "pageshow", ({ persisted }) => {
    isLeaving = false;
    if (persisted) delivery.flush();
  });
  on(window, "online", delivery.resume);
  // What an earlier page left.
  delivery.soon();
  if (tag.captures("vitals")) report = watchVitals(recorder);
});

// A page that is rendered in advance may never be seen.
if (document.prerendering) on(document, "prerenderingchange", start);
else start();

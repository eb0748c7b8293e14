// Web vitals: how soon the page answered, was painted, stood still and followed its visitor.
import { makeInteractions } from "./interactions.ts";
import { on } from "./guard.ts";
import type { Recorder } from "./recorder.ts";
import { makeShifts, type Shift } from "./shifts.ts";

/** Milliseconds below which an interaction is too quick to count. */
const NOTICED = 40;

/** Measures; the function that it gives records what is new since it was last called. */
export function watchVitals(recorder: Recorder): () => void {
  const values: { [name: string]: number } = {};
  const pending: (() => void)[] = [];
  const shifts = makeShifts();
  const interactions = makeInteractions();
  let hiddenAt = document.visibilityState == "hidden" ? 0 : Infinity;
  // That of the load, also after the page has changed its address.
  const { view } = recorder;
  let reported: string | undefined;

  on(document, "visibilitychange", (event) => (hiddenAt = Math.min(hiddenAt, event.timeStamp)));

  const observe = <E extends PerformanceEntry>(type: string, take: (entry: E) => void) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return false;
    const each = (entries: PerformanceEntry[]) => entries.forEach((entry) => take(entry as E));
    const observer = new PerformanceObserver((list) => each(list.getEntries()));
    observer.observe({ type, buffered: true, durationThreshold: NOTICED } as PerformanceObserverInit);
    return pending.push(() => each(observer.takeRecords()));
  };

  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const sinceStart = (time: number) => Math.max(0, Math.round(time - (navigation?.activationStart ?? 0)));
  /** A page that lies in the background is not painted: what comes later measures its visitor. */
  const whenSeen = (name: string) => (entry: PerformanceEntry) => {
    if (entry.startTime < hiddenAt) values[name] = sinceStart(entry.startTime);
  };

  if (navigation) values.TTFB = sinceStart(navigation.responseStart);
  const painted = whenSeen("FCP");
  observe("paint", (entry) => entry.name == "first-contentful-paint" && painted(entry));
  observe("largest-contentful-paint", whenSeen("LCP"));
  if (observe<Shift>("layout-shift", (entry) => (values.CLS = shifts.add(entry)))) values.CLS = 0;
  observe("first-input", interactions.add);
  observe("event", interactions.add);

  return () => {
    pending.forEach((take) => take());
    const slowest = interactions.slowest();
    if (slowest != undefined) values.INP = slowest;
    const json = JSON.stringify(values);
    if (json == reported) return;
    reported = json;
    recorder.recordIn(view, "web_vitals", values);
  };
}

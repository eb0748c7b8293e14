/** Milliseconds: shifts closer than the gap belong together, for as long as a burst may last. */
const GAP = 1_000;
const BURST = 5_000;

export interface Shift extends PerformanceEntry {
  readonly value: number;
  /** The visitor has just done something: then a shift is no surprise. */
  readonly hadRecentInput: boolean;
}

/** Cumulative layout shift: the worst burst of shifts. */
export function makeShifts() {
  let worst = 0;
  let sum = 0;
  let first = -Infinity;
  let last = -Infinity;
  return {
    /** Gives the worst burst so far. */
    add({ startTime, value, hadRecentInput }: Shift): number {
      if (!hadRecentInput) {
        if (startTime - last >= GAP || startTime - first >= BURST) {
          sum = 0;
          first = startTime;
        }
        last = startTime;
        sum += value;
        worst = Math.max(worst, sum);
      }
      return Math.round(worst * 1e4) / 1e4;
    },
  };
}

export interface EventTiming extends PerformanceEntry {
  /** The same for all events of an interaction; 0 for others. */
  readonly interactionId: number;
}

/** Interaction to next paint: the 98th percentile of the interactions, the slowest one below 50. */
export function makeInteractions() {
  /** Of those that were slow enough to be told of. */
  const durations = new Map<number, number>();
  return {
    add({ interactionId: id, duration }: EventTiming): void {
      if (id) durations.set(id, Math.max(duration, durations.get(id) ?? 0));
    },
    /** Milliseconds; undefined where there was none. */
    slowest(): number | undefined {
      const slowestFirst = [...durations.values()].sort((one, other) => other - one);
      const all = performance.interactionCount ?? durations.size;
      return slowestFirst[Math.min(slowestFirst.length - 1, Math.floor(all / 50))];
    },
  };
}

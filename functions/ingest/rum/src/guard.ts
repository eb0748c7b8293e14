// Nothing that goes wrong here may reach the page.

/** The function, with its errors swallowed. */
export function guarded<A extends unknown[]>(act: (...given: A) => void): (...given: A) => void {
  return (...given) => {
    try {
      act(...given);
    } catch {
      // A page does not fail because it is measured.
    }
  };
}

/** Listens before everybody else, and never gets in the way. */
export function on<E extends Event>(target: EventTarget, type: string, act: (event: E) => void): void {
  target.addEventListener(type, guarded(act) as EventListener, { capture: true, passive: true });
}

// What outlives the page: the browser's storage, or memory where that is full or switched off.

export interface Shelf {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  /** In order. */
  names(): string[];
  /** Whether all of it outlives the page. */
  isDurable(): boolean;
}

/** The part of the storage whose names begin with the prefix. */
export function openShelf(prefix: string): Shelf {
  const memory = new Map<string, string>();
  let storage: Storage | null = null;
  try {
    storage = localStorage;
  } catch {
    // Switched off: then reading the variable throws.
  }
  return {
    get: (name) => memory.get(name) ?? storage?.getItem(prefix + name) ?? null,
    set(name, value) {
      memory.set(name, value);
      try {
        storage!.setItem(prefix + name, value);
        memory.delete(name);
      } catch {
        // Full, or none.
      }
    },
    remove(name) {
      memory.delete(name);
      storage?.removeItem(prefix + name);
    },
    names() {
      const stored = Object.keys(storage ?? {}).filter((name) => name.startsWith(prefix));
      return [...stored.map((name) => name.slice(prefix.length)), ...memory.keys()].sort();
    },
    isDurable: () => !memory.size,
  };
}

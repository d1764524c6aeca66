/** Counts things by name. */
export interface Counter {
  add(name: string): void;
  remove(name: string): void;
  total(): number;
  /** By name; a name with none is left out. */
  counts(): Record<string, number>;
}

export function createCounter(): Counter {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    add(name) {
      total += 1;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    remove(name) {
      const left = (counts.get(name) ?? 0) - 1;
      if (left < 0) return;
      total -= 1;
      if (left === 0) counts.delete(name);
      else counts.set(name, left);
    },
    total: () => total,
    counts: () => Object.fromEntries(counts),
  };
}

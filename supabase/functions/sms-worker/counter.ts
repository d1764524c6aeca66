/** How many of each there are. */
export interface Counter {
  add(name: string): void;
  remove(name: string): void;
  total(): number;
  /** Only those there are. */
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

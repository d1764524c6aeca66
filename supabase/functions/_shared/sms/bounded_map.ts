export interface MapOptions {
  /** How many at once. */
  readonly concurrency: number;
  /** Asked before each item: whether one more may be begun. */
  mayStart?(): boolean;
}

/**
 * `work` on every item, a few at a time, its results in the items' order; undefined for what was not begun any more.
 * The first failure rejects, and nothing is begun after it.
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  { concurrency, mayStart = () => true }: MapOptions,
  work: (item: Item) => Promise<Result>,
): Promise<(Result | undefined)[]> {
  const results: (Result | undefined)[] = items.map(() => undefined);
  const waiting = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of waiting) {
      if (failed || !mayStart()) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}

export interface MapOptions {
  /** How many at once. */
  readonly concurrency: number;
  /** Asked before each item: whether it may be begun. */
  mayStart?(): boolean;
}

/**
 * Runs `work` on every item, a few at a time. The results are in the items' order; undefined for an item that was not
 * begun. The first failure rejects, and no further item is begun.
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

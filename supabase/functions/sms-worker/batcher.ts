export interface BatcherOptions<Item> {
  /** Hands over up to `size` items. Must not throw. */
  flush(items: Item[]): Promise<void>;
  /** Whether more items may come soon. If none can, a batch does not wait to be fuller. */
  expectsMore(): boolean;
  readonly size: number;
  /** Resolves when an item has waited long enough for company. */
  waitForCompany(): Promise<void>;
}

/**
 * Collects results that arrive one by one and hands them on in small batches: at once when a batch is full or no
 * other result is expected, else after a moment.
 *
 * @returns a function that takes an item and resolves when it was handed over
 */
export function createBatcher<Item>(options: BatcherOptions<Item>): (item: Item) => Promise<void> {
  let batch: { items: Item[]; handedOver: Promise<void>; leave: () => void } | undefined;

  const open = () => {
    const items: Item[] = [];
    const departure = Promise.withResolvers<void>();
    const started = { items, handedOver: Promise.resolve(), leave: departure.resolve };
    started.handedOver = Promise.race([departure.promise, options.waitForCompany()]).then(async () => {
      if (batch === started) batch = undefined;
      await options.flush(items);
    });
    return started;
  };

  return (item) => {
    const current = batch ??= open();
    current.items.push(item);
    if (current.items.length >= options.size || !options.expectsMore()) {
      batch = undefined;
      current.leave();
    }
    return current.handedOver;
  };
}

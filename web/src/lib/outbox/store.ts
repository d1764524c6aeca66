import { type Outgoing, parseOutgoing } from "./outgoing.ts";

/** What a store needs of a tab. */
export interface Tab extends Pick<EventTarget, "addEventListener" | "removeEventListener"> {
  readonly localStorage: Storage;
}

/** A `StorageEvent`, where types of the DOM are and where they are not. */
interface StorageChange extends Event {
  readonly key: string | null;
  readonly newValue: string | null;
}

/**
 * What is on its way from this browser: an entry a text in `localStorage`, so that it outlives the page and its other
 * tabs know. Each tab writes only what it changes, and hears of the rest: what another tab has sent must not come back.
 */
export class OutboxStore {
  #items: readonly Outgoing[];
  readonly #listeners = new Set<() => void>();
  readonly #prefix: string;

  constructor(userId: string, private readonly tab: Tab = globalThis) {
    this.#prefix = `sms.outbox.${userId}.`;
    this.#items = this.#read();
  }

  /** In the order of writing. */
  get items(): readonly Outgoing[] {
    return this.#items;
  }

  get(key: string): Outgoing | undefined {
    return this.#items.find((item) => item.key === key);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  put(item: Outgoing): void {
    this.#show([...this.#without(item.key), item]);
    this.#quietly((storage) => storage.setItem(this.#prefix + item.key, JSON.stringify(item)));
  }

  remove(key: string): void {
    this.#show(this.#without(key));
    this.#quietly((storage) => storage.removeItem(this.#prefix + key));
  }

  /** Hears of what other tabs change, and tells what they put. */
  follow(onPut: (item: Outgoing) => void): () => void {
    const onStorage = (event: Event) => {
      const { key: name, newValue } = event as StorageChange;
      // All of it was cleared.
      if (name === null) return this.#show(this.#read());
      if (!name.startsWith(this.#prefix)) return;
      const item = parseOutgoing(newValue);
      const others = this.#without(name.slice(this.#prefix.length));
      this.#show(item ? [...others, item] : others);
      if (item) onPut(item);
    };
    this.tab.addEventListener("storage", onStorage);
    return () => this.tab.removeEventListener("storage", onStorage);
  }

  #without(key: string): readonly Outgoing[] {
    return this.#items.filter((item) => item.key !== key);
  }

  #show(items: readonly Outgoing[]): void {
    this.#items = items.toSorted(byTime);
    for (const listener of this.#listeners) listener();
  }

  #read(): readonly Outgoing[] {
    return this.#quietly((storage) =>
      Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "")
        .filter((name) => name.startsWith(this.#prefix))
        .map((name) => parseOutgoing(storage.getItem(name)))
        .filter((item) => item !== null)
        .sort(byTime)
    ) ?? [];
  }

  /** Where storage is switched off or full, a text is sent all the same, and only a reload would lose it. */
  #quietly<T>(use: (storage: Storage) => T): T | undefined {
    try {
      return use(this.tab.localStorage);
    } catch {
      return undefined;
    }
  }
}

const byTime = (a: Outgoing, b: Outgoing) => Date.parse(a.at) - Date.parse(b.at);

import type { Client } from "../backend.ts";
import { growingPauses, pauseOrOnline } from "../pause.ts";
import { attempt, type SentMessage } from "./attempt.ts";
import { isKeyForgotten, KEY_FORGOTTEN, type Outgoing, outgoing, type Written } from "./outgoing.ts";
import { OutboxStore, type Tab } from "./store.ts";

export interface OutboxOptions {
  readonly client: Client;
  readonly userId: string;
  readonly tab?: Tab;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Told the stored row, or null where only the server has it. */
export type OnSent = (outgoing: Outgoing, message: SentMessage | null) => void;

/** As long as this, a text of another tab is that tab's own affair. */
const TAKE_OVER_MS = 30_000;

/**
 * Sends what is on its way from this browser. Texts of one conversation leave in the order in which they were written;
 * each is repeated, with its key, until there is an answer.
 *
 * Tabs take no lock against each other: one that is asleep in the background would keep it. What a tab writes it sends;
 * another one tries it when it is still there later, because the tab may be gone, or when a text of its own comes after
 * it. If two send it at the same moment all the same, after a restart of the browser for example, they do so with the
 * same key, and the server lets one of them through (`sms_private.once()`).
 */
export class Outbox {
  readonly #store: OutboxStore;
  readonly #sentListeners = new Set<OnSent>();
  /** Keys of what this tab is to send. */
  readonly #own = new Set<string>();
  /** The conversations it is sending for. */
  readonly #sending = new Set<string>();
  readonly #pause: (milliseconds: number) => Promise<void>;
  #stopped = false;

  constructor(private readonly options: OutboxOptions) {
    this.#store = new OutboxStore(options.userId, options.tab);
    this.#pause = options.pause ?? pauseOrOnline;
  }

  get items(): readonly Outgoing[] {
    return this.#store.items;
  }

  subscribe = (listener: () => void): () => void => this.#store.subscribe(listener);

  onSent(listener: OnSent): () => void {
    this.#sentListeners.add(listener);
    return () => void this.#sentListeners.delete(listener);
  }

  /** Sends what is still there from before. */
  start(): () => void {
    this.#stopped = false;
    const unfollow = this.#store.follow((item) => {
      void this.#pause(TAKE_OVER_MS).then(() => this.#send(item));
    });
    for (const item of this.items) this.#send(item);
    return () => {
      this.#stopped = true;
      unfollow();
    };
  }

  add(written: Written): void {
    const item = outgoing(written);
    this.#store.put(item);
    this.#send(item);
  }

  /**
   * Tries a refused one again, with its key: what was refused was not stored. Only where the server has forgotten the
   * key it is sent as a new one; then the person has looked whether it is there, up to that text.
   */
  retry(key: string, lastSeq: number): void {
    const item = this.#store.get(key);
    if (!item) return;
    const { refused, ...again } = item;
    if (refused === KEY_FORGOTTEN) {
      this.add({ ...again, afterSeq: lastSeq });
      return this.discard(key);
    }
    this.#store.put(again);
    this.#send(again);
  }

  discard(key: string): void {
    this.#store.remove(key);
    this.#own.delete(key);
  }

  discardAll(): void {
    for (const { key } of this.items) this.discard(key);
  }

  /** Those of a conversation that is gone: nobody gets to see its thread any more, where each has its button. */
  discardThread(id: string): void {
    for (const { key, conversationId } of this.items) if (conversationId === id) this.discard(key);
  }

  #send({ key, conversationId }: Outgoing): void {
    this.#own.add(key);
    void this.#drain(conversationId);
  }

  async #drain(conversationId: string): Promise<void> {
    if (this.#sending.has(conversationId)) return;
    this.#sending.add(conversationId);
    try {
      for (let next = this.#next(conversationId); next; next = this.#next(conversationId)) {
        await this.#deliver(next);
      }
    } finally {
      this.#sending.delete(conversationId);
    }
  }

  /** The first of all that wait, as long as one of this tab's own does: also another tab's text before it goes before it. */
  #next(conversationId: string): Outgoing | undefined {
    const due = this.items.filter((item) => item.conversationId === conversationId && this.#isDue(item.key));
    return due.some(({ key }) => this.#own.has(key)) ? due[0] : undefined;
  }

  /** Not when somebody, perhaps in another tab, has sent or discarded it, or it waits for a person. */
  #isDue(key: string): boolean {
    const item = this.#store.get(key);
    return !this.#stopped && item !== undefined && item.refused === undefined;
  }

  /** Until it is answered for, one way or the other. */
  async #deliver(item: Outgoing): Promise<void> {
    for (const pause of growingPauses()) {
      if (!this.#isDue(item.key)) return;
      if (isKeyForgotten(item)) return this.#refuse(item, KEY_FORGOTTEN);
      const tried = await attempt(this.options.client, item);
      if (tried.outcome === "stored") return this.#sent(item, tried.message);
      if (tried.outcome === "refused") return this.#refuse(item, tried.reason);
      await this.#pauseWhileDue(item.key, Math.max(pause, tried.retryAfterMs));
    }
  }

  /** Those behind it need not wait any longer than it is there. */
  async #pauseWhileDue(key: string, milliseconds: number): Promise<void> {
    const { promise: notDue, resolve } = Promise.withResolvers<void>();
    const unsubscribe = this.subscribe(() => void (this.#isDue(key) || resolve()));
    await Promise.race([this.#pause(milliseconds), notDue]);
    unsubscribe();
  }

  #sent(item: Outgoing, message: SentMessage | null): void {
    for (const listener of this.#sentListeners) listener(item, message);
    this.discard(item.key);
  }

  #refuse(item: Outgoing, refused: string): void {
    if (this.#store.get(item.key)) this.#store.put({ ...item, refused });
  }
}

import type { SendResponse } from "../../../supabase/functions/_shared/contract_send.ts";
import { invoke } from "./api.ts";
import type { Client } from "./backend.ts";
import { ApiError } from "./errors.ts";

/** A text that somebody sent and no server has answered for yet. */
export interface Outgoing {
  /** The Idempotency-Key: repeated as often as it takes, it is sent once. */
  readonly key: string;
  readonly conversationId: string;
  readonly body: string;
  /** When it was written. */
  readonly at: string;
  /** The newest text of the conversation then: what is stored of this one comes after it. */
  readonly afterSeq: number;
  /** Why it was not taken; then it waits for a person. */
  readonly refused?: string;
}

type Message = SendResponse["message"];

export interface OutboxOptions {
  readonly client: Client;
  readonly userId: string;
  /** Called with the stored row, when the server has one. */
  readonly onSent: (outgoing: Outgoing, message: Message | null) => void;
  readonly storage?: Storage;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A refusal that ends later than this is shown, rather than waited for. */
const LONGEST_WAIT_S = 60;

/**
 * What is on its way from this browser, kept over reloads. Texts of one conversation leave in the order in which they
 * were written; each is repeated, with its key, until there is an answer.
 */
export class Outbox {
  #items: readonly Outgoing[] = [];
  #listeners = new Set<() => void>();
  #sending = new Set<string>();
  #stopped = false;

  constructor(private readonly options: OutboxOptions) {
    this.#items = this.#read();
  }

  get items(): readonly Outgoing[] {
    return this.#items;
  }

  subscribe = (listener: () => void): () => void => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Sends what is still there from before. */
  start(): () => void {
    this.#stopped = false;
    for (const { conversationId } of this.#items) void this.#drain(conversationId);
    return () => void (this.#stopped = true);
  }

  add(text: Pick<Outgoing, "conversationId" | "body" | "afterSeq">): void {
    this.#change([...this.#items, { ...text, key: crypto.randomUUID(), at: new Date().toISOString() }]);
    void this.#drain(text.conversationId);
  }

  /** Tries a refused one again, with its key: what was refused was not stored. */
  retry(key: string): void {
    const item = this.#items.find((item) => item.key === key);
    if (!item) return;
    const { refused: _, ...again } = item;
    this.#replace(key, again);
    void this.#drain(item.conversationId);
  }

  discard(key: string): void {
    this.#change(this.#items.filter((item) => item.key !== key));
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

  #next(conversationId: string): Outgoing | undefined {
    if (this.#stopped) return undefined;
    return this.#items.find((item) => item.conversationId === conversationId && item.refused === undefined);
  }

  /** Until it is answered for, one way or the other. */
  async #deliver(item: Outgoing): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !this.#stopped; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        const { message } = await this.#send(item);
        return this.#sent(item, message);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // The carrier refused it: it is stored, as failed, and the thread says why.
        if (error.more.details?.message_id) return this.#sent(item, null);
        const { retryAfter = 0 } = error.more;
        if (!error.isPassing || retryAfter > LONGEST_WAIT_S) {
          return this.#replace(item.key, { ...item, refused: error.message });
        }
        await pauseOrOnline(Math.max(pause, retryAfter * 1_000));
      }
    }
  }

  #send({ key, conversationId, body }: Outgoing): Promise<SendResponse> {
    return invoke<SendResponse>(this.options.client, "sms-send", {
      method: "POST",
      headers: { "Idempotency-Key": key },
      body: { conversation_id: conversationId, body },
    });
  }

  #sent(item: Outgoing, message: Message | null): void {
    this.options.onSent(item, message);
    this.discard(item.key);
  }

  #replace(key: string, by: Outgoing): void {
    this.#change(this.#items.map((item) => item.key === key ? by : item));
  }

  #change(items: readonly Outgoing[]): void {
    const gone = this.#items.filter(({ key }) => !items.some((item) => item.key === key));
    this.#items = items;
    this.#write(gone);
    for (const listener of this.#listeners) listener();
  }

  get #storage(): Storage {
    return this.options.storage ?? localStorage;
  }

  /** An entry a text: another tab has texts of its own there. */
  get #prefix(): string {
    return `sms.outbox.${this.options.userId}.`;
  }

  #read(): readonly Outgoing[] {
    try {
      const names = Array.from({ length: this.#storage.length }, (_, i) => this.#storage.key(i) ?? "");
      return names.filter((name) => name.startsWith(this.#prefix))
        .map((name) => parsed(this.#storage.getItem(name) ?? ""))
        .filter(isOutgoing)
        .sort((a, b) => a.at < b.at ? -1 : 1);
    } catch {
      // Storage is switched off.
      return [];
    }
  }

  #write(gone: readonly Outgoing[]): void {
    try {
      for (const { key } of gone) this.#storage.removeItem(this.#prefix + key);
      for (const item of this.#items) this.#storage.setItem(this.#prefix + item.key, JSON.stringify(item));
    } catch {
      // Storage is switched off or full: it is sent all the same, and only a reload would lose it.
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOutgoing(value: unknown): value is Outgoing {
  if (typeof value !== "object" || value === null) return false;
  const { key, conversationId, body, at, afterSeq } = value as Record<string, unknown>;
  return [key, conversationId, body, at].every((text) => typeof text === "string") &&
    typeof afterSeq === "number";
}

/** As long as that, or until the browser says that it is connected again. */
function pauseOrOnline(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    globalThis.addEventListener("online", done);
  });
}

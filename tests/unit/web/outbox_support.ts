/** What the outbox's tests run it in: a browser with tabs, and a server that answers as it is told. */
import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/functions/_shared/sms/database/types.ts";
import { Outbox } from "../../../web/src/lib/outbox/outbox.ts";
import type { Tab } from "../../../web/src/lib/outbox/store.ts";

export const USER = "01a208d3-df7f-74a5-82a4-c6bc01e7d9e2";

type Handler = (key: string, body: string) => Response | Promise<Response>;

const stored = (id: string) => Response.json({ message: { id } }, { status: 201 });
export const unreachable = (): never => {
  throw new TypeError("network");
};

/** Takes texts as `sms-send` does; what `answers` holds is answered first, then each is stored. */
export class Server {
  readonly asked: { readonly key: string; readonly body: string }[] = [];
  readonly answers: Handler[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  whenAsked(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
      this.#tell();
    });
  }

  #tell(): void {
    for (const { count, resolve } of this.#waiting) if (this.asked.length >= count) resolve();
  }

  readonly client = createClient<Database>("http://server.test", "sb_publishable_key", {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: async (_url, init) => {
        const key = new Headers(init?.headers).get("idempotency-key") ?? "";
        const { body } = JSON.parse(String(init?.body));
        this.asked.push({ key, body });
        this.#tell();
        return await (this.answers.shift() ?? (() => stored(`id of ${body}`)))(key, body);
      },
    },
  });
}

/** Tabs share what is stored, and hear what the others change. */
export class Browser {
  readonly entries = new Map<string, string>();
  readonly #tabs = new Set<EventTarget>();

  open(): Tab {
    const events = new EventTarget();
    this.#tabs.add(events);
    return {
      addEventListener: events.addEventListener.bind(events),
      removeEventListener: events.removeEventListener.bind(events),
      localStorage: this.#storageOf(events),
    };
  }

  #storageOf(tab: EventTarget): Storage {
    const { entries } = this;
    const change = (key: string, newValue: string | null) => {
      if (newValue === null) entries.delete(key);
      else entries.set(key, newValue);
      for (const other of this.#tabs) {
        if (other !== tab) other.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }));
      }
    };
    return {
      get length() {
        return entries.size;
      },
      key: (at) => [...entries.keys()][at] ?? null,
      getItem: (key) => entries.get(key) ?? null,
      setItem: change,
      removeItem: (key) => change(key, null),
      clear: () => entries.clear(),
    };
  }
}

/** Pauses that are over when the test says so; without `holds`, at once. */
export class Pauses {
  readonly asked: number[] = [];
  readonly #held: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  holds = false;

  readonly pause = (milliseconds: number): Promise<void> => {
    this.asked.push(milliseconds);
    for (const tell of this.#waiting.splice(0)) tell();
    return this.holds ? new Promise((resolve) => void this.#held.push(resolve)) : Promise.resolve();
  };

  async whenAsked(milliseconds: number): Promise<void> {
    while (!this.asked.includes(milliseconds)) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
  }

  end(): void {
    this.holds = false;
    for (const over of this.#held.splice(0)) over();
  }
}

export interface World {
  readonly server: Server;
  readonly browser: Browser;
  readonly pauses: Pauses;
}

export const world = (): World => ({
  server: new Server(),
  browser: new Browser(),
  pauses: new Pauses(),
});

export function outboxIn({ server, browser, pauses }: World): Outbox {
  return new Outbox({ client: server.client, userId: USER, tab: browser.open(), pause: pauses.pause });
}

/** Until the outbox is as that says; it tells of every change. */
export function whenOutbox(outbox: Outbox, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => void (holds() && (resolve(), unsubscribe()));
    const unsubscribe = outbox.subscribe(look);
    look();
  });
}

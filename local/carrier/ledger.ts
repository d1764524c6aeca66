/**
 * What Twilio really has. The ground truth of every "exactly once" test: it is written only where the look-alike
 * accepts, receives or makes a message, never by a request of the product that was refused.
 */
import { telephoneOf } from "./telephones.ts";
import type { LedgerMessage } from "./types.ts";

export interface Parties {
  to?: string;
  from?: string;
}

interface Waiter {
  check: () => boolean;
}

export class Ledger {
  readonly #messages = new Map<string, LedgerMessage>();
  readonly #waiters = new Set<Waiter>();
  #checking = false;
  #nextCheckAt = 0;

  /** Everything, oldest first, carrier-made texts included. */
  list(): LedgerMessage[] {
    return [...this.#messages.values()];
  }

  get(sid: string): LedgerMessage | undefined {
    return this.#messages.get(sid);
  }

  /** What the application had sent, through the API or as TwiML, oldest first. Twilio's own answers are not in it. */
  outbound(parties: Parties = {}): LedgerMessage[] {
    return this.#select(parties, (message) => message.direction !== "inbound" && !message.carrierMade);
  }

  /** What the application had sent to a telephone, in whichever spelling of its number, oldest first. */
  reaching(number: string): LedgerMessage[] {
    const telephone = telephoneOf(number);
    return this.outbound().filter(({ to }) => telephoneOf(to) === telephone);
  }

  /** What contacts sent, oldest first. */
  inbound(parties: Parties = {}): LedgerMessage[] {
    return this.#select(parties, (message) => message.direction === "inbound");
  }

  /** Twilio's own answers to STOP, START and HELP, oldest first. */
  carrierMade(parties: Parties = {}): LedgerMessage[] {
    return this.#select(parties, (message) => message.carrierMade);
  }

  /**
   * Resolves when the predicate holds, looked at after every change. Rejects after `timeoutMs` (10,000 by default)
   * with what the ledger then says.
   */
  async waitFor(predicate: (ledger: Ledger) => boolean, options: { timeoutMs?: number } = {}): Promise<void> {
    if (predicate(this)) return;
    const timeoutMs = options.timeoutMs ?? 10_000;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      check: () => {
        const holds = predicate(this);
        if (holds) resolve();
        return holds;
      },
    };
    const timer = setTimeout(() => {
      reject(new Error(`The ledger did not get there in ${timeoutMs} ms. It holds: ${this.summary()}`));
    }, timeoutMs);
    this.#waiters.add(waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** A line for an error: how many messages of each direction and status. */
  summary(): string {
    const counts = new Map<string, number>();
    for (const message of this.#messages.values()) {
      const kind = `${message.carrierMade ? "carrier-made" : message.direction} ${message.status}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ") || "nothing";
  }

  /** For the carrier's own parts. */
  add(message: LedgerMessage): void {
    this.#messages.set(message.sid, message);
    this.changed();
  }

  /**
   * For the carrier's own parts. Waiters look in the same turn of the event loop; where looking itself takes long, in
   * a storm, at most a tenth of the time goes into it.
   */
  changed(): void {
    if (this.#checking || this.#waiters.size === 0) return;
    this.#checking = true;
    const early = this.#nextCheckAt - performance.now();
    if (early <= 0) queueMicrotask(() => this.#check());
    else setTimeout(() => this.#check(), early);
  }

  #check(): void {
    const started = performance.now();
    this.#checking = false;
    for (const waiter of this.#waiters) {
      if (waiter.check()) this.#waiters.delete(waiter);
    }
    const took = performance.now() - started;
    this.#nextCheckAt = took < 1 ? 0 : performance.now() + 9 * took;
  }

  #select({ to, from }: Parties, wanted: (message: LedgerMessage) => boolean): LedgerMessage[] {
    return this.list().filter((message) =>
      wanted(message) && (to === undefined || message.to === to) &&
      (from === undefined || message.from === from)
    );
  }
}

/** Holds and hooks: a test stops an API call at a named place and decides when it goes on, instead of sleeping. */
import type { LedgerMessage } from "./types.ts";

export const CALL_KINDS = [
  "create",
  "fetch",
  "list",
  /** Lists and fetches of IncomingPhoneNumbers. */
  "numbers",
  /** The update of one. */
  "configure",
  /** Reading a trunk's numbers, and adding one to it or taking it off. */
  "trunks",
  "attach",
  "detach",
  /** Reading messaging services and their numbers. */
  "services",
  "media",
  "account",
  /** Reading Webhook Rules and Settings. */
  "rules",
] as const;
export type CallKind = typeof CALL_KINDS[number];

/** An API call that passed authentication. */
export interface ApiCall {
  readonly kind: CallKind;
  readonly accountSid: string;
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  readonly body?: string | undefined;
}

/** Which calls to hold. `stage`: `before` (the default) Twilio acted, or `after` it did, before the answer. */
export interface HoldMatch {
  call?: CallKind;
  stage?: "before" | "after";
  to?: string;
  from?: string;
  body?: string;
}

export interface Held {
  /** The calls that have come so far, also the released ones. */
  readonly calls: readonly ApiCall[];
  /** Resolves when `count` (1 by default) calls stand at the gate or have passed it. */
  reached(count?: number): Promise<void>;
  /** Lets every held call go on, and those to come. A call whose client has gone goes on too, as it would. */
  release(): void;
}

/** Sees every call but creates, which have hooks of their own. */
export type OnCall = (call: ApiCall, stage: "before" | "after") => void | Promise<void>;
export type BeforeCreate = (call: ApiCall) => void | Promise<void>;
export type AfterCreate = (call: ApiCall, message: LedgerMessage) => void | Promise<void>;

interface Gate extends Held {
  match: HoldMatch;
  arrive(call: ApiCall): Promise<void>;
}

export class Gates {
  readonly #gates = new Set<Gate>();
  readonly before = new Set<BeforeCreate>();
  readonly after = new Set<AfterCreate>();
  readonly others = new Set<OnCall>();

  hold(match: HoldMatch): Held {
    const calls: ApiCall[] = [];
    const opened = Promise.withResolvers<void>();
    const waiting = new Set<{ count: number; resolve: () => void }>();
    const gate: Gate = {
      match,
      calls,
      reached: (count = 1) => {
        if (calls.length >= count) return Promise.resolve();
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add({ count, resolve });
        return promise;
      },
      arrive: (call) => {
        calls.push(call);
        for (const waiter of waiting) if (calls.length >= waiter.count) waiter.resolve();
        return opened.promise;
      },
      release: () => {
        this.#gates.delete(gate);
        opened.resolve();
      },
    };
    this.#gates.add(gate);
    return gate;
  }

  async pass(call: ApiCall, stage: "before" | "after"): Promise<void> {
    for (const gate of [...this.#gates]) {
      if (matches(gate.match, call, stage)) await gate.arrive(call);
    }
  }

  releaseAll(): void {
    for (const gate of [...this.#gates]) gate.release();
  }
}

function matches(match: HoldMatch, call: ApiCall, stage: "before" | "after"): boolean {
  return (match.stage ?? "before") === stage &&
    (match.call === undefined || match.call === call.kind) &&
    (match.to === undefined || match.to === call.to) &&
    (match.from === undefined || match.from === call.from) &&
    (match.body === undefined || match.body === call.body);
}

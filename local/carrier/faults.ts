import type { CallKind } from "./gates.ts";

/** What can go wrong on request. All of it is off until a test turns it on, and random only by the seed. */

export interface FaultSettings {
  /** Milliseconds that every create waits before anything else. */
  createDelayMs: number;
  /** The next n creates: 429, code 20429, not accepted. https://www.twilio.com/docs/api/errors/20429 */
  rateLimitNext: number;
  /** The next n creates: connection closed without an answer, **not** accepted. */
  resetNext: number;
  /** The next n creates: `failStatus`, **not** accepted. */
  failNext: number;
  /** The next n creates: accepted, then answered with `failStatus`. */
  failAfterNext: number;
  failStatus: 500 | 502 | 503 | 504;
  /** The next n creates: accepted, never answered; the client's time-out ends it. */
  hangNext: number;
  /** The next n creates: accepted, then the connection is closed without an answer. */
  dropNext: number;
  /** The create faults above only for this contact. Null: for any. */
  onlyTo: string | null;
  /** Messages younger than this are not in any list. `hideAll` while it lasts: a very large number. */
  listLagMs: number;
  /** Messages are listed under today's spelling of their recipient, whatever spelling the create named. */
  listsTodaysSpelling: boolean;
  /** The next n list, fetch or other reading calls: 503. */
  readFailNext: number;
  /** `readFailNext` only for this call. Null: for any but creates. */
  readFailOnly: CallKind | null;
  /** How many times each status callback is sent, at the same time. */
  callbackCopies: number;
  /** The next n status callbacks are never sent. */
  loseCallbacks: number;
  /** Milliseconds before each status callback. */
  callbackDelayMs: number;
  /** Keep a message's callbacks until its last status, then send them in this order. */
  callbackOrder: "kept" | "reversed" | "shuffled";
  /** Send the first callback, and have it answered, before the create is answered. */
  callbackBeforeAnswer: boolean;
  /** Sign webhooks and callbacks over this URL instead of the one they go to. */
  signedUrl: string | null;
  /** Sign the URL together with its fragment, as some emulators do. */
  signFragment: boolean;
  /**
   * What the Compliance Toolkit does with a text: puts it off after it was queued, then sends it; blocks it (30610); or fails
   * while putting it off (30047). https://www.twilio.com/docs/messaging/features/compliance-toolkit
   */
  quietHours: "off" | "reschedule" | "block" | "fail";
  /** False: statuses move only by `carrier.advance()`. */
  autoDeliver: boolean;
}

export type FaultCounter =
  | "rateLimitNext"
  | "resetNext"
  | "failNext"
  | "failAfterNext"
  | "hangNext"
  | "dropNext"
  | "readFailNext"
  | "loseCallbacks";

const none: FaultSettings = {
  createDelayMs: 0,
  rateLimitNext: 0,
  resetNext: 0,
  failNext: 0,
  failAfterNext: 0,
  failStatus: 500,
  hangNext: 0,
  dropNext: 0,
  onlyTo: null,
  listLagMs: 0,
  listsTodaysSpelling: false,
  readFailNext: 0,
  readFailOnly: null,
  callbackCopies: 1,
  loseCallbacks: 0,
  callbackDelayMs: 0,
  callbackOrder: "kept",
  callbackBeforeAnswer: false,
  signedUrl: null,
  signFragment: false,
  quietHours: "off",
  autoDeliver: true,
};

export class Faults {
  #settings: FaultSettings;
  readonly #initial: FaultSettings;

  constructor(initial: Partial<FaultSettings> = {}) {
    this.#initial = { ...none, ...initial };
    this.#settings = { ...this.#initial };
  }

  get settings(): Readonly<FaultSettings> {
    return this.#settings;
  }

  /** Changes what is named and leaves the rest. */
  set(changes: Partial<FaultSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
  }

  /** Everything off again. */
  reset(): void {
    this.#settings = { ...this.#initial };
  }

  /** Whether this call other than a create fails; each true uses one up. */
  takeRead(call: CallKind): boolean {
    const { readFailOnly } = this.#settings;
    return (readFailOnly === null || readFailOnly === call) && this.take("readFailNext");
  }

  /** True while the counter lasts; each true uses one up. `to` is set for creates, which `onlyTo` may narrow. */
  take(counter: FaultCounter, to?: string): boolean {
    const { onlyTo } = this.#settings;
    if (to !== undefined && onlyTo !== null && onlyTo !== to) return false;
    if (this.#settings[counter] <= 0) return false;
    this.#settings = { ...this.#settings, [counter]: this.#settings[counter] - 1 };
    return true;
  }
}

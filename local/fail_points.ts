/**
 * The places where tests make the world fail. Product code has none: a call passes the gateway, the model or the
 * carrier, and there, before or after it took effect, something happens.
 */
export interface FailPoint {
  on: "rpc" | "model" | "carrier";
  /** The verb of an rpc (`sms_finish_replies`) or the call of the carrier (`create`, `configure`). Default: any. */
  name?: string;
  /** Only an rpc whose arguments, as JSON, contain this. Default: any. */
  containing?: string;
  /** `before`: the call has not been acted on. `after`: it has, but its caller has not heard. */
  moment: "before" | "after";
  action: FailAction;
  /** How many calls it happens to. Default 1. */
  times?: number;
}

/** The model and the carrier answer errors by their own faults: there, only `kill` and `hold`. */
export type FailAction =
  /** SIGKILL to a function's process; the call goes no further. */
  | { kill: string }
  /** The call waits until the promise settles, then goes on. */
  | { hold: Promise<unknown> }
  /** The caller gets this status instead of the answer. A call straight to Postgres has none: its connection breaks. */
  | { status: number }
  /** The caller's connection breaks. */
  | "drop";

/** What the place has to do: go on, answer with a status, or break the connection. */
export type Verdict = "go on" | "drop" | { status: number };

export interface Armed {
  /** Resolves when the first call arrived there. */
  reached: Promise<void>;
  /** Resolves when what was to happen to the first call has: the process is gone, the hold is over. */
  done: Promise<void>;
  /** Calls that it has happened to. */
  readonly hits: number;
  disarm(): void;
}

interface Point {
  point: FailPoint;
  hits: number;
  arrive(): void;
  finish(): void;
}

export class FailPoints {
  #armed: Point[] = [];

  /** @param kill SIGKILLs a function's process and resolves when it is gone */
  constructor(private readonly kill: (name: string) => Promise<void>) {}

  /**
   * @example
   * const held = Promise.withResolvers<void>();
   * const point = failPoints.arm({ on: "rpc", name: "sms_finish_replies", moment: "before", action: { hold: held.promise } });
   * await point.reached; // the worker has the reply, the database has not
   */
  arm(point: FailPoint): Armed {
    if (point.on !== "rpc" && (point.action === "drop" || "status" in point.action)) {
      throw new Error(`Use the faults of the ${point.on} look-alike for wrong answers`);
    }
    const { promise: reached, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const armed: Point = { point, hits: 0, arrive, finish };
    this.#armed.push(armed);
    return {
      reached,
      done,
      get hits() {
        return armed.hits;
      },
      disarm: () => this.#remove(armed),
    };
  }

  /** Disarms all of them. */
  clear(): void {
    this.#armed = [];
  }

  /** Called by the places, for every call, at both moments. */
  async consult(
    on: FailPoint["on"],
    name: string,
    moment: FailPoint["moment"],
    sent = "",
  ): Promise<Verdict> {
    const armed = this.#armed.find(({ point }) =>
      point.on === on && point.moment === moment && (point.name === undefined || point.name === name) &&
      sent.includes(point.containing ?? "")
    );
    if (!armed) return "go on";
    armed.hits++;
    if (armed.hits >= (armed.point.times ?? 1)) this.#remove(armed);
    armed.arrive();
    try {
      return await this.#act(armed.point.action);
    } finally {
      armed.finish();
    }
  }

  async #act(action: FailAction): Promise<Verdict> {
    if (action === "drop") return "drop";
    if ("status" in action) return { status: action.status };
    if ("hold" in action) {
      await action.hold.catch(() => {/* released either way */});
      return "go on";
    }
    await this.kill(action.kill);
    return "drop";
  }

  #remove(armed: Point): void {
    this.#armed = this.#armed.filter((other) => other !== armed);
  }
}

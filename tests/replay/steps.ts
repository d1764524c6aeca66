/**
 * What the script is made of: requests as apps, Twilio, cron and strangers make them, in the words of the build that was
 * recorded. `names.ts` says what today's build calls the same things.
 */
import type { Carrier, Model } from "./stage.ts";

/** The first tenant is Ada, on the operator's account; the second one is Bob, on an account of his own. */
export type Caller =
  | "ada"
  | "bob"
  /** Bob with a token that ended an hour ago. */
  | "bob, too late"
  /** As the old server's clients call: a bearer token, no apikey. */
  | "ada's old app"
  | "bob's old app"
  /** The publishable key alone. */
  | "nobody"
  /** No header at all. */
  | "stranger"
  /** The secret key. */
  | "operator"
  | "worker"
  | "twilio"
  /** Posts forms as Twilio does, and signs with another account's token. */
  | "forger"
  /** Posts forms as Twilio does, and does not sign. */
  | "unsigned";

export interface Request {
  readonly as: Caller;
  readonly method: string;
  /** Behind the project's URL. `{name}` stands for what an earlier answer said. */
  readonly path: string;
  /** JSON, and a form where Twilio calls. */
  readonly body?: unknown;
  /** Sent as it is, in place of a body. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What later requests name: `{ conversation: "data.0.id" }`. */
  readonly keep?: Readonly<Record<string, string>>;
}

/** What happens beside the requests. */
export interface Scene {
  readonly carrier: Carrier;
  readonly model: Model;
  /** What is kept, by name. */
  readonly kept: Map<string, string>;
  /** Runs the worker until nothing is due. */
  work(): Promise<void>;
}

export type Step = Request | ((scene: Scene) => void | Promise<void>);

type More = Pick<Request, "headers" | "keep" | "text">;

/** Requests of one caller: to a function, to a table, to a verb. */
export function requestsOf(as: Caller) {
  const call = (method: string, path: string, body?: unknown, more: More = {}): Request => ({
    as,
    method,
    path: `functions/v1/${path}`,
    ...(body === undefined ? {} : { body }),
    ...more,
  });
  const rest = (method: string, path: string, body?: unknown, more: More = {}): Request => ({
    as,
    method,
    path: `rest/v1/${path}`,
    ...(body === undefined ? {} : { body }),
    headers: { prefer: "return=representation" },
    ...more,
  });
  return {
    call,
    get: (path: string, more?: More) => call("GET", path, undefined, more),
    post: (path: string, body?: unknown, more?: More) => call("POST", path, body, more),
    select: (table: string, more: More = {}) => rest("GET", table, undefined, { headers: {}, ...more }),
    insert: (table: string, row: unknown, more?: More) => rest("POST", table, row, more),
    update: (table: string, row: unknown, more?: More) => rest("PATCH", table, row, more),
    remove: (table: string, more?: More) => rest("DELETE", table, undefined, more),
    rpc: (verb: string, args: Record<string, unknown> = {}, more: More = {}) =>
      rest("POST", `rpc/${verb}`, args, { headers: {}, ...more }),
  };
}

export const ada = requestsOf("ada");
export const bob = requestsOf("bob");
export const nobody = requestsOf("nobody");
export const operator = requestsOf("operator");
export const worker = requestsOf("worker");
export const twilio = requestsOf("twilio");

export const work: Step = (scene) => scene.work();

/** What the model says next. */
export const modelSays = (reply: string, more: Record<string, unknown> = {}): Step => ({ model }) =>
  model.answerNext({
    reply,
    intent: "question",
    end_conversation: false,
    opt_out: false,
    handoff: false,
    ...more,
  });

/** An id that nothing has. */
export const NO_ID = "00000000-0000-4000-8000-000000000000";
export const NO_ACCOUNT = `AC${"0".repeat(32)}`;
/** A SID that Twilio gives a message. */
export const sid = (n: number): string => `SM${String(n).padStart(32, "0")}`;

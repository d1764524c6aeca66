import type { SupabaseClient } from "@supabase/supabase-js";
import {
  errorOfDatabase,
  errorOfOutcome,
  errorOfResponse,
  isRecord,
  signInFirst,
  SmsError,
  unreachable,
} from "./error.ts";
import type { Verbs } from "./types.ts";

/** Any client of supabase-js, with or without types of a database. */
// deno-lint-ignore no-explicit-any
export type Supabase = SupabaseClient<any, any, any>;

export interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Left out where undefined. */
  readonly query?: Readonly<
    Record<string, string | number | boolean | undefined>
  >;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How often at most, of what may be repeated: a GET, and a POST with a key. Default: that of all calls. */
  readonly attempts?: number | undefined;
}

/** Loaded with the first argument that does not fit. */
const ofArguments = () => import("./arguments.ts");

/** Calls functions, verbs and tables for a tenant, and throws what they refuse. */
export class Calls {
  readonly supabase: Supabase;
  /** For whom a backend with the secret key acts; undefined: for who is signed in. */
  readonly userId: string | undefined;
  readonly #attempts: number;

  constructor(supabase: Supabase, userId: string | undefined, attempts = 4) {
    this.supabase = supabase;
    this.userId = userId;
    this.#attempts = attempts;
  }

  /** The tenant's id. @throws SmsError MISSING_CREDENTIALS */
  async tenant(): Promise<string> {
    if (this.userId !== undefined) return this.userId;
    const { data } = await this.supabase.auth.getSession();
    if (!data.session) throw signInFirst();
    return data.session.user.id;
  }

  /**
   * Calls one of our functions. `T` is what it is tested to answer; nothing parses it again.
   * @throws SmsError
   */
  function<T>(path: string, call: Call = {}): Promise<T> {
    const { method = "GET", headers = {}, signal, attempts = this.#attempts } = call;
    const repeatable = method === "GET" || "idempotency-key" in headers;
    return repeated(
      repeatable ? attempts : 1,
      signal,
      () => this.#invoke<T>(path, call),
    );
  }

  async #invoke<T>(
    path: string,
    { method = "GET", query = {}, body, headers, signal }: Call,
  ): Promise<T> {
    const tenant = this.userId === undefined ? {} : { user_id: this.userId };
    const inBody = method === "POST" && body !== undefined;
    const asked = inBody ? query : { ...query, ...tenant };
    const sent = inBody ? { ...body, ...tenant } : body;
    const { data, error } = await this.supabase.functions.invoke<T>(
      path + queryString(asked),
      {
        method,
        ...(sent ? { body: sent as Record<string, unknown> } : {}),
        ...(headers ? { headers: { ...headers } } : {}),
        ...(signal ? { signal } : {}),
      },
    );
    if (error) throw await errorOfInvoke(error);
    return data as T;
  }

  /**
   * Calls a verb, one transaction. A refusal is thrown, never returned.
   * @throws SmsError
   */
  async verb<Verb extends keyof Verbs>(
    verb: Verb,
    args: Verbs[Verb]["args"],
  ): Promise<Verbs[Verb]["answer"]> {
    const { data, error } =
      await (this.userId === undefined ? this.supabase.rpc(verb, args) : this.supabase.rpc("sms_call_for", {
        owner_id: this.userId,
        verb,
        arguments: args,
      }));
    if (error) {
      if (
        this.userId === undefined && /^22|^PGRST202$/.test(error.code ?? "")
      ) {
        throw (await ofArguments()).errorOfArguments(verb, args, error);
      }
      throw await this.databaseError(error);
    }
    if (!isRecord(data)) {
      throw new SmsError(
        "ANSWER_LOST",
        0,
        "The server's answer was incomplete. Try again.",
      );
    }
    const { outcome, details } = data;
    if (
      /^(INVALID|UNKNOWN)_ARGUMENT$/.test(String(outcome)) && isRecord(details)
    ) {
      const argument = String(details.argument);
      throw (await ofArguments()).errorOfNamed(verb, args, {
        outcome,
        argument,
      });
    }
    if (/^[A-Z]/.test(String(outcome))) throw await errorOfOutcome(data);
    return data as Verbs[Verb]["answer"];
  }

  /** Who has no session is refused by Postgres as who may not: told apart here. */
  async databaseError(
    error: { readonly code?: string; readonly message: string },
  ): Promise<SmsError> {
    if (error.code === "42501" && this.userId === undefined) {
      const { data } = await this.supabase.auth.getSession();
      if (!data.session) return signInFirst();
    }
    return errorOfDatabase(error);
  }
}

const FIRST_PAUSE_MS = 500;
/** A refusal that ends later than this is told, rather than waited for. */
const LONGEST_PAUSE_MS = 10_000;

/** What may be repeated is, where no answer came, the server is in trouble, or the first request still runs. */
async function repeated<T>(
  attempts: number,
  signal: AbortSignal | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1;; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (
        attempt >= attempts || !(error instanceof SmsError) || !mayPass(error)
      ) throw error;
      const pause = error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1);
      if (pause > LONGEST_PAUSE_MS) throw error;
      await pauseFor(pause, signal);
    }
  }
}

const mayPass = ({ status, code }: SmsError): boolean =>
  [0, 502, 503, 504].includes(status) || code === "IDEMPOTENCY_KEY_IN_USE";

/** @throws what the signal was ended with */
export function pauseFor(
  milliseconds: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

function queryString(query: NonNullable<Call["query"]>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size > 0 ? `?${given}` : "";
}

/** By name, not by class: an app may have another copy of supabase-js than this file. */
async function errorOfInvoke(error: unknown): Promise<unknown> {
  const { name, context } = error as {
    readonly name?: unknown;
    readonly context?: unknown;
  };
  if (context instanceof Response) return await errorOfResponse(context);
  if (name === "FunctionsFetchError") {
    // Somebody ended the request on purpose.
    if (context instanceof DOMException && context.name === "AbortError") {
      return context;
    }
    return unreachable(context);
  }
  // The connection ended, or a gateway did, midway through the answer.
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new SmsError(
      "ANSWER_LOST",
      0,
      "The server's answer was incomplete. Try again.",
      { cause: error },
    );
  }
  return error;
}

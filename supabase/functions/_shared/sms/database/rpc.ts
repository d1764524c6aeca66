import type { z } from "zod";
import { Refusal, refuse } from "../http/outcomes.ts";
import type { Database } from "./types.ts";

type Functions = Database["public"]["Functions"];
export type Verb = keyof Functions & string;
/** The generated types know no null arguments; Postgres takes one for any. */
export type Arguments<V extends Verb> = {
  [Name in keyof Functions[V]["Args"]]: Functions[V]["Args"][Name] | null;
};

/** What the verbs need of a supabase-js client. */
export interface RpcClient {
  rpc(name: string, args: Record<string, unknown>): PromiseLike<RpcAnswer>;
}

export interface RpcAnswer {
  readonly data: unknown;
  readonly error: { readonly code?: string; readonly message: string } | null;
}

/** A verb could not be called, or answered in a shape that was not agreed. Its transaction may have happened or not. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  constructor(readonly verb: string, readonly code: string, message: string) {
    super(`${verb} failed (${code}): ${message}`);
  }
}

export interface Call<V extends Verb, T> {
  readonly args: Arguments<V>;
  /** The verb's answer when it does not refuse. */
  readonly returns: z.ZodType<T>;
}

/**
 * Calls one verb: one transaction. Throws what the verb refuses, as the HTTP answer that stands for it.
 * @throws DatabaseError
 * @throws AppError for a refusal (http/outcomes.ts)
 */
export async function rpc<V extends Verb, T>(client: RpcClient, verb: V, call: Call<V, T>): Promise<T> {
  const answer = await rpcOrRefusal(client, verb, call);
  return "refusal" in answer ? refuse(answer.refusal) : answer.done;
}

/**
 * Calls one verb, and returns a refusal to a caller that does something about it.
 *
 * Postgres cannot hold NUL and lone surrogates in `text` or `jsonb`. They become U+FFFD on the way in, so that one such
 * character never makes a whole batch fail.
 * @throws DatabaseError
 */
export async function rpcOrRefusal<V extends Verb, T>(
  client: RpcClient,
  verb: V,
  { args, returns }: Call<V, T>,
): Promise<{ readonly done: T } | { readonly refusal: Refusal }> {
  let answer: RpcAnswer;
  try {
    answer = await client.rpc(verb, storable(args));
  } catch (error) {
    throw new DatabaseError(verb, "UNREACHABLE", error instanceof Error ? error.message : "unknown");
  }
  if (answer.error) throw new DatabaseError(verb, answer.error.code || "UNREACHABLE", answer.error.message);
  const refused = Refusal.safeParse(answer.data);
  if (refused.success) return { refusal: refused.data };
  const result = returns.safeParse(answer.data);
  if (result.success) return { done: result.data };
  const issue = result.error.issues[0];
  throw new DatabaseError(verb, "UNEXPECTED_RESULT", `${issue?.path.join(".")}: ${issue?.code}`);
}

/**
 * Errors of Postgres and PostgREST that come again when the call is repeated. Excepted are those that may pass: lost
 * connections and deadlocks, missing resources, a database that stops (classes 08, 40, 53, 57, 58, and 55P03; PGRST000 to
 * PGRST003). 23503: what a row refers to, such as its tenant, was deleted at this moment; asked again, the verb knows.
 * Sources: https://www.postgresql.org/docs/17/errcodes-appendix.html and
 * https://docs.postgrest.org/en/v13/references/errors.html
 */
const FINAL = /^(?!08|40|53|57|58|55P03|23503)[0-9A-Z]{5}$|^PGRST(?!00[0-3]$)|^UNEXPECTED_RESULT$/;

/** Whether a repeated call may work. A code of neither Postgres nor PostgREST comes from a proxy, and counts as passing. */
export function isTransient({ code }: DatabaseError): boolean {
  return !FINAL.test(code);
}

/** The same value with every string storable by Postgres. */
export function storable<T>(value: T): T;
export function storable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\u0000", "\uFFFD").toWellFormed();
  if (Array.isArray(value)) return value.map((item) => storable<unknown>(item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, storable<unknown>(item)]));
  }
  return value;
}

/** Below Twilio's 15 s for a webhook, so that a database that hangs is answered with a 503 and tried again. */
export const RPC_TIMEOUT_MS = 8_000;

/** A `fetch` that gives up, since supabase-js by itself never does. */
export function timedFetch(timeoutMs = RPC_TIMEOUT_MS): typeof fetch {
  return (input, init) => {
    const limit = AbortSignal.timeout(timeoutMs);
    return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
  };
}

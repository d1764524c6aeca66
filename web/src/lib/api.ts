import { FunctionsFetchError, FunctionsHttpError, FunctionsRelayError } from "@supabase/supabase-js";
import type { Client } from "./backend.ts";
import { ApiError, errorFrom } from "./errors.ts";

export interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Left out where undefined. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/**
 * Calls one of our functions as the person who is signed in. `T` is a type of `_shared/sms/contract/*.ts`: the functions
 * are tested to answer so, and parsing it again here would cost a quarter of the page's weight.
 *
 * @example
 * await invoke<ConversationResponse>(client, `sms-conversation/${id}`, { query: { limit: 50 } })
 * @throws ApiError
 */
export async function invoke<T>(client: Client, path: string, call: Call = {}): Promise<T> {
  const { data, error } = await client.functions.invoke<T>(path + queryString(call.query), {
    method: call.method ?? "GET",
    ...(call.body ? { body: call.body } : {}),
    ...(call.headers ? { headers: call.headers } : {}),
    ...(call.signal ? { signal: call.signal } : {}),
  });
  if (error) throw await apiError(error);
  return data as T;
}

function queryString(query: Call["query"] = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size > 0 ? `?${given}` : "";
}

async function apiError(error: unknown): Promise<unknown> {
  if (error instanceof FunctionsHttpError || error instanceof FunctionsRelayError) {
    return await errorFrom(error.context);
  }
  if (error instanceof FunctionsFetchError) {
    if (error.context instanceof DOMException && error.context.name === "AbortError") return error.context;
    return new ApiError(0, "UNREACHABLE", "The server cannot be reached. Check the connection.");
  }
  // The connection ended, or a gateway did, midway through the answer.
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new ApiError(0, "ANSWER_LOST", "The server's answer was incomplete. Try again.");
  }
  return error;
}

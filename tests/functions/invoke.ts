import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Row } from "./rows.ts";

export interface Answered {
  status: number;
  // The parsers of the contract read it where its shape matters.
  body: Row;
}

interface Asking {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  body?: Row;
  headers?: Record<string, string>;
}

/** Calls `name/path` with supabase-js. An answer is read whatever its status. */
export async function invoke(client: SupabaseClient, path: string, asking: Asking): Promise<Answered> {
  const { data, error, response } = await client.functions.invoke(path, asking);
  assert(response, "there is an answer");
  return { status: response.status, body: error ? await response.json() : data };
}

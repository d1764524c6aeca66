/** Functions that people call: whoever hears a 502 asks again, and that is all it takes. */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Row } from "../functions/rows.ts";
import type { TestStack } from "../functions/support.ts";
import type { FunctionName, Place } from "./fail_points.ts";
import { killAt, MOMENTS } from "./kills.ts";

export interface Answered {
  status: number;
  body: Row;
}

export interface Repeated {
  /** The request, which is made twice. */
  ask(): Promise<Answered>;
  /** What must hold of the second answer, and of the world. */
  holds(answer: Answered): void | Promise<void>;
}

/** Tests that kill a function at each place in the middle of a request, and repeat the request. */
export function repeatsRecover<P extends Place>(
  stack: TestStack,
  { name, places }: { name: FunctionName; places: readonly P[] },
  requests: Record<P, () => Promise<Repeated> | Repeated>,
): void {
  for (const place of places) {
    for (const moment of MOMENTS) {
      Deno.test(`${name} killed ${moment} ${place}: the repeated request does what the first did not`, async () => {
        const { ask, holds } = await requests[place]();
        const broken = await killAt(stack, { name, place, moment }, ask);
        assert.equal(broken.status, 502);
        await holds(await ask());
      });
    }
  }
}

interface Asking {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  body?: Row;
  headers?: Record<string, string>;
}

/** Calls `name/path` with supabase-js; an answer is read whatever its status. */
export async function invoke(client: SupabaseClient, path: string, asking: Asking): Promise<Answered> {
  const { data, error, response } = await client.functions.invoke(path, asking);
  assert(response, "there is an answer");
  return { status: response.status, body: error ? await response.json() : data };
}

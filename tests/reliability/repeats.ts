/** Functions that people call: whoever hears a 502 asks again, and that is all it takes. */
import { strict as assert } from "node:assert";
import type { Answered } from "../functions/invoke.ts";
import type { TestStack } from "../functions/support.ts";
import type { FunctionName, Place } from "./fail_points.ts";
import { killAt, MOMENTS } from "./kills.ts";

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

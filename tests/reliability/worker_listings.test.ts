import { strict as assert } from "node:assert";
import { call } from "../functions/callers.ts";
import { PLACES } from "./fail_points.ts";
import { until } from "../functions/support.ts";
import { killAt, MOMENTS, recoversFromEach, type Recovery, tick } from "./kills.ts";
import { recoveredOn, stackThatLists } from "./missed.ts";

const stack = await stackThatLists();
const recovered = recoveredOn(stack);

/** The database was away for a moment, so the worker lists all accounts at its next claim. */
const hurried: Recovery = {
  begin() {
    const action = { status: 503 };
    const listing = { name: "sms_claim_questions", containing: '"kind":"listing"' };
    stack.failPoints.arm({ on: "rpc", ...listing, moment: "before", action });
    return recovered.begin();
  },
};

recoversFromEach(stack, PLACES["sms-worker"].listings, {
  "rpc sms_claim_questions listing": hurried,
  "carrier list": recovered,
  "rpc sms_record_questions listing": recovered,
});

for (const place of PLACES["sms-worker"].health) {
  for (const moment of MOMENTS) {
    Deno.test(`sms-worker killed ${moment} ${place} answers whoever asks again`, async () => {
      const ask = () =>
        call(stack, { name: "sms-worker", method: "GET" }, { headers: { apikey: stack.workerKey } });
      const broken = await killAt(stack, { name: "sms-worker", place, moment }, ask);
      assert.equal(broken.status, 502);
      await broken.body?.cancel();
      const answer = await ask();
      assert.equal(answer.status, 200);
      await answer.body?.cancel();
    });
  }
}

for (const place of PLACES["sms-worker"].wakes) {
  for (const moment of MOMENTS) {
    Deno.test(`sms-worker killed ${moment} ${place}: the next wake is noted`, async () => {
      // An isolate notes a wake once a minute: this one has noted none.
      await stack.functions.kill("sms-worker");
      await stack.sql`delete from sms_private.worker_wakes`;
      await killAt(
        stack,
        { name: "sms-worker", place, moment },
        () => stack.tick().then(({ body }) => body?.cancel()),
      );
      await stack.sql`delete from sms_private.worker_wakes`;
      await tick(stack);
      await until(
        "it is noted",
        async () => (await stack.sql`select from sms_private.worker_wakes`).length === 1,
      );
    });
  }
}

import { strict as assert } from "node:assert";
import { allDelivered, phone, stackForFile } from "../functions/support.ts";

const TEXTS = 200;
const AT_ONCE = 16;

const stack = await stackForFile({ deno: "2.1.4" });

Deno.test("the functions answer 200 texts on Deno 2.1.4, over connections of their own", async () => {
  const { carrier } = stack;
  const contacts = Array.from({ length: TEXTS }, phone);
  const waiting = contacts.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const from of waiting) {
      const { ok } = await carrier.text({ from, to: stack.number, body: "Are you open on Sunday?" });
      assert(ok, "the webhook took its text");
    }
  }));
  await carrier.ledger.waitFor((ledger) => ledger.outbound().length >= TEXTS, { timeoutMs: 60_000 });
  await allDelivered(stack, 60_000);
  assert.equal(new Set(carrier.ledger.outbound().map(({ to }) => to)).size, TEXTS);
  assert.equal(carrier.ledger.outbound().length, TEXTS);
  const said = stack.functions.logs().map(({ text }) => text).join("\n");
  assert.doesNotMatch(said, /NO_DIRECT_CONNECTION/);
});

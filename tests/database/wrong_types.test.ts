/** Whatever a caller gives a verb, the answer is an outcome: never an error in Postgres's words. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import { addFilledTenant, as, call } from "./support.ts";

interface Parameter {
  verb: string;
  argument: string;
  type: string;
  required: boolean;
}

/** Every argument of every verb that signed-in users may call, from the catalogue. */
async function parameters(sql: Sql): Promise<Parameter[]> {
  return await sql<Parameter[]>`
    select p.proname as verb, named.name as argument, format_type(named.type, null) as type,
      named.place <= p.pronargs - p.pronargdefaults as required
    from pg_proc p cross join unnest(p.proargnames, p.proargtypes::oid[]) with ordinality named (name, type, place)
    where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'sms_')
      and p.prorettype = 'jsonb'::regtype and has_function_privilege('authenticated', p.oid, 'execute')
    order by 1, 2`;
}

/** JSON of each kind, and values at the ends of what a type can hold. */
const VALUES = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e300",
  "2147483647",
  "9223372036854775807",
  '""',
  '" "',
  '"no such thing"',
  '"infinity"',
  '"-infinity"',
  '"0001-01-01 BC"',
  '"294276-12-31"',
  '"00000000-0000-0000-0000-000000000000"',
  JSON.stringify("x".repeat(100_000)),
  '"\\\\"',
  '"%_\\u0001\\ud83d\\ude00"',
  "[]",
  "[null]",
  "[[1, 2], [3, 4]]",
  '["x", ""]',
  "{}",
  '{"a": {"b": [null]}}',
];

emptyDbTest("every verb of users answers any JSON in any argument with an outcome", async ({ sql }) => {
  const tenant = await addFilledTenant(sql);
  const all = await parameters(sql);
  assert(new Set(all.map(({ verb }) => verb)).size > 20, "the verbs are found");
  // Beside it stands what is right, so that the verb gets as far as it can.
  const right: Record<string, unknown> = {
    conversation_id: tenant.conversationId,
    message_id: tenant.queuedId,
    broadcast_id: tenant.broadcastId,
    contact_id: tenant.contactId,
    endpoint_id: tenant.endpointId,
    body: "Hello",
    to_number: "+14155550101",
    to_numbers: ["+14155550101"],
  };
  const ofType: Record<string, unknown> = { uuid: tenant.userId, text: "Hello", integer: 1, boolean: true };
  const raised: string[] = [];
  for (const { verb, argument } of all) {
    const beside: Record<string, unknown> = {};
    for (const other of all.filter((one) => one.verb === verb && one.argument !== argument)) {
      if (other.argument in right) beside[other.argument] = right[other.argument];
      else if (other.required) beside[other.argument] = ofType[other.type] ?? null;
    }
    for (const value of VALUES) {
      const args = `${JSON.stringify({ ...beside, [argument]: "here" }).replace('"here"', () => value)}`;
      try {
        const answer = await as(sql, { role: "service_role" }, async (secret) => {
          const [row] =
            await secret`select public.sms_call_for(${tenant.userId}, ${verb}, ${args}::text::jsonb) as answer`;
          // What it did is undone, so that each call finds the same.
          throw Object.assign(new Error("undo"), { answer: row?.answer });
        }).catch((error) => {
          if (error.message === "undo") return error.answer;
          throw error;
        });
        if (typeof answer?.outcome !== "string") {
          raised.push(`${verb} ${argument}=${value.slice(0, 40)}: no outcome`);
        }
      } catch (error) {
        raised.push(
          `${verb} ${argument}=${value.slice(0, 40)}: ${(error as { code?: string }).code} ${
            (error as Error).message
          }`,
        );
      }
    }
  }
  assert.deepEqual(raised, []);
  for (const { verb, argument } of all.filter(({ required }) => required)) {
    const answer = await as(
      sql,
      { role: "service_role" },
      (secret) => call(secret, "sms_call_for", { owner_id: tenant.userId, verb, arguments: {} }),
    );
    assert.equal(answer.outcome, "INVALID_ARGUMENT", `${verb} without ${argument}`);
  }
});

/** What client/ makes of arguments that Postgres cannot read, for each verb of signed-in users and each of its arguments. */
import { strict as assert } from "node:assert";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Sql } from "postgres";
import postgres from "postgres";
import { createSms, isRefusal } from "../../client/mod.ts";
import type { Verbs } from "../../client/types.ts";
import { FOR_USERS } from "../../supabase/functions/_shared/sms/contract/verbs_for_users.ts";
import { dbTest } from "./db_test.ts";
import { addUser } from "./support.ts";

const ID = crypto.randomUUID();
/** By type of argument: a value that fits, and values that Postgres cannot read. */
const VALUES: Record<string, [fits: unknown, ...wrong: unknown[]]> = {
  uuid: [ID, "no-uuid", 7, { id: 1 }, [ID]],
  text: ["words", "a\u0000b"],
  integer: [1, "many", 1.5, 99_999_999_999, true],
  bigint: [1, "many", 1.5],
  numeric: [1, "many"],
  boolean: [true, "perhaps", 7],
  date: ["2026-11-23", "2026-13-45", "soon"],
  "timestamp with time zone": [
    "2026-11-23T10:00:00Z",
    "some day",
    "2026-13-45T00:00:00Z",
  ],
  interval: ["1 day", "a while"],
  "integer[]": [[1], "no list", ["many"]],
  "text[]": [["a"], "no list", ["a\u0000b"]],
  "uuid[]": [[ID], "no list", ["no-uuid"]],
  jsonb: [{ a: 1 }, { a: "a\u0000b" }],
};

interface Argument {
  readonly name: string;
  readonly type: string;
}

async function argumentsOf(sql: Sql, verb: string): Promise<Argument[]> {
  return [
    ...await sql<
      Argument[]
    >`select named.name, format_type(named.type, null) as type from pg_proc p
      cross join unnest(p.proargnames, p.proargtypes::oid[]) named (name, type)
      where p.oid = ${`public.${verb}`}::regproc`,
  ];
}

/** supabase-js on a PostgREST that reads arguments as the real one does: with json_to_record(). */
function clientOf(sql: Sql, known: readonly Argument[]): SupabaseClient {
  const rpc = async (verb: string, args: Record<string, unknown>) => {
    const given: Record<string, unknown> = JSON.parse(JSON.stringify(args));
    if (
      Object.keys(given).some((name) => !known.some((one) => one.name === name))
    ) {
      const message = `Could not find the function public.${verb} in the schema cache`;
      return { data: null, error: { code: "PGRST202", message, hint: null } };
    }
    const fields = known.map(({ name, type }) => `"${name}" ${type}`).join(
      ", ",
    );
    try {
      await sql.unsafe(
        `select * from json_to_record($1::text::json) as _(${fields})`,
        [JSON.stringify(args)],
      );
    } catch (error) {
      assert(error instanceof postgres.PostgresError);
      const { code, message, hint } = error;
      return { data: null, error: { code, message, hint: hint ?? null } };
    }
    return { data: { outcome: "read" }, error: null };
  };
  return { rpc } as unknown as SupabaseClient;
}

async function refusalOf(
  client: SupabaseClient,
  verb: string,
  args: Record<string, unknown>,
  userId?: string,
) {
  const sms = createSms(client, userId === undefined ? {} : { userId });
  const call = sms.verb(verb as keyof Verbs, args as never);
  const error = await call.then(() => null, (error) => error);
  assert(
    isRefusal(error, "INVALID_ARGUMENT", "UNKNOWN_ARGUMENT"),
    `${verb} ${JSON.stringify(args)}: ${error}`,
  );
  assert.doesNotMatch(
    error.message,
    /syntax|invalid input|json|cache|PGRST|relation/i,
  );
  assert.deepEqual([error.status, error.isPassing], [400, false]);
  return error;
}

dbTest(
  "client/ names the argument that a verb cannot read, for every verb and argument",
  async ({ sql }) => {
    let tried = 0;
    for (const verb of Object.keys(FOR_USERS)) {
      const args = await argumentsOf(sql, verb);
      const client = clientOf(sql, args);
      const fits = Object.fromEntries(
        args.map(({ name, type }) => [name, VALUES[type]?.[0]]),
      );
      if (args.length > 0) {
        assert.deepEqual(
          await createSms(client).verb(verb as keyof Verbs, fits as never),
          { outcome: "read" },
        );
      }
      for (const { name, type } of args) {
        const [, ...wrong] = VALUES[type] ??
          assert.fail(`${verb} takes a ${type}`);
        for (const value of wrong) {
          const error = await refusalOf(client, verb, {
            ...fits,
            [name]: value,
          });
          assert.deepEqual([error.code, error.details], ["INVALID_ARGUMENT", {
            argument: name,
          }], error.message);
          assert.match(
            error.message,
            new RegExp(`^${verb} cannot read its argument ${name}: `),
          );
          tried += 1;
        }
      }
      const unknown = await refusalOf(client, verb, {
        ...fits,
        nobody_knows: 1,
      });
      assert.deepEqual([unknown.code, unknown.details], ["UNKNOWN_ARGUMENT", {
        argument: "nobody_knows",
      }]);
      assert.equal(unknown.message, `${verb} takes no argument nobody_knows.`);
    }
    assert(tried > 100, String(tried));
  },
);

dbTest(
  "a backend that acts for a tenant reads the same words, from sms_call_for",
  async ({ sql }) => {
    const userId = await addUser(sql);
    const secret = {
      rpc: async (
        _: string,
        { verb, arguments: args }: { verb: string; arguments: unknown },
      ) => {
        const [row] = await sql`select public.sms_call_for(${userId}, ${verb}, ${
          sql.json(args as never)
        }) as data`;
        return { data: row?.data, error: null };
      },
    } as unknown as SupabaseClient;
    const plain = clientOf(sql, await argumentsOf(sql, "sms_cancel_message"));
    for (
      const args of [{ message_id: "no-uuid" }, { message_id: ID, more: 1 }]
    ) {
      const [one, other] = [
        await refusalOf(secret, "sms_cancel_message", args, userId),
        await refusalOf(plain, "sms_cancel_message", args),
      ];
      assert.deepEqual([one.code, one.message, one.details], [
        other.code,
        other.message,
        other.details,
      ]);
    }
    const missing = await refusalOf(secret, "sms_cancel_message", {}, userId);
    assert.equal(
      missing.message,
      "sms_cancel_message needs the argument message_id.",
    );
  },
);

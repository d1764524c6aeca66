/** Verbs and tables as a signed-in user reaches them through the API: JSON that PostgREST turns into arguments. */
import * as fc from "fast-check";
import type { Sql } from "postgres";
import type { SqlRequest } from "./request.ts";
import { mixed, oddJson, oddText, type Pools, valueFor } from "./values.ts";

/** A verb with its arguments, or a table with columns that somebody may write. */
export interface Callable {
  readonly what: string;
  readonly fields: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[];
  /** Whether a signed-in user may call it. */
  readonly granted: boolean;
}

export async function callables(sql: Sql): Promise<Callable[]> {
  const verbs = await sql<Callable[]>`
    select p.proname as what, has_function_privilege('authenticated', p.oid, 'execute') as granted,
      coalesce((select json_agg(json_build_object('name', p.proargnames[i], 'type', format_type(p.proargtypes[i - 1], null),
          'optional', i > p.pronargs - p.pronargdefaults) order by i)
        from generate_series(1, p.pronargs) i), '[]') as fields
    from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname like 'sms\\_%' order by 1`;
  // Of tables that may be written, the columns that may: all others are refused before anything is looked at.
  const tables = await sql<Callable[]>`
    select action || ' ' || relname as what, bool_or(may) as granted,
      coalesce(json_agg(field order by attnum) filter (where may), json_agg(field order by attnum)) as fields
    from (
      select action, c.relname, a.attnum, case when action in ('insert', 'update')
          then has_column_privilege('authenticated', c.oid, a.attnum, action)
          else has_table_privilege('authenticated', c.oid, action) end as may,
        json_build_object('name', a.attname, 'type', format_type(a.atttypid, null), 'optional', true) as field
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      cross join unnest(array['insert', 'update', 'delete', 'select']) action
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname like 'sms\\_%') columns
    group by action, relname order by 1`;
  return [...verbs, ...tables];
}

/** How PostgREST writes it: a record out of JSON, its fields as arguments or columns. */
export function statementOf({ what, fields }: Callable, given: readonly string[]): string {
  const used = fields.filter(({ name }) => given.includes(name));
  const columns = used.map(({ name, type }) => `"${name}" ${type}`).join(", ");
  const record = used.length > 0
    ? `from json_to_record($1::text::json) as given(${columns})`
    : "where $1::text is not null";
  const [action, table] = what.split(" ");
  const names = used.map(({ name }) => `"${name}"`).join(", ");
  const values = used.map(({ name }) => `given."${name}"`).join(", ");
  switch (table === undefined ? "verb" : action) {
    case "insert":
      return `insert into public.${table} (${names || "user_id"}) select ${
        values || "null::uuid"
      } ${record} returning *`;
    case "update":
      return `update public.${table} set ${
        used.map(({ name }) => `"${name}" = given."${name}"`).join(", ") || "user_id = user_id"
      } ${record} returning 1`;
    case "delete":
      return `delete from public.${table} using (select 1 ${record}) one returning 1`;
    case "select":
      return `select * from public.${table} where $1::text is not null limit 50`;
    default:
      return `select public.${action}(${
        used.map(({ name }) => `"${name}" => given."${name}"`).join(", ")
      }) as answer ${record}`;
  }
}

function ofType(type: string, name: string, pools: Pools): fc.Arbitrary<unknown> {
  const byName = valueFor(name, pools);
  const isList = type.endsWith("[]");
  const fitting = byName ??
    (/^(integer|bigint|numeric|smallint|double)/.test(type)
      ? fc.oneof(
        fc.integer({ min: 0, max: 60 }),
        fc.integer(),
        fc.constantFrom<unknown>(2_147_483_648, "9223372036854775807", -1, 1e30),
      )
      : type === "boolean"
      ? fc.boolean()
      : type.startsWith("json")
      ? fc.oneof(fc.constantFrom<unknown>({}, [], { name: "Ada" }, [{ key_id: "x", secret: "y" }]), oddJson)
      : type === "interval"
      ? fc.constantFrom("1 hour", "-1 hour", "1000000 years", "P1D", "x")
      : isList
      ? fc.array(fc.string({ maxLength: 20 }), { maxLength: 4 })
      : oddText);
  return mixed(fitting, oddJson, 8);
}

export function sqlRequest(all: readonly Callable[], pools: Pools): fc.Arbitrary<SqlRequest> {
  const granted = all.filter(({ granted, what }) => granted && !/^(select|delete) /.test(what));
  const others = all.filter((one) => !granted.includes(one));
  const one = fc.oneof(
    { arbitrary: fc.constantFrom(...granted), weight: 8 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
  return one.chain((callable) => {
    const fields = callable.fields.map(({ name, type, optional }) =>
      fc.oneof(
        {
          arbitrary: ofType(type, name, pools).map((value): [string, unknown][] => [[name, value]]),
          weight: optional ? 2 : 20,
        },
        { arbitrary: fc.constant<[string, unknown][]>([]), weight: optional ? 2 : 1 },
      )
    );
    return fc.record({
      kind: fc.constant("sql" as const),
      who: fc.constantFrom("a" as const, "a" as const, "b" as const, "b" as const, "nobody" as const),
      what: fc.constant(callable.what),
      args: fc.tuple(...fields).map((given) => JSON.stringify(Object.fromEntries(given.flat()))),
    });
  });
}

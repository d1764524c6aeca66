/** Who may do what: the part of a migration that closes and opens, measured on real projects. */
import type { Sql } from "postgres";

/** One privilege of one of the four grantees whom the tree closes and opens for. */
interface Privilege {
  /** As `grant … on` wants it, for instance `function public.sms_take_turn(uuid,text,integer)`. */
  object: string;
  /** Null: the whole object. */
  column: string | null;
  grantee: string;
  privilege: string;
}

const GRANTEES = ["public", "anon", "authenticated", "service_role"];

const PRIVILEGES = `
  select entry.object, entry.column_name as column, coalesce(role.rolname, 'public') as grantee,
    lower(acl.privilege_type) as privilege
  from (
    select 'schema ' || quote_ident(nspname) as object, null::text as column_name,
      coalesce(nspacl, acldefault('n', nspowner)) as acl
    from pg_namespace where nspname = 'sms_private'
    union all
    select case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass, null,
      coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))
    from pg_class c
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace)
    union all
    select 'table ' || c.oid::regclass, quote_ident(a.attname), a.attacl
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attacl is not null and not a.attisdropped
      and c.relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace)
    union all
    select 'function ' || p.oid::regprocedure, null, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'sms_private'::regnamespace)
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  ) entry
  cross join aclexplode(entry.acl) acl
  left join pg_roles role on role.oid = acl.grantee
  where acl.grantee = 0 or role.rolname in ('anon', 'authenticated', 'service_role')
  order by 1, 2 nulls first, 3, 4`;

export type Privileges = Map<string, Privilege>;

export async function readPrivileges(sql: Sql): Promise<Privileges> {
  return await sql.begin(async (transaction) => {
    await transaction.unsafe("set local search_path = pg_catalog");
    const rows = await transaction.unsafe<Privilege[]>(PRIVILEGES);
    return new Map(rows.map((row) => [JSON.stringify({ ...row }), row]));
  });
}

/** What the first has and the second has not. */
export function without(first: Privileges, second: Privileges): Privilege[] {
  return [...first].filter(([key]) => !second.has(key)).map(([, privilege]) => privilege);
}

export function sayPrivilege({ object, column, grantee, privilege }: Privilege): string {
  return `${grantee}: ${privilege} on ${object}${column === null ? "" : ` (${column})`}`;
}

/**
 * Statements that give every project the privileges of the tree.
 *
 * @param before what holds after the rest of the migration, on a project of each kind
 * @param after what should hold; the same on every kind
 */
export function grantStatements(before: Privileges[], after: Privileges): string[] {
  const closed = new Set(before.flatMap((held) => without(held, after)).map(({ object }) => object));
  const missing = new Set(
    before.flatMap((held) => without(after, held)).map((row) => JSON.stringify({ ...row })),
  );
  // What is closed is opened again as a whole: like the tree, a migration closes by name and for all.
  const granted = [...after].filter(([key, { object }]) => closed.has(object) || missing.has(key))
    .map(([, privilege]) => privilege);
  return [
    ...[...closed].sort().map((object) => `revoke all on ${object} from ${GRANTEES.join(", ")}`),
    ...groupGrants(granted),
  ];
}

/** One statement for each object and grantee, and one for each list of columns. */
function groupGrants(granted: Privilege[]): string[] {
  const whole = groupBy(
    granted.filter(({ column }) => column === null),
    ({ object, grantee }) => [object, grantee],
  );
  const columns = groupBy(
    granted.filter(({ column }) => column !== null),
    ({ object, grantee, privilege }) => [object, grantee, privilege],
  );
  return [
    ...whole.map(([first, all]) =>
      `grant ${all.map(({ privilege }) => privilege).join(", ")} on ${first.object} to ${first.grantee}`
    ),
    ...columns.map(([first, all]) =>
      `grant ${first.privilege} (${
        all.map(({ column }) => column).join(", ")
      }) on ${first.object} to ${first.grantee}`
    ),
  ];
}

function groupBy(all: Privilege[], key: (privilege: Privilege) => string[]): [Privilege, Privilege[]][] {
  const groups = new Map<string, [Privilege, Privilege[]]>();
  for (const privilege of all) {
    const name = JSON.stringify(key(privilege));
    const group = groups.get(name);
    if (group) group[1].push(privilege);
    else groups.set(name, [privilege, [privilege]]);
  }
  return [...groups.values()];
}

/** What a database holds of ours, as rows of text that can be compared. */
import type { Sql } from "postgres";

/** Ours, not those of an extension that somebody put into `public`. */
const OURS = "in ('public'::regnamespace, 'sms_private'::regnamespace)";
const NOT_OF_AN_EXTENSION =
  "not exists (select from pg_depend d where d.classid = $class and d.objid = $oid and d.deptype = 'e')";

function ownObjects(catalogue: string, oid: string): string {
  return NOT_OF_AN_EXTENSION.replace("$class", `'${catalogue}'::regclass`).replace("$oid", oid);
}

const OWN_RELATIONS = `c.relnamespace ${OURS} and ${ownObjects("pg_class", "c.oid")}`;
const OWN_FUNCTIONS = `p.pronamespace ${OURS} and ${ownObjects("pg_proc", "p.oid")}`;

/** Privileges in a fixed order. No entry at all and Postgres's default written out are the same. */
function privileges(acl: string): string {
  return `(select coalesce(string_agg(a::text, ' ' order by a::text), 'nobody') from unnest(${acl}) a)`;
}

/** Each query gives a name and all that must be the same under it. */
const QUERIES: Record<string, string> = {
  schema: `select nspname::text as name,
      concat_ws(' ', nspowner::regrole, ${privileges("coalesce(nspacl, acldefault('n', nspowner))")}) as value
    from pg_namespace where oid ${OURS}`,
  relation: `select c.oid::regclass::text as name, concat_ws(' ', c.relkind, c.relowner::regrole,
      'security', c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence,
      ${
    privileges(
      "coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::\"char\", c.relowner))",
    )
  }
    ) as value from pg_class c where ${OWN_RELATIONS} and c.relkind in ('r', 'p', 'v', 'm', 'S')`,
  column: `select format('%s.%s', c.oid::regclass, a.attname) as name, concat_ws(' ',
      'position', row_number() over (partition by c.oid order by a.attnum),
      format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attcollation::regcollation,
      pg_get_expr(d.adbin, d.adrelid), ${privileges("a.attacl")}) as value
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where ${OWN_RELATIONS} and c.relkind in ('r', 'p', 'v', 'm', 'c')`,
  constraint: `select format('%s on %s', conname, conrelid::regclass) as name,
      concat_ws(' ', pg_get_constraintdef(oid), convalidated) as value
    from pg_constraint where connamespace ${OURS} and conrelid <> 0`,
  index: `select i.indexrelid::regclass::text as name,
      concat_ws(' ', pg_get_indexdef(i.indexrelid), c.reloptions, i.indisvalid) as value
    from pg_index i join pg_class c on c.oid = i.indexrelid where ${OWN_RELATIONS}`,
  sequence:
    `select seqrelid::regclass::text as name, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmax,
      seqmin, seqcache, seqcycle) as value
    from pg_sequence join pg_class c on c.oid = seqrelid where ${OWN_RELATIONS}`,
  view: `select c.oid::regclass::text as name, pg_get_viewdef(c.oid) as value
    from pg_class c where ${OWN_RELATIONS} and c.relkind in ('v', 'm')`,
  type:
    `select t.oid::regtype::text as name, concat_ws(' ', t.typtype, t.typowner::regrole, t.typbasetype::regtype,
      (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid),
      ${privileges("coalesce(t.typacl, acldefault('T', t.typowner))")}) as value
    from pg_type t where t.typnamespace ${OURS} and t.typelem = 0 and t.typtype <> 'c'
      and ${ownObjects("pg_type", "t.oid")}`,
  "function":
    `select p.oid::regprocedure::text as name, concat_ws(E'\\n', pg_get_functiondef(p.oid), p.proowner::regrole,
      ${privileges("coalesce(p.proacl, acldefault('f', p.proowner))")}) as value
    from pg_proc p where ${OWN_FUNCTIONS} and p.prokind <> 'a'`,
  trigger: `select format('%s on %s', t.tgname, t.tgrelid::regclass) as name,
      concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled) as value
    from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and ${OWN_RELATIONS}`,
  policy:
    `select format('%s on %s', polname, polrelid::regclass) as name, concat_ws(' ', polcmd, polpermissive,
      (select array_agg(role::regrole::text order by role) from unnest(polroles) role),
      pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) as value
    from pg_policy join pg_class c on c.oid = polrelid where ${OWN_RELATIONS}`,
  comment: `select concat_ws(' ', thing.type, thing.identity) as name, d.description as value
    from pg_description d
    cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) thing
    where thing.schema in ('public', 'sms_private') or thing.identity in ('sms_private')
      or thing.identity ~ '(^| on )(public|sms_private)\\.'`,
  "default privilege": `select format('%s in %s on %s', defaclrole::regrole,
      case when defaclnamespace = 0 then 'every schema' else defaclnamespace::regnamespace::text end,
      defaclobjtype) as name, ${privileges("defaclacl")} as value from pg_default_acl`,
  extension: `select extname::text as name, extnamespace::regnamespace::text as value from pg_extension`,
};

/** The columns of rows that come with the schema: those that name a row, and those that an operator may have changed. */
export interface RowColumns {
  keys: string[];
  values: string[];
  /** The values are jsonb. */
  json?: true;
}

export const ROWS: Record<string, RowColumns> = {
  "sms_private.settings": { keys: ["name"], values: ["value"], json: true },
  "sms_private.country_prefixes": { keys: ["prefix"], values: ["country", "territory_of", "state", "zones"] },
  "sms_private.number_spellings": { keys: ["old_prefix", "digits"], values: ["new_prefix", "country"] },
  "sms_private.opt_out_words": { keys: ["word", "language"], values: ["weight"] },
  "sms_private.opt_out_patterns": {
    keys: ["language"],
    values: ["texts", "trigger", "harmless", "guard", "sure", "doubt"],
  },
};

/** Kind and name → what must be the same. */
export type Catalogue = Map<string, string>;

export async function readCatalogue(sql: Sql): Promise<Catalogue> {
  const catalogue: Catalogue = new Map();
  await sql.begin(async (transaction) => {
    // Names are then written in full, whatever the search path of a role.
    await transaction.unsafe("set local search_path = pg_catalog");
    const [tables] = await transaction<{ there: string[] }[]>`
      select array(select t from unnest(${
      Object.keys(ROWS)
    }::text[]) t where to_regclass(t) is not null) as there`;
    for (const [kind, query] of Object.entries({ ...QUERIES, ...rowQueries(tables?.there) })) {
      const rows = await transaction.unsafe<{ name: string; value: string }[]>(query);
      for (const { name, value } of rows) catalogue.set(`${kind} ${name}`, value);
    }
  });
  return catalogue;
}

/** As JSON, so that a build without a table or a column can be read too. */
function rowQueries(tables: string[] = Object.keys(ROWS)): Record<string, string> {
  const queries = Object.entries(ROWS).filter(([table]) => tables.includes(table)).map(
    ([table, { keys, values }]) => {
      const key = keys.map((name) => `row.${name}::text`).join(` || ' ' || `);
      const value = values.map((name) => `to_jsonb(row) -> '${name}'`);
      return [
        `row of ${table}`,
        `select ${key} as name, jsonb_build_array(${value.join(", ")})::text as value from ${table} row`,
      ];
    },
  );
  return Object.fromEntries(queries);
}

/** The texts of the queries: a part of a fingerprint, so that a new query is asked once. */
export const catalogueQueries: string = JSON.stringify({ ...QUERIES, ...rowQueries() });

/** @returns a sentence per difference, `first` and `second` being the names of the two sides */
export function compareCatalogues(
  first: { is: string; has: Catalogue },
  second: { is: string; has: Catalogue },
): string[] {
  const differences: string[] = [];
  for (const [name, value] of first.has) {
    const other = second.has.get(name);
    if (other === undefined) differences.push(`Only in ${first.is}: ${name}`);
    else if (other !== value) {
      const [one, two] = firstDifference(value, other);
      differences.push(`Not the same: ${name}\n  ${first.is}: ${one}\n  ${second.is}: ${two}`);
    }
  }
  for (const name of second.has.keys()) {
    if (!first.has.has(name)) differences.push(`Only in ${second.is}: ${name}`);
  }
  return differences;
}

/** Of long texts, the part from shortly before the first character that differs. */
function firstDifference(one: string, two: string): [string, string] {
  let at = 0;
  while (at < one.length && one[at] === two[at]) at++;
  const from = Math.max(0, one.lastIndexOf("\n", at - 1) + 1, at - 100);
  return [cut(one, from), cut(two, from)];
}

function cut(text: string, from: number): string {
  const part = text.slice(from, from + 200).replaceAll("\n", " ⏎ ");
  return `${from > 0 ? "…" : ""}${part}${text.length > from + 200 ? "…" : ""}`;
}

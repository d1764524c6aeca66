/**
 * The database that a developer names by `task dev --database URL`. It is looked at before anything is written: only an
 * empty database, or one that carries our mark, is used.
 */
import type { Sql } from "postgres";
import { connect } from "./database.ts";
import { UsageError } from "./project.ts";

/**
 * Stands in the comment on a database that the local stack may change. A comment, because it is no object in the
 * database, everybody sees it in a list of databases, and a developer can set it by hand.
 */
export const MARK = "supabase-sms local stack";

/** The most tables that a refusal names. */
const NAMED_TABLES = 5;

/** Host, port and database of a connection, and never its password. */
export function describeServer(sql: Sql): string {
  const { host, port, database } = sql.options;
  return `database ${database} on ${host[0]}:${port[0]}`;
}

/** The same connection string without the password. */
export function withoutPassword(url: string): string {
  const copy = new URL(url);
  copy.password = "";
  return copy.href;
}

/**
 * Connects to the database, and marks it as ours if it is empty.
 *
 * @throws UsageError if it cannot be reached, if the role is no superuser, or if it has tables and no mark; nothing is
 * written then
 */
export async function openGivenDatabase(url: string): Promise<Sql> {
  const sql = connect(url);
  try {
    await mark(sql, await inspect(sql));
    return sql;
  } catch (error) {
    await sql.end({ timeout: 1 });
    throw error;
  }
}

interface Findings {
  superuser: boolean;
  comment: string | null;
  tables: string[];
}

async function inspect(sql: Sql): Promise<Findings> {
  try {
    return await sql.begin("read only", async (transaction) => {
      const [row] = await transaction<{ superuser: boolean; comment: string | null }[]>`
        select r.rolsuper as superuser, shobj_description(d.oid, 'pg_database') as comment
        from pg_roles r, pg_database d
        where r.rolname = current_user and d.datname = current_database()`;
      // Tables of extensions come with the extension; everything else that stores or shows rows is somebody's work.
      const tables = await transaction<{ name: string }[]>`
        select c.oid::regclass::text as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'f', 'v', 'm')
          and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
            and d.deptype = 'e')
        order by n.nspname = 'public' desc, 1`;
      return {
        superuser: row?.superuser ?? false,
        comment: row?.comment ?? null,
        tables: tables.map(({ name }) => name),
      };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The ${describeServer(sql)} cannot be used: ${reason}`, { cause: error });
  }
}

async function mark(sql: Sql, { superuser, comment, tables }: Findings): Promise<void> {
  const name = describeServer(sql);
  if (!superuser) {
    throw new UsageError(`The ${name} cannot be used: the local stack makes roles, so it needs a superuser.`);
  }
  if (comment?.includes(MARK)) return;
  const marked = comment ? `${comment} (${MARK})` : MARK;
  if (tables.length > 0) throw new UsageError(refusal(name, tables, commentOn(sql, marked)));
  await sql.unsafe(commentOn(sql, marked));
}

function commentOn(sql: Sql, comment: string): string {
  const quoted = (text: string, quote: string) => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
  return `comment on database ${quoted(sql.options.database, '"')} is ${quoted(comment, "'")}`;
}

function refusal(name: string, tables: string[], statement: string): string {
  const named = tables.slice(0, NAMED_TABLES).join(", ");
  const more = tables.length > NAMED_TABLES ? ` and ${tables.length - NAMED_TABLES} more` : "";
  return [
    `The ${name} has tables (${named}${more}) and is not marked as a database of the local stack.`,
    "Nothing was changed. Name an empty database: the local stack adds schemas, tables, roles and a demo user.",
    `If this database was made for it, mark it: ${statement};`,
  ].join("\n");
}

/** A database of somebody else's program, to see that the local stack leaves it alone. */
import type { Sql } from "postgres";
import { connect } from "../../local/database.ts";
import { testServer } from "../support/postgres.ts";

export interface PlainDatabase extends AsyncDisposable {
  name: string;
  url: string;
  sql: Sql;
}

/** An empty database on the server of this test run. */
export async function plainDatabase(): Promise<PlainDatabase> {
  const name = `plain_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = connect(testServer.adminUrl, 1);
  await admin.unsafe(`create database ${name} template template0`);
  const url = testServer.url(name);
  const sql = connect(url, 1);
  return {
    name,
    url,
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** The same with one table and one row. */
export async function shopDatabase(): Promise<PlainDatabase> {
  const database = await plainDatabase();
  await database.sql`create table public.orders as select 1 as id`;
  return database;
}

/** All that a database is made of, as far as the local stack could change it. */
export async function snapshot(sql: Sql): Promise<unknown> {
  const [row] = await sql`
    select d.datdba::regrole::text as owner, d.datacl::text as grants, shobj_description(d.oid, 'pg_database') as comment,
      (select array_agg(n.nspname || ' ' || n.nspowner || coalesce(n.nspacl::text, '') order by n.oid)
        from pg_namespace n where n.nspname !~ '^pg_') as schemas,
      (select array_agg(c.oid::regclass::text || coalesce(c.relacl::text, '') order by c.oid)
        from pg_class c where c.oid >= 16384) as relations,
      (select array_agg(p.oid::regprocedure::text order by p.oid) from pg_proc p where p.oid >= 16384) as functions,
      (select array_agg(e.extname::text order by e.oid) from pg_extension e) as extensions,
      (select count(*)::int from pg_default_acl) as default_privileges,
      (select array_agg(md5(query_to_xml('table ' || c.oid::regclass, true, false, '')::text) order by c.oid)
        from pg_class c where c.oid >= 16384 and c.relkind = 'r') as rows
    from pg_database d where d.datname = current_database()`;
  return { ...row };
}

import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { connect } from "../../local/database.ts";
import { exists } from "../../local/files.ts";
import { freePort } from "../../local/ports.ts";
import { UsageError } from "../../local/project.ts";
import { prepareStackDatabase, type StackDatabaseOptions } from "../../local/stack_database.ts";
import { plainDatabase, snapshot } from "./plain_database.ts";

/** Prepares a database, looks at it, and stops its server. */
async function prepare<T>(
  port: number,
  options: StackDatabaseOptions,
  look: (database: Awaited<ReturnType<typeof prepareStackDatabase>>) => Promise<T>,
): Promise<T> {
  await using parts = new AsyncDisposableStack();
  return await look(await prepareStackDatabase(parts, port, options));
}

const OLDER = `insert into supabase_migrations.schema_migrations (version, name)
  values ('20251122170000', 'foundation'), ('20251122170100', 'messages')`;

Deno.test("a local database of another version is refused unchanged; --fresh moves it aside", async () => {
  const port = freePort();
  const kept = { ephemeral: false };
  const folder = await prepare(port, kept, async ({ sql, logFile }) => {
    await sql`create table public.mine as select 1 as id`;
    return dirname(logFile);
  });
  const aside: string[] = [];
  try {
    const before = await prepare(port, kept, async ({ sql }) => {
      await sql.unsafe(OLDER);
      return await snapshot(sql);
    });
    await rejects(prepare(port, kept, () => Promise.resolve()), (error) => {
      ok(error instanceof UsageError);
      match(error.message, /made with 2 migrations \(20251122170000 to 20251122170100\)/);
      match(
        error.message,
        new RegExp(`Nothing was changed\\. Start afresh with .deno task dev --fresh --port ${port}`),
      );
      return true;
    });
    const tables = await prepare(
      port,
      { ...kept, fresh: true },
      ({ sql }) =>
        sql`select to_regclass('public.mine') as mine, to_regclass('public.sms_messages') as messages`,
    );
    deepStrictEqual({ ...tables[0] }, { mine: null, messages: "sms_messages" });
    for await (const { name } of Deno.readDir(dirname(folder))) {
      if (name.startsWith(`data-${port}-until-`)) aside.push(join(dirname(folder), name));
    }
    strictEqual(aside.length, 1);
    ok(
      before !== undefined && await exists(join(aside[0] ?? "", "initialized")),
      "the old data is kept whole",
    );
  } finally {
    for (const path of [folder, ...aside]) await Deno.remove(path, { recursive: true });
  }
});

Deno.test("a database that --database names is refused for unknown migrations too, and left as it is", async () => {
  await using database = await plainDatabase();
  const given = { databaseUrl: database.url };
  const port = freePort();
  const known = await prepare(
    port,
    given,
    ({ sql }) => sql`select version from supabase_migrations.schema_migrations`,
  );
  await prepare(port, given, ({ sql }) => {
    strictEqual(known.length > 0, true, "its own migrations are no reason to refuse it");
    return sql.unsafe(OLDER);
  });
  const look = connect(database.url, 1);
  const before = await snapshot(look);
  await rejects(prepare(port, given, () => Promise.resolve()), (error) => {
    return error instanceof UsageError && /made with 2 migrations/.test(error.message) &&
      /Name an empty database/.test(error.message);
  });
  deepStrictEqual(await snapshot(look), before);
  await look.end();
});

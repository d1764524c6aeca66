import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import type { Sql } from "postgres";
import { MARK, openGivenDatabase } from "../../local/given_database.ts";
import { freePort } from "../../local/ports.ts";
import { projectRoot, UsageError } from "../../local/project.ts";
import { testServer } from "../support/postgres.ts";
import { plainDatabase, shopDatabase, snapshot } from "./plain_database.ts";

/** What `task dev` with these flags prints, until it is ready or ends. */
async function dev(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    // Quiet: without it the command line is printed, with the URL that was typed.
    args: ["task", "-q", "dev", "--port", String(freePort()), ...args],
    cwd: projectRoot,
    env: { TWILIO_ACCOUNT_SID: "", TWILIO_AUTH_TOKEN: "", OPENAI_API_KEY: "" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let stdout = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += text;
    if (/^ready .*\n/m.test(stdout)) child.kill("SIGTERM");
  }
  return { code: (await child.status).code, stdout, stderr: await stderr };
}

/** Opens it and closes it again. */
async function openAndClose(url: string): Promise<void> {
  await (await openGivenDatabase(url)).end();
}

async function commentOf(sql: Sql): Promise<string | null> {
  const [row] = await sql<{ comment: string | null }[]>`
    select shobj_description(oid, 'pg_database') as comment from pg_database where datname = current_database()`;
  return row?.comment ?? null;
}

Deno.test("--database refuses a database with tables, and changes nothing in it", async () => {
  await using shop = await shopDatabase();
  const before = await snapshot(shop.sql);
  const { code, stdout, stderr } = await dev(["--database", shop.url]);
  strictEqual(code, 2, stdout + stderr);
  match(stderr, new RegExp(`database ${shop.name} on 127\\.0\\.0\\.1:\\d+ has tables \\(orders\\)`));
  match(stderr, /Nothing was changed\. Name an empty database/);
  ok(!(stdout + stderr).includes(testServer.password), "the password is not shown");
  deepStrictEqual(await snapshot(shop.sql), before);
});

Deno.test("--database uses an empty database, says which, and marks it; a second start uses it again", async () => {
  await using empty = await plainDatabase();
  for (const start of ["first", "second"]) {
    const { stdout, stderr } = await dev(["--database", empty.url]);
    match(
      stdout,
      new RegExp(`Using the database ${empty.name} on 127\\.0\\.0\\.1:\\d+, as --database says`),
      stderr,
    );
    match(stdout, /^ready \{/m, start);
    ok(!(stdout + stderr).includes(testServer.password), "the password is not shown");
  }
  strictEqual(await commentOf(empty.sql), MARK);
  const users = await empty.sql`select email from auth.users`;
  deepStrictEqual(users.map(({ email }) => email), ["demo@example.com"]);
});

Deno.test("a database is marked by hand with the statement that the refusal prints", async () => {
  await using shop = await shopDatabase();
  await shop.sql.unsafe(`comment on database ${shop.name} is 'Bob''s shop'`);
  const refusal = await openAndClose(shop.url).catch((error) => error);
  ok(refusal instanceof UsageError);
  const [, statement = ""] = /mark it: (.*);$/.exec(refusal.message) ?? [];
  await shop.sql.unsafe(statement);
  strictEqual(await commentOf(shop.sql), `Bob's shop (${MARK})`);
  await openAndClose(shop.url);
});

Deno.test("a view counts as a table; what an extension brings does not", async () => {
  await using database = await plainDatabase();
  const { sql, url } = database;
  await sql`create schema sales`;
  for (const kind of ["view", "materialized view"]) {
    await sql.unsafe(`create ${kind} sales.report as select 1 as id`);
    await rejects(openAndClose(url), /has tables \(sales\.report\)/);
    await sql.unsafe(`drop ${kind} sales.report`);
  }
  // Its view stands in `public`.
  await sql`create extension pg_stat_statements`;
  await openAndClose(url);
  strictEqual(await commentOf(sql), MARK);
});

Deno.test("a role that is no superuser is refused before anything is written", async () => {
  await using database = await plainDatabase();
  const { sql, name } = database;
  const role = `plain_${name.slice(-8)}`;
  await sql.unsafe(`create role ${role} login password 'secret'`);
  const before = await snapshot(sql);
  const url = new URL(testServer.url(name));
  [url.username, url.password] = [role, "secret"];
  await rejects(
    openAndClose(url.href),
    (error) => error instanceof UsageError && /superuser/.test(error.message),
  );
  deepStrictEqual(await snapshot(sql), before);
  await sql.unsafe(`drop role ${role}`);
});

Deno.test("a server that does not answer is named without the password", async () => {
  const url = `postgresql://owner:hush@127.0.0.1:${freePort()}/shop`;
  await rejects(openAndClose(url), (error) => {
    return error instanceof UsageError &&
      /The database shop on 127\.0\.0\.1:\d+ cannot be used/.test(error.message) &&
      !error.message.includes("hush");
  });
});

Deno.test("task move reads SUPABASE_SMS_DATABASE_URL and never DATABASE_URL", async () => {
  await using shop = await shopDatabase();
  const move = (env: Record<string, string>) =>
    new Deno.Command(Deno.execPath(), { args: ["task", "move"], cwd: projectRoot, env }).output();
  const key = btoa("k".repeat(32));
  const accident = await move({ DATABASE_URL: shop.url, SMS_CREDENTIALS_KEY: key });
  strictEqual(accident.code, 2);
  match(new TextDecoder().decode(accident.stderr), /Set SUPABASE_SMS_DATABASE_URL/);
  const meant = await move({ SUPABASE_SMS_DATABASE_URL: shop.url, SMS_CREDENTIALS_KEY: key });
  match(
    new TextDecoder().decode(meant.stdout),
    new RegExp(`in the database ${shop.name} on 127\\.0\\.0\\.1`),
  );
  const malformed = await move({ SUPABASE_SMS_DATABASE_URL: shop.url, SMS_CREDENTIALS_KEY: "short" });
  strictEqual(malformed.code, 1);
  const said = new TextDecoder().decode(malformed.stderr).trim().split("\n").slice(-1)[0] ?? "";
  match(said, /SMS_CREDENTIALS_KEY is not valid/);
  ok(!/\bat file:/.test(new TextDecoder().decode(malformed.stderr)), "no stack trace");
});

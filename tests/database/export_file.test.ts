/** `deno task add --export`: what the database holds, in one file, before it is taken out. */
import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import type { Sql } from "postgres";
import { createTestDatabase } from "../../local/database.ts";
import { UsageError } from "../../local/project.ts";
import { describeExport, exportTo } from "../../tools/add/export.ts";
import { testServer } from "../support/postgres.ts";
import { emptyDbTest } from "./db_test.ts";
import { addTenant, call, callAs, exchange, phone, type Tenant, text } from "./support.ts";

interface Line {
  tenant?: string | null;
  email?: string;
  part?: string;
  row?: Record<string, unknown>;
  complete?: boolean;
  rows?: Record<string, number>;
}

/** A path in a folder of its own. */
async function somewhere(): Promise<AsyncDisposable & { file: string; folder: string }> {
  const folder = await Deno.makeTempDir({ prefix: "sms_export_" });
  return {
    folder,
    file: join(folder, "sms.jsonl"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function linesOf(file: string): Promise<Line[]> {
  const text = await Deno.readTextFile(file);
  assert(text.endsWith("\n"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The page-by-page export of one part, as docs/privacy.md shows it. */
async function exported(sql: Sql, { userId }: Tenant, part: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  let after: unknown = null;
  do {
    const page = await call(sql, "sms_export_tenant_for", { owner_id: userId, after, page_size: 2 });
    if (page.part === part) rows.push(...page.rows as unknown[]);
    after = page.next;
  } while (after !== null);
  return rows;
}

async function contactOf(sql: Sql, { userId }: Tenant, number: string): Promise<string> {
  const [row] =
    await sql`select id from public.sms_contacts where user_id = ${userId} and number = ${number}`;
  return row?.id;
}

emptyDbTest(
  "an export has all tenants, texts of nobody and every opt-out, and changes nothing",
  async ({ sql, database }) => {
    const [one, other] = [await addTenant(sql), await addTenant(sql)];
    const [stopped, erased] = [phone(), phone()];
    for (let i = 0; i < 4; i++) await exchange(sql, one, phone(), `Question ${i} "?"\n\u2028`);
    await text(sql, one, stopped, "STOP");
    await text(sql, one, erased, "STOP");
    const erasure = await callAs(sql, one, "sms_erase_contact", {
      contact_id: await contactOf(sql, one, erased),
    });
    assert.equal(erasure.outcome, "erased");
    await text(sql, other, phone(), "Of the other tenant");
    await sql`insert into auth.users (id, email) values (gen_random_uuid(), 'without.ours@example.com')`;
    await text(sql, one, phone(), "To nobody", { to_number: phone() });
    await using place = await somewhere();
    const before = await sql`select * from public.sms_messages order by id`;
    const found = await exportTo(place.file, database.postgresUrl, "1.0.0");
    assert.deepEqual(await sql`select * from public.sms_messages order by id`, before);

    const lines = await linesOf(place.file);
    const rows = (part: string, tenant: string | null) =>
      lines.filter((line) => line.part === part && line.tenant === tenant).map(({ row }) => row);
    for (const tenant of [one, other]) {
      for (
        const part of [
          "accounts",
          "assistants",
          "numbers",
          "contacts",
          "conversations",
          "messages",
          "consent_events",
        ]
      ) {
        assert.deepEqual(rows(part, tenant.userId), await exported(sql, tenant, part), part);
      }
    }
    assert.deepEqual(
      lines.filter(({ email }) => email !== undefined).map(({ email }) => email).sort(),
      [one, other].map(({ userId }) => `${userId}@example.com`).sort(),
      "who has nothing of ours is not in it",
    );
    assert.deepEqual(rows("messages", null).map((row) => row?.body), ["To nobody"]);

    const optOuts = rows("opt_outs", null);
    assert.equal(optOuts.length, 2);
    assert(optOuts.some((row) => row?.contact_number === stopped && row.sending_number === one.number));
    const [key, ...more] = rows("opt_out_keys", null);
    assert(key && more.length === 0);
    const hash = createHmac(
      "sha256",
      new Uint8Array((String(key.secret).match(/../g) ?? []).map((two) => parseInt(two, 16))),
    )
      .update(erased).digest("hex");
    assert(
      optOuts.some((row) => row?.contact_hash === hash && row.key_id === key.id),
      "found by who has the number",
    );
    assert(!JSON.stringify(lines).includes(erased), "who was erased is in it by that hash alone");

    const last = lines.at(-1);
    assert.deepEqual([last?.complete, last?.rows?.opt_outs, last?.rows?.opt_out_keys], [true, 2, 1]);
    assert.equal(found.rows.messages, lines.filter(({ part }) => part === "messages").length);
    assert.match(
      describeExport("sms.jsonl", found).join("\n"),
      /^sms\.jsonl: 2 tenants; .*messages \d+.*opt_outs 2, opt_out_keys 1\.\n.*as you keep a password/,
    );
    if (Deno.build.os !== "windows") assert.equal(((await Deno.stat(place.file)).mode ?? 0) & 0o777, 0o600);
  },
);

emptyDbTest("an export with a lost key says so, and has all the rest", async ({ sql, database }) => {
  const tenant = await addTenant(sql);
  const from = phone();
  await text(sql, tenant, from, "STOP");
  await callAs(sql, tenant, "sms_erase_contact", { contact_id: await contactOf(sql, tenant, from) });
  await sql`update sms_private.suppression_keys set secret = null`;
  await using place = await somewhere();
  const found = await exportTo(place.file, database.postgresUrl, "1.0.0");
  const lines = await linesOf(place.file);
  assert.deepEqual(lines.filter(({ part }) => part === "opt_out_keys").map(({ row }) => row?.secret), [null]);
  assert.deepEqual([found.rows.opt_outs, lines.at(-1)?.complete], [1, true]);
});

emptyDbTest("an export never writes over a file, and leaves none when it fails", async ({ database }) => {
  await using place = await somewhere();
  await Deno.writeTextFile(place.file, "mine");
  const refused = (words: RegExp, file: string, url = database.postgresUrl) =>
    assert.rejects(
      exportTo(file, url, "1.0.0"),
      (error: Error) =>
        error instanceof UsageError && words.test(error.message) && !error.message.includes("hunter2"),
    );
  await refused(/sms\.jsonl is there already, and is not written over.*Nothing was changed/, place.file);
  assert.equal(await Deno.readTextFile(place.file), "mine");

  const file = join(place.folder, "next.jsonl");
  await refused(/cannot be written.*Nothing was changed/, join(place.folder, "nowhere/next.jsonl"));
  const gone = new URL(database.postgresUrl);
  Object.assign(gone, { port: "1", password: "hunter2" });
  await refused(
    /^The export failed, so nothing was changed and no file is left: .*ECONNREFUSED/,
    file,
    gone.href,
  );
  await using empty = await createTestDatabase(testServer, []);
  await refused(/^Nothing of ours is in this database/, file, empty.postgresUrl);
  const names = (await Array.fromAsync(Deno.readDir(place.folder))).map(({ name }) => name);
  assert.deepEqual(names, ["sms.jsonl"]);
});

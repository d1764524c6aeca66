/** The SQL of the pages, run as it is printed by the database's owner. What docs/privacy.md prints has a test of its own. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { printed } from "../support/pages/printed.ts";
import { putLawBack } from "./lawful.ts";
import { dbTest } from "./db_test.ts";
import { STAND_INS } from "./platform.ts";
import { call, callAs, exchange, phone, text } from "./support.ts";

/** What each statement of a script answers: the first value of its first row. */
async function answers(sql: Sql, script: string): Promise<Record<string, unknown>[]> {
  return await sql.begin(async (owner) => {
    await owner`set local role postgres`;
    const results = await owner.unsafe(script).simple();
    const each = Array.isArray(results[0]) ? results : [results];
    return each.map(([row]) => Object.values(row ?? {})[0]) as Record<string, unknown>[];
  });
}

const stopped = async (sql: Sql) =>
  (await call(sql, "sms_worker_health")).stopped as { what: string; reason: string }[];

dbTest("docs/limits.md allows countries, once and again", async ({ sql, tenant: { userId } }) => {
  const limits = await printed("docs/limits.md", "select public.sms_set_limits");
  for (const _ of ["first", "again"]) await answers(sql, limits.as({ "'…'": `'${userId}'` }));
  const [row] = await sql`select allowed_countries from public.sms_limits where user_id = ${userId}`;
  assert.deepEqual(row?.allowed_countries, ["CA", "MX"]);
});

dbTest("docs/compliance/hours.md changes a row of the law", async ({ sql }) => {
  await putLawBack(sql);
  const row = await printed("docs/compliance/hours.md", "update sms_private.sending_hours");
  await answers(sql, row.as());
  const [federal] = await sql`select closes::text from sms_private.sending_hours where place = 'US'`;
  assert.equal(federal?.closes, "20:00:00");
});

dbTest("docs/archiving.md archives a batch, and schedules it", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const archive = await printed("docs/archiving.md", "select sms_private.archive_messages");
  const [batch = {}] = await answers(sql, archive.as());
  const promised = /-- \{ outcome: archived, (.*) \}/.exec(archive.code)?.[1]?.split(", ") ?? [];
  assert.deepEqual(Object.keys(batch).sort(), ["outcome", ...promised].sort());
  assert.deepEqual([batch.outcome, batch.archived, batch.done], ["archived", 0, true]);
  const jobs = await sql`select jobname, schedule, command from cron.job`;
  assert.deepEqual([...jobs], [{
    jobname: "supabase-sms-archive",
    schedule: "* 3 * * *",
    command: "select sms_private.archive_messages('180 days')",
  }]);
});

dbTest("docs/compliance/consent.md takes who wrote first off the list", async ({ sql, tenant }) => {
  const wrote = phone();
  await text(sql, tenant, wrote, "Hello");
  const reached = async () =>
    (await callAs(sql, tenant, "sms_create_broadcast", { to_numbers: [wrote], body: "News" })).accepted;
  assert.equal(await reached(), 1);
  await answers(sql, (await printed("docs/compliance/consent.md", "update sms_private.settings")).as());
  assert.equal(await reached(), 0);
});

dbTest("docs/restore.md stops sending and answering, one of them, and starts all again", async ({ sql }) => {
  const [off = "", one = "", on = ""] = (await printed("docs/restore.md", "select public.sms_switch_off"))
    .as()
    .split("\n");
  await answers(sql, off);
  assert.deepEqual((await stopped(sql)).map(({ what }) => what).sort(), ["answering", "sending"]);
  await call(sql, "sms_switch_on");
  await answers(sql, one);
  assert.deepEqual((await stopped(sql)).map(({ what, reason }) => [what, reason]), [
    ["answering", "it promises refunds"],
  ]);
  await answers(sql, on);
  assert.deepEqual(await stopped(sql), []);
});

dbTest(
  "docs/restore.md says that it was restored, and is not switched on before Twilio is asked",
  async ({ sql, tenant }) => {
    const [restored = {}] = await answers(
      sql,
      (await printed("docs/restore.md", "select public.sms_after_restore")).as(),
    );
    assert.deepEqual([restored.outcome, restored.accounts], ["restored", [tenant.accountSid]]);
    assert.deepEqual((await stopped(sql)).map(({ what }) => what).sort(), ["answering", "sending"]);
    const [refused = {}] = await answers(
      sql,
      (await printed("docs/restore.md", "select public.sms_switch_on")).as(),
    );
    assert.deepEqual([refused.outcome, refused.details], ["RESTORE_UNFINISHED", {
      accounts: [tenant.accountSid],
    }]);
    assert.equal((await stopped(sql)).length, 2);
  },
);

/** As hosted projects have it: https://supabase.com/docs/guides/database/webhooks. It records what it would post. */
const DATABASE_WEBHOOKS = `
  create schema supabase_functions;
  create table supabase_functions.calls (url text, method text, headers jsonb, row_body text);
  create function supabase_functions.http_request() returns trigger language plpgsql as $$
  begin
    insert into supabase_functions.calls values (tg_argv[0], tg_argv[1], tg_argv[2]::jsonb, new.body);
    return new;
  end $$;
  grant usage on schema supabase_functions to postgres;
  grant all on supabase_functions.calls to postgres;`;

dbTest(
  "docs/events.md posts each text by a Database Webhook, and an error in it undoes the text",
  async ({ sql, tenant }) => {
    await sql.unsafe(DATABASE_WEBHOOKS);
    await answers(sql, (await printed("docs/events.md", "create trigger my_webhook")).as());
    await exchange(sql, tenant, phone(), "Are you open?");
    const calls = await sql`select url, method, headers, row_body from supabase_functions.calls`;
    assert.equal(calls.length, 2, "the text and its answer");
    assert.deepEqual({ ...calls[0] }, {
      url: "https://example.com/hooks/rows",
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer …" },
      row_body: "Are you open?",
    });
    await sql`drop table supabase_functions.calls`;
    await assert.rejects(text(sql, tenant, phone(), "Hello"), /calls/);
    const [kept] = await sql`select count(*)::int from public.sms_messages`;
    assert.equal(kept?.count, 2);
  },
);

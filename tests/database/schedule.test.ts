import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import { STAND_INS } from "./platform.ts";
import type { Sql } from "postgres";
import { addTenant, as, call, PERMISSION_DENIED, stateOf } from "./support.ts";

const SETTINGS = { functions_url: "https://ref.supabase.co/functions/v1/", worker_key: "sb_secret_one" };

async function jobs(sql: Sql) {
  return await sql`select jobname, schedule, command from cron.job order by jobname`;
}

/** As pg_cron does: the command, as the database's owner. */
async function run(sql: Sql, jobname: string): Promise<void> {
  const [job] = await sql`select command from cron.job where jobname = ${jobname}`;
  await sql.begin(async (transaction) => {
    await transaction`set local role postgres`;
    await transaction.unsafe(job?.command);
  });
}

emptyDbTest("sms_schedule_worker() wakes the worker, its key kept in Vault", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const answer = await as(
    sql,
    { role: "service_role" },
    (secret) => call(secret, "sms_schedule_worker", SETTINGS),
  );
  assert.deepEqual(answer, { outcome: "scheduled", every_seconds: 10 });
  assert.deepEqual([...await jobs(sql)], [
    {
      jobname: "supabase-sms-purge",
      schedule: "17 * * * *",
      command: "select sms_private.purge_schedule_logs()",
    },
    { jobname: "supabase-sms-wake", schedule: "10 seconds", command: "select sms_private.wake_worker()" },
  ]);
  await run(sql, "supabase-sms-wake");
  const calls = await sql`select url, body, headers, timeout from net.calls`;
  assert.deepEqual([...calls], [{
    url: "https://ref.supabase.co/functions/v1/sms-worker",
    body: {},
    headers: { apikey: "sb_secret_one", "content-type": "application/json", "x-sms-woken-by": "schedule" },
    timeout: 5000,
  }]);
});

emptyDbTest("a wake goes by http only to this machine and to a container", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const addresses = [
    "http://localhost:54321/functions/v1",
    "http://127.0.0.1:54321/functions/v1",
    "http://[::1]:8000",
    "http://host.docker.internal:54321/functions/v1",
    "http://kong:8000/functions/v1",
    "https://sms.example.com:8443/functions/v1",
  ];
  for (const functions_url of addresses) {
    const { outcome } = await call(sql, "sms_schedule_worker", { ...SETTINGS, functions_url });
    assert.equal(outcome, "scheduled", functions_url);
  }
});

emptyDbTest("sms_schedule_worker() called again leaves one job with the new key", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  await call(sql, "sms_schedule_worker", SETTINGS);
  await call(sql, "sms_schedule_worker", { ...SETTINGS, worker_key: "sb_secret_two", every_seconds: 5 });
  assert.deepEqual((await jobs(sql)).map((job) => job.schedule), ["17 * * * *", "5 seconds"]);
  await run(sql, "supabase-sms-wake");
  const [request] = await sql`select headers ->> 'apikey' as key from net.calls`;
  assert.equal(request?.key, "sb_secret_two");
});

emptyDbTest("sms_schedule_worker() says what is missing, and changes nothing", async ({ sql }) => {
  assert.deepEqual(await call(sql, "sms_schedule_worker", SETTINGS), {
    outcome: "SCHEDULER_UNAVAILABLE",
    missing: ["pg_cron", "pg_net", "supabase_vault"],
  });
  await sql.unsafe(STAND_INS);
  const refused = [
    [{ ...SETTINGS, functions_url: "ref.supabase.co" }, "INVALID_URL"],
    [{ ...SETTINGS, functions_url: "http://ref.supabase.co/functions/v1" }, "INVALID_URL"],
    [{ ...SETTINGS, functions_url: "http://10.0.0.7/functions/v1" }, "INVALID_URL"],
    [{ ...SETTINGS, functions_url: "http://localhost.example.com" }, "INVALID_URL"],
    [{ ...SETTINGS, functions_url: "http://localhost:80@example.com" }, "INVALID_URL"],
    [{ ...SETTINGS, functions_url: "https://user:password@ref.supabase.co" }, "INVALID_URL"],
    [{ ...SETTINGS, functions_url: null }, "INVALID_URL"],
    [{ ...SETTINGS, worker_key: " " }, "KEY_REQUIRED"],
    [{ ...SETTINGS, worker_key: null }, "KEY_REQUIRED"],
    [{ ...SETTINGS, every_seconds: 0 }, "INVALID_INTERVAL"],
    [{ ...SETTINGS, every_seconds: 60 }, "INVALID_INTERVAL"],
  ] as const;
  for (const [args, outcome] of refused) {
    assert.deepEqual(await call(sql, "sms_schedule_worker", args), { outcome });
  }
  assert.equal((await jobs(sql)).length, 0);
});

emptyDbTest("the schedule purges its own runs only", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  await call(sql, "sms_schedule_worker", SETTINGS);
  await sql`select cron.schedule('theirs', '* * * * *', 'select 1')`;
  await sql`insert into cron.job_run_details (jobid, start_time)
    select j.jobid, now() - t.age from cron.job j, (values (interval '2 days'), (interval '1 hour')) as t (age)`;
  await sql`insert into net._http_response (id, created) values (1, now() - interval '2 hours'), (2, now())`;
  await run(sql, "supabase-sms-purge");
  const kept = await sql`select jobname, count(*)::int from cron.job_run_details join cron.job using (jobid)
    group by jobname order by jobname`;
  assert.deepEqual([...kept], [
    { jobname: "supabase-sms-purge", count: 1 },
    { jobname: "supabase-sms-wake", count: 1 },
    { jobname: "theirs", count: 2 },
  ]);
  assert.deepEqual([...await sql`select id::int from net._http_response`], [{ id: 1 }, { id: 2 }]);
});

emptyDbTest("sms_unschedule_worker() ends the schedule and forgets the key", async ({ sql }) => {
  assert.deepEqual(await call(sql, "sms_unschedule_worker"), { outcome: "unscheduled" });
  await sql.unsafe(STAND_INS);
  await call(sql, "sms_schedule_worker", SETTINGS);
  await sql`select vault.create_secret('theirs', 'theirs')`;
  assert.deepEqual(await call(sql, "sms_unschedule_worker"), { outcome: "unscheduled" });
  assert.equal((await jobs(sql)).length, 0);
  assert.deepEqual([...await sql`select name from vault.secrets`], [{ name: "theirs" }]);
});

emptyDbTest("a wake without its key fails where the schedule's log shows it", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  await call(sql, "sms_schedule_worker", SETTINGS);
  await sql`delete from vault.secrets`;
  await assert.rejects(run(sql, "supabase-sms-wake"), /schedule_worker\(\) again/);
});

emptyDbTest("only the secret key schedules, and nobody wakes by SQL", async ({ sql }) => {
  await sql.unsafe(STAND_INS);
  const { userId } = await addTenant(sql);
  for (const who of [{ role: "authenticated", userId }, { role: "anon" }] as const) {
    for (const verb of ["sms_schedule_worker", "sms_unschedule_worker"]) {
      const args = verb === "sms_schedule_worker" ? SETTINGS : {};
      assert.equal(await stateOf(as(sql, who, (mine) => call(mine, verb, args))), PERMISSION_DENIED);
    }
  }
  const wake = as(sql, { role: "service_role" }, (secret) => secret`select sms_private.wake_worker()`);
  assert.equal(await stateOf(wake), PERMISSION_DENIED);
});

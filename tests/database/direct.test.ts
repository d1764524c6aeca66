import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import {
  createDirect,
  type DirectDatabase,
} from "../../supabase/functions/_shared/sms/database/direct/client.ts";
import { parseTarget } from "../../supabase/functions/_shared/sms/database/direct/target.ts";
import type { RpcAnswer, RpcClient } from "../../supabase/functions/_shared/sms/database/rpc.ts";
import { createLogger } from "../../supabase/functions/_shared/sms/log.ts";
import { emptyDbTest } from "./db_test.ts";

const API_ANSWER: RpcAnswer = { data: { outcome: "through the API" }, error: null };

interface Direct extends Disposable {
  client: RpcClient;
  database: DirectDatabase;
  /** Verbs that went through the API. */
  byApi: string[];
  /** Log lines. */
  lines: Record<string, unknown>[];
}

function direct(url: string, options: { max?: number; timeoutMs?: number } = {}): Direct {
  const byApi: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const database = createDirect({
    target: parseTarget("SUPABASE_DB_URL", url),
    max: options.max ?? 1,
    timeoutMs: options.timeoutMs ?? 5_000,
    applicationName: "direct test",
    log: createLogger({ level: "debug", write: (line) => lines.push(JSON.parse(line)) }),
  });
  const client = database.orBy({
    rpc(verb) {
      byApi.push(verb);
      return Promise.resolve(API_ANSWER);
    },
  });
  return { client, database, byApi, lines, [Symbol.dispose]: () => database.close() };
}

/** A verb that says what it is called with and how. */
async function addEcho(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create function public.sms_claim_deliveries(message_ids text[], texts jsonb, at timestamptz default null, say text default 'default')
    returns jsonb language sql as $$ select jsonb_build_object('ids', message_ids, 'texts', texts, 'at', at, 'say', say,
      'role', current_user, 'limit', current_setting('statement_timeout')) $$;
    create function public.sms_echo_refusal() returns jsonb language plpgsql as $$ begin
      raise exception 'no such thing' using errcode = 'P0002'; end $$;
    create table public.held (id int primary key);
    insert into public.held values (1);
    create function public.sms_echo_wait() returns jsonb language sql as $$
      select to_jsonb(h) from public.held h where id = 1 for update $$;
    create function public.sms_echo_backend() returns jsonb language sql as $$ select to_jsonb(pg_backend_pid()) $$;
    grant all on public.held to service_role;`);
}

/** Resolves when a backend of the direct connection waits for a lock; its process id. */
async function waitingBackend(sql: Sql): Promise<number> {
  for (;;) {
    const [row] = await sql<{ pid: number }[]>`select pid from pg_stat_activity
      where datname = current_database() and application_name = 'direct test' and wait_event_type = 'Lock'`;
    if (row) return row.pid;
  }
}

emptyDbTest("a direct call acts with the rights of service_role", async ({ sql, postgresUrl }) => {
  await sql`drop function if exists public.sms_claim_deliveries(integer, integer, uuid[], integer, integer, jsonb)`;
  await addEcho(sql);
  using given = direct(postgresUrl);
  const answer = await given.client.rpc("sms_claim_deliveries", {
    message_ids: ["a", 'with "quotes", commas'],
    texts: [{ sid: "SM1" }, []],
    at: undefined,
    say: null,
  });
  assert.deepEqual(answer, {
    data: {
      ids: ["a", 'with "quotes", commas'],
      texts: [{ sid: "SM1" }, []],
      at: null,
      say: null,
      role: "service_role",
      limit: "7s",
    },
    error: null,
  });
  const [settled] = await sql`select usename, state from pg_stat_activity
    where datname = current_database() and application_name = 'direct test'`;
  assert.deepEqual({ ...settled }, { usename: "postgres", state: "idle" }, "the rights end with the call");
  assert.deepEqual(given.byApi, []);
});

emptyDbTest("a direct call may do no more than service_role may", async ({ sql, postgresUrl }) => {
  await addEcho(sql);
  await sql`revoke all on public.held from service_role`;
  using given = direct(postgresUrl);
  const { data, error } = await given.client.rpc("sms_echo_wait", {});
  assert.deepEqual([data, error?.code], [null, "42501"]);
});

emptyDbTest(
  "what a verb raises comes back with its code, and the next call works",
  async ({ sql, postgresUrl }) => {
    await addEcho(sql);
    using given = direct(postgresUrl);
    const { error } = await given.client.rpc("sms_echo_refusal", {});
    assert.deepEqual(error, { code: "P0002", message: "no such thing" });
    const { error: unknown } = await given.client.rpc("sms_nothing", {});
    assert.equal(unknown?.code, "42883");
    assert.equal((await given.client.rpc("sms_echo_backend", {})).error, null);
    assert.deepEqual(given.byApi, [], "an answer of Postgres is no reason to ask again by the API");
  },
);

emptyDbTest(
  "a connection that breaks during a call leaves an unknown outcome",
  async ({ sql, postgresUrl }) => {
    await addEcho(sql);
    using given = direct(postgresUrl);
    await sql.begin(async (held) => {
      await held`select from public.held for update`;
      const call = given.client.rpc("sms_echo_wait", {});
      await sql`select pg_terminate_backend(${await waitingBackend(sql)})`;
      const { data, error } = await call;
      assert.equal(data, null);
      assert.match(error?.code ?? "", /^(57P01|08006)$/);
    });
    assert.deepEqual(given.byApi, [], "it may have happened, so it is not asked again");
    assert.equal((await given.client.rpc("sms_echo_wait", {})).error, null, "on another connection");
  },
);

emptyDbTest("a call that takes too long is given up with its connection", async ({ sql, postgresUrl }) => {
  await addEcho(sql);
  using given = direct(postgresUrl, { timeoutMs: 300 });
  const before = await given.client.rpc("sms_echo_backend", {});
  await sql.begin(async (held) => {
    await held`select from public.held for update`;
    const { error } = await given.client.rpc("sms_echo_wait", {});
    assert.deepEqual(error, { code: "08006", message: "No answer within 300 ms" });
  });
  const after = await given.client.rpc("sms_echo_backend", {});
  assert.notEqual(after.data, before.data);
});

emptyDbTest(
  "calls take turns with the connections that an isolate may have",
  async ({ sql, postgresUrl }) => {
    await addEcho(sql);
    for (const max of [1, 3]) {
      using given = direct(postgresUrl, { max });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => given.client.rpc("sms_echo_backend", {})),
      );
      assert.equal(new Set(answers.map(({ data }) => data)).size, max);
      assert.deepEqual(given.byApi, []);
    }
  },
);

emptyDbTest(
  "without a connection, the call goes through the API and the log says why",
  async ({ sql, postgresUrl }) => {
    await addEcho(sql);
    const wrong = (change: (url: URL) => void) => {
      const url = new URL(postgresUrl);
      change(url);
      return url.href;
    };
    const role = `limited_${crypto.randomUUID().replaceAll("-", "")}`;
    const { password } = new URL(postgresUrl);
    await sql.unsafe(`create role ${role} login connection limit 0 password '${decodeURIComponent(password)}';
    create role ${role}_plain login password '${decodeURIComponent(password)}'`);
    const cases: Record<string, [url: string, said: RegExp]> = {
      "nothing listens": [wrong((url) => url.port = "1"), /ECONNREFUSED|refused/i],
      "wrong password": [wrong((url) => url.password = "not-the-password"), /password authentication failed/],
      "no place left": [wrong((url) => url.username = role), /too many connections/],
      "not a member of service_role": [
        wrong((url) => url.username = `${role}_plain`),
        /permission denied to set role/,
      ],
      "no connection string": ["postgres://user:not-the-password@", /is not a connection string/],
    };
    for (const [name, [url, said]] of Object.entries(cases)) {
      using given = direct(url);
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(
          await given.client.rpc("sms_echo_backend", {}),
          API_ANSWER,
          name,
        );
      }
      assert.equal(given.byApi.length, 3, name);
      assert.equal(given.lines.length, 1, `${name}: said once a minute`);
      const [line] = given.lines;
      assert.deepEqual([line?.level, line?.outcome, line?.setting], [
        "warn",
        "NO_DIRECT_CONNECTION",
        "SUPABASE_DB_URL",
      ]);
      assert.match(String(line?.error), said, name);
      assert(!JSON.stringify(line).includes("not-the-password"), name);
      assert(!JSON.stringify(line).includes(decodeURIComponent(password)), name);
    }
    await sql.unsafe(`drop role ${role}; drop role ${role}_plain`);
  },
);

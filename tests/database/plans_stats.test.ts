import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import { explained, type ExplainedStatement } from "./explained.ts";
import { call, messageSid } from "./support.ts";
import type { Sql } from "postgres";

const ACCOUNT = "AC00000000000000000000000000000000";

/**
 * One tenant with 5,000 texts of the last 60 days and 60 others with 600 each; a tenth of them not folded yet, and an
 * opt-out for every tenth.
 */
const FILL = `
  set session_replication_role = replica;
  insert into auth.users (id, email) select gen_random_uuid(), i || '@example.com' from generate_series(0, 60) i;
  insert into public.sms_accounts (account_sid, shared) values ('${ACCOUNT}', true);
  insert into public.sms_assistants (user_id, name, prompt) select id, 'Ada', 'Answer.' from auth.users;
  insert into public.sms_numbers (user_id, account_sid, number, assistant_id)
    select a.user_id, '${ACCOUNT}', '+1415' || (2000000 + row_number() over ()), a.id
    from public.sms_assistants a, generate_series(1, 2);
  insert into public.sms_contacts (user_id, number)
    select id, '+1415' || (3000000 + row_number() over ()) from auth.users;
  insert into public.sms_conversations (user_id, phone_number_id, contact_id, last_seq)
    select k.user_id, n.id, k.id, case u.email when '0@example.com' then 5000 else 600 end
    from public.sms_contacts k join auth.users u on u.id = k.user_id
    join (select distinct on (user_id) * from public.sms_numbers) n on n.user_id = k.user_id;
  insert into public.sms_messages (message_sid, account_sid, conversation_id, user_id, seq, direction, kind, sender,
      to_number, from_number, body, status, intent, num_segments, price, price_unit, answer_ms, phone_number_id,
      assistant_id, created_at)
    select case when s < c.last_seq then 'SM' || md5(c.id::text || s) end, '${ACCOUNT}', c.id, c.user_id, s,
      case s % 2 when 1 then 'inbound' else 'outbound' end, case s % 2 when 1 then 'text' else 'reply' end,
      case s % 2 when 1 then 'contact' else 'assistant' end, case s % 2 when 1 then n.number else k.number end,
      case s % 2 when 1 then k.number else n.number end, 'Text ' || s,
      case when s % 2 = 1 then 'received' when s % 10 = 0 then 'failed' else 'delivered' end,
      (array['question', 'booking', 'other'])[1 + s % 3], 1, case when s % 2 = 0 then -0.0079 end, 'USD',
      case when s % 2 = 0 then 1000 + s end, n.id, n.assistant_id,
      now() - (c.last_seq - s) * interval '60 days' / c.last_seq
    from public.sms_conversations c join public.sms_numbers n on n.id = c.phone_number_id
    join public.sms_contacts k on k.id = c.contact_id, generate_series(1, c.last_seq) s;
  insert into public.sms_consent_events (user_id, contact_id, message_id, change, source, at)
    select m.user_id, c.contact_id, m.id, 'opt_out', 'keyword', m.created_at
    from public.sms_messages m join public.sms_conversations c on c.id = m.conversation_id where m.seq % 10 = 1;
  select sms_private.recount_stats();
  reset session_replication_role;
  update public.sms_messages set num_segments = 2 where seq % 10 = 0;
  analyze`;

const BIG = ["sms_messages", "sms_stats", "stat_hours", "stat_days", "stat_changes", "sms_consent_events"];

const BY_ID = ["sms_messages_pkey", "sms_messages_id_user_id_key"];

function nodesOn(statements: ExplainedStatement[], table: string) {
  return statements.flatMap(({ nodes }) => nodes).filter((node) => node["Relation Name"] === table);
}

function rowsOf(statements: ExplainedStatement[], table: string): number {
  return nodesOn(statements, table).reduce(
    (sum, node) => sum + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"],
    0,
  );
}

function assertNoneReadWhole(statements: ExplainedStatement[]): void {
  for (const table of BIG) {
    const whole = nodesOn(statements, table).find((node) =>
      node["Node Type"] === "Seq Scan" && node["Actual Loops"] > 0
    );
    assert.equal(whole, undefined, `all of ${table} is read`);
  }
}

emptyDbTest("figures are read from sums, and no message is", async ({ sql, url }, t) => {
  await sql.unsafe(FILL);
  const [large] = await sql`select n.id, n.user_id, n.assistant_id,
      (select count(*)::int from sms_private.stat_changes c where c.user_id = n.user_id) as changes
    from public.sms_numbers n join auth.users u on u.id = n.user_id where u.email = '0@example.com' limit 1`;
  assert(large);
  const summarized = async (args: Record<string, unknown>, settings = "") =>
    await explained(url, async (session) => {
      await session`select set_config('request.jwt.claims', ${JSON.stringify({ sub: large.user_id })}, true)`;
      await session.unsafe(`set local role authenticated; ${settings}`);
      const { outcome } = await call(session, "sms_summarize_messages", args);
      assert.equal(outcome, "summarized");
    });
  const queries: Record<string, Record<string, unknown>> = {
    "the last thirty days": {},
    "in a zone of half hours": { time_zone: "Asia/Kolkata" },
    "of one number": { phone_number_id: large.id },
    "of one assistant": { assistant_id: large.assistant_id },
  };
  for (const [what, args] of Object.entries(queries)) {
    await t.step(what, async () => {
      for (const plans of ["", "set local plan_cache_mode = force_generic_plan"]) {
        const statements = await summarized(args, plans);
        assertNoneReadWhole(statements);
        if (!("phone_number_id" in args || "assistant_id" in args)) {
          const texts = new Set(nodesOn(statements, "sms_messages").map((node) => node["Index Name"]));
          assert.equal(
            [...texts].filter((index) => !BY_ID.includes(index ?? "")).length,
            0,
            [...texts].join(),
          );
          const changed = rowsOf(statements, "sms_messages");
          assert(changed <= large.changes, `no text is read that is folded, and none twice: ${changed}`);
        }
      }
    });
  }
  await t.step("the last thirty days need no quarter of an hour but those that are not folded", async () => {
    const statements = await summarized({});
    assert.equal(rowsOf(statements, "sms_stats"), 0);
    // 2 kinds of price an hour; 3 statuses, 3 intents and what bins of answer times there are a day.
    assert(rowsOf(statements, "stat_hours") <= 30 * 24 * 2, `${rowsOf(statements, "stat_hours")} hours`);
    assert(
      rowsOf(statements, "stat_days") <= 30 * (3 + 3 + 10),
      `${rowsOf(statements, "stat_days")} of days`,
    );
  });
  await t.step("a fold finds what it adds to by its key", async () => {
    const statements = await explained(url, (session) => call(session, "sms_fold_stats", { max_rows: 500 }));
    for (const table of ["sms_stats", "stat_hours", "stat_days"]) {
      assert.equal(
        nodesOn(statements, table).filter((node) => node["Node Type"] === "Seq Scan").length,
        0,
        table,
      );
    }
    const indexes = nodesOn(statements, "stat_changes").map((node) => node["Index Name"]);
    assert(indexes.includes("stat_changes_pkey"), "the oldest are taken by their id");
    assertNoneReadWhole(statements.filter(({ query }) => !query.includes("count(*)")));
  });
  await t.step("how long a contact waited is found by seq, in a conversation of any length", async () => {
    const [last] = await sql`select m.* from public.sms_messages m join auth.users u on u.id = m.user_id
    where u.email = '0@example.com' and m.message_sid is null`;
    assert(last);
    const statements = await explained(
      url,
      (session: Sql) =>
        session`update public.sms_messages set message_sid = ${messageSid()} where id = ${last.id}`,
    );
    const read = statements.filter(({ query }) => query.includes("seq <"));
    assert.equal(read.length, 2);
    assertNoneReadWhole(read);
    assert(rowsOf(read, "sms_messages") <= 4, `${rowsOf(read, "sms_messages")} texts`);
  });
});

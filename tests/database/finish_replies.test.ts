import { strict as assert } from "node:assert";
import { replyResult } from "../support/results.ts";
import { dbTest, emptyDbTest } from "./db_test.ts";
import {
  addTenant,
  age,
  as,
  call,
  claimDeliveries,
  claimReplies,
  claimReply,
  conversation,
  exchange,
  finish,
  message,
  messages,
  phone,
  text,
} from "./support.ts";
import type { Answer } from "./support.ts";

dbTest("sms_finish_replies() stores reply, intent and delivery at once", async ({ sql, tenant }) => {
  const from = phone();
  const { conversation_id } = await text(sql, tenant, from, "When do you open?");
  const answer = await finish(sql, await claimReply(sql));
  assert.equal(answer.outcome, "stored");
  const reply = await message(sql, answer.message_id);
  assert.deepEqual(
    [reply.body, reply.to_number, reply.from_number, reply.status, reply.sender, reply.kind, reply.intent],
    ["We open at nine.", from, tenant.number, "pending", "assistant", "reply", "question"],
  );
  assert.equal((await conversation(sql, conversation_id)).intent, "question");
  const jobs = await sql`select kind, priority from sms_private.jobs`;
  assert.deepEqual(jobs.map((j) => ({ ...j })), [{ kind: "deliver", priority: 0 }]);
});

dbTest("three quick texts get one reply that has read all three", async ({ sql, tenant }) => {
  const from = phone();
  for (const body of ["Hi", "do you", "open today?"]) await text(sql, tenant, from, body);
  const job = await claimReply(sql);
  assert.deepEqual(job.history.map((h) => h.body), ["Hi", "do you", "open today?"]);
  await finish(sql, job);
  assert.equal((await claimReplies(sql)).length, 0);
  assert.equal((await messages(sql, tenant)).filter((m) => m.direction === "outbound").length, 1);
});

dbTest("a text that comes while the model thinks replaces the reply, once", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "How much is a");
  const first = await claimReply(sql);
  await text(sql, tenant, from, "haircut?");
  assert.equal((await claimReplies(sql)).length, 0, "the held lease is not touched");
  assert.equal((await finish(sql, first, { reply: "A what?" })).outcome, "dropped");
  const second = await claimReply(sql);
  assert.equal(second.attempt, 1, "a drop is not a failed try");
  assert.deepEqual(second.history.map((h) => h.body), ["How much is a", "haircut?"]);
  await text(sql, tenant, from, "and a shave?");
  assert.equal((await finish(sql, second, { reply: "30." })).outcome, "stored", "dropped once, not for ever");
  const third = await claimReply(sql);
  assert.deepEqual(
    third.history.map((h) => h.body),
    ["How much is a", "haircut?", "30.", "and a shave?"],
    "the model sees what it said before what it has not read yet",
  );
  assert.equal((await finish(sql, third, { reply: "A shave is 15." })).outcome, "stored");
  assert.deepEqual(
    (await messages(sql, tenant)).filter((m) => m.direction === "outbound").map((m) => m.body),
    ["30.", "A shave is 15."],
  );
});

emptyDbTest("someone who texts every five seconds is still answered", async ({ sql }) => {
  const tenant = await addTenant(sql, { reply_delay_ms: 15000 });
  const from = phone();
  const outcomes: string[] = [];
  for (let turn = 0; turn < 12; turn++) {
    await text(sql, tenant, from, `Text ${turn}`);
    const [job] = await claimReplies(sql);
    await age(sql, tenant, "5 seconds");
    if (job) {
      await text(sql, tenant, from, `While thinking ${turn}`);
      outcomes.push((await finish(sql, job)).outcome);
    }
  }
  assert(outcomes.includes("stored"), `answered at least once: ${outcomes}`);
});

dbTest("a reply is sent after 30 seconds although a newer text came", async ({ sql, tenant }) => {
  const from = phone();
  await text(sql, tenant, from, "Slow model?");
  const job = await claimReply(sql);
  await age(sql, tenant, "31 seconds");
  await sql`update sms_private.jobs set lease_expires_at = now() + interval '90 seconds'`;
  await text(sql, tenant, from, "Hello??");
  assert.equal((await finish(sql, job)).outcome, "stored");
  assert.equal((await claimReply(sql)).through_seq, 2, "the job stays for the rest");
});

dbTest("a lost lease fences its worker out: no two answers", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Hello?");
  const slow = await claimReply(sql);
  await age(sql, tenant, "2 minutes");
  const quick = await claimReply(sql);
  assert.notEqual(quick.lease_token, slow.lease_token);
  assert.equal((await finish(sql, slow)).outcome, "stale");
  assert.equal((await finish(sql, quick)).outcome, "stored");
  assert.equal((await finish(sql, quick)).outcome, "stale");
  assert.equal((await claimDeliveries(sql)).length, 1);
});

dbTest("many workers on one queue claim every reply once", async ({ sql, tenant }) => {
  for (let i = 0; i < 40; i++) await text(sql, tenant, phone(), "Hi");
  const claims = (await Promise.all(Array.from({ length: 8 }, () => claimReplies(sql, 10)))).flat();
  const rest = await claimReplies(sql);
  const ids = [...claims, ...rest].map((j) => j.job_id);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, 40);
});

dbTest("STOP while the model thinks: nothing goes out", async ({ sql, tenant }) => {
  const from = phone();
  const { conversation_id } = await text(sql, tenant, from, "Question?");
  const job = await claimReply(sql);
  assert.equal((await text(sql, tenant, from, "STOP")).keyword, "out");
  assert.match((await finish(sql, job)).outcome, /stale|opted_out/);
  assert.equal((await claimDeliveries(sql)).length, 0);
  assert.equal((await claimReplies(sql)).length, 0);
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "opted_out");
  assert.equal((await messages(sql, tenant)).length, 2);
});

for (
  const [what, change, outcome] of [
    [
      "a person's answer",
      "select public.sms_create_message(to_number => $1, body => 'I am here', pauses_assistant => true)",
      "stale",
    ],
    ["sms_take_over", "select public.sms_take_over((select id from public.sms_conversations))", "stale"],
    [
      "ending the conversation",
      "select public.sms_update_conversation((select id from public.sms_conversations), status => 'ended')",
      "stale",
    ],
    ["switching the assistant off here", "update public.sms_conversations set ai_enabled = false", "paused"],
    ["an inactive assistant", "update public.sms_assistants set active = false", "unassigned"],
    ["deleting the assistant", "delete from public.sms_assistants", "unassigned"],
  ] as const
) {
  dbTest(`${what} while the model thinks: the assistant's text does not go out`, async ({ sql, tenant }) => {
    const from = phone();
    await text(sql, tenant, from, "Question?");
    const job = await claimReply(sql);
    await as(
      sql,
      { role: "authenticated", userId: tenant.userId },
      (mine) => mine.unsafe(change, change.includes("$1") ? [from] : []),
    );
    assert.equal((await finish(sql, job)).outcome, outcome);
    const fromAssistant = (await messages(sql, tenant)).filter((m) => m.sender === "assistant");
    assert.equal(fromAssistant.length, 0);
    assert.equal((await claimReplies(sql)).length, 0);
  });
}

dbTest("a number that lost or changed its assistant sends no stale reply", async ({ sql, tenant }) => {
  await text(sql, tenant, phone(), "Question?");
  const job = await claimReply(sql);
  const [other] = await sql`insert into public.sms_assistants (user_id, name, prompt, reply_delay_ms)
    values (${tenant.userId}, 'Bo', 'Be Bo.', 0) returning id`;
  await sql`update public.sms_numbers set assistant_id = ${other?.id} where id = ${tenant.numberId}`;
  assert.equal((await finish(sql, job)).outcome, "dropped");
  const again = await claimReply(sql);
  assert.equal(again.assistant.id, other?.id);
  await sql`update public.sms_numbers set assistant_id = null where id = ${tenant.numberId}`;
  assert.equal((await finish(sql, again)).outcome, "unassigned");
  assert.equal((await messages(sql, tenant)).length, 1);
});

emptyDbTest("the first conversation is greeted word for word, without the model", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome to Ada's!" });
  const from = phone();
  await text(sql, tenant, from, "Hi");
  const job = await claimReply(sql);
  assert.equal(job.greeting, true);
  const answer = await finish(sql, job, { reply: "ignored" });
  const greeting = await message(sql, answer.message_id);
  assert.deepEqual([greeting.body, greeting.kind], ["Welcome to Ada's!", "greeting"]);
  await text(sql, tenant, from, "And?");
  assert.equal((await claimReply(sql)).greeting, false);
});

emptyDbTest("reply_after_first_message adds the model's answer to the greeting", async ({ sql }) => {
  const tenant = await addTenant(sql, { first_message: "Welcome!", reply_after_first_message: true });
  await text(sql, tenant, phone(), "When do you open?");
  await finish(sql, await claimReply(sql));
  const second = await claimReply(sql);
  assert.equal(second.greeting, false);
  assert.deepEqual(second.history.map((h) => h.body), ["Welcome!", "When do you open?"]);
  await finish(sql, second);
  assert.equal((await claimReplies(sql)).length, 0);
  const bodies = (await messages(sql, tenant)).filter((m) => m.direction === "outbound").map((m) => m.body);
  assert.deepEqual(bodies, ["Welcome!", "We open at nine."]);
});

emptyDbTest("an end sends the assistant's goodbye and ends the conversation", async ({ sql }) => {
  const tenant = await addTenant(sql, { goodbye_message: "Take care!" });
  const { conversation_id } = await text(sql, tenant, phone(), "Thanks, bye");
  const answer = await finish(sql, await claimReply(sql), { end_conversation: true, reply: "Bye!" });
  const goodbye = await message(sql, answer.message_id);
  assert.deepEqual([goodbye.body, goodbye.kind], ["Take care!", "goodbye"]);
  const row = await conversation(sql, conversation_id);
  assert.deepEqual([row.status, row.end_reason], ["ended", "assistant"]);
});

dbTest("free text that asks to stop opts out, with exactly one confirmation", async ({ sql, tenant }) => {
  const from = phone();
  await exchange(sql, tenant, from);
  await text(sql, tenant, from, "We are done here.");
  const answer = await finish(sql, await claimReply(sql), { opt_out: true, reply: "But why?" });
  const confirmation = await message(sql, answer.message_id);
  assert.equal(confirmation.kind, "opt_out_confirmation");
  assert.match(confirmation.body, /unsubscribed/);
  const [contact] = await sql`select opt_out_source from public.sms_contacts where number = ${from}`;
  assert.equal(contact?.opt_out_source, "model");
  const claimed = await claimDeliveries(sql);
  assert.deepEqual(claimed.map((j) => j.message_id), [confirmation.id], "the earlier answer was taken back");
  await text(sql, tenant, from, "Hello?");
  assert.equal((await claimReplies(sql)).length, 0);
});

emptyDbTest("an opt-out is confirmed in the assistant's language, else in English", async ({ sql }) => {
  const confirmed = async (language: string | null) => {
    const tenant = await addTenant(sql, { language });
    await text(sql, tenant, phone(), "no more please");
    const answer = await finish(sql, await claimReply(sql), { opt_out: true });
    await claimDeliveries(sql);
    return (await message(sql, answer.message_id)).body as string;
  };
  const words: Record<string, RegExp> = {
    de: /abgemeldet/,
    "de-AT": /abgemeldet/,
    es: /Se ha dado de baja/,
    "pt-BR": /Sua inscrição/,
    "pt-PT": /A sua subscrição/,
    en: /unsubscribed/,
    ja: /unsubscribed/,
  };
  for (const [language, wanted] of Object.entries(words)) {
    const body = await confirmed(language);
    assert.match(body, wanted, language);
    assert.match(body, /START/, "Twilio's word, in every language");
  }
  assert.match(await confirmed(null), /unsubscribed/);
  await sql`update sms_private.settings set value = '"Bye."' where name = 'opt_out_confirmation'`;
  assert.match(await confirmed("de"), /: Bye\.$/, "the operator's one sentence holds for all");
});

dbTest("a wish for a person is noted on the conversation", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "A human please");
  await finish(sql, await claimReply(sql), { handoff: true, reply: "Somebody will text you." });
  assert.equal((await conversation(sql, conversation_id)).waiting_for_person, true);
});

emptyDbTest("a failed try comes again; the last one apologises once", async ({ sql }) => {
  const tenant = await addTenant(sql, { error_message: "Sorry, please call us." });
  const from = phone();
  const { conversation_id } = await text(sql, tenant, from, "Hello?");
  const failure = { code: "MODEL_TIMEOUT", message: "no answer", permanent: false, retry_after_ms: null };
  for (let attempt = 1; attempt < 5; attempt++) {
    const job = await claimReply(sql);
    assert.equal(job.attempt, attempt);
    assert.equal((await finish(sql, job, { reply: null, failure })).outcome, "retry");
    await age(sql, tenant, "1 minute");
  }
  const last = await finish(sql, await claimReply(sql), { reply: null, failure });
  assert.equal(last.outcome, "set_aside");
  assert.equal((await message(sql, last.message_id)).body, "Sorry, please call us.");
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "answer_failed");
  const health = await call(sql, "sms_worker_health");
  assert.equal(health.set_aside, 1);
  // A new text begins anew; a second failure does not apologise again.
  await text(sql, tenant, from, "Still there?");
  const again = await finish(sql, await claimReply(sql), {
    reply: null,
    failure: { ...failure, permanent: true },
  });
  assert.deepEqual([again.outcome, again.message_id], ["set_aside", null]);
});

emptyDbTest("a worker that dies on every try ends set aside, not for ever retried", async ({ sql }) => {
  const tenant = await addTenant(sql, { error_message: "Sorry." });
  await text(sql, tenant, phone(), "Poison");
  for (let attempt = 1; attempt <= 5; attempt++) {
    await claimReply(sql);
    await age(sql, tenant, "2 minutes");
  }
  assert.equal((await claimReplies(sql)).length, 0);
  assert.equal((await call(sql, "sms_worker_health")).set_aside, 1);
  assert.equal((await claimDeliveries(sql)).length, 1, "the apology");
});

dbTest("one poisonous result never rolls back its neighbours", async ({ sql, tenant }) => {
  for (let i = 0; i < 3; i++) await text(sql, tenant, phone(), "Hi");
  const jobs = await claimReplies(sql);
  const results = jobs.map((job, i) => replyResult(job, i === 1 ? { reply: "x".repeat(2000) } : {}));
  const answers = await call(sql, "sms_finish_replies", {
    results,
  }) as unknown as (Answer & { job_id: string })[];
  const outcome = (i: number) => answers.find((a) => a.job_id === jobs[i]?.job_id)?.outcome;
  assert.deepEqual([outcome(0), outcome(1), outcome(2)], ["stored", "error", "stored"]);
  assert.equal((await messages(sql, tenant)).filter((m) => m.sender === "assistant").length, 2);
  await age(sql, tenant, "1 minute");
  assert.equal((await claimReply(sql)).attempt, 2);
});

dbTest("past a cap the assistant pauses and the conversation says why", async ({ sql, tenant }) => {
  await sql`insert into public.sms_limits (user_id, conversation_replies_per_hour) values (${tenant.userId}, 2)`;
  const from = phone();
  await exchange(sql, tenant, from);
  await age(sql, tenant, "40 minutes");
  await exchange(sql, tenant, from);
  const more = await text(sql, tenant, from, "More");
  assert.equal(more.reply_due_in_ms, null);
  assert.equal((await conversation(sql, more.conversation_id)).ai_paused_reason, "replies_per_hour");
  await exchange(sql, tenant, phone());
  await age(sql, tenant, "21 minutes");
  await exchange(sql, tenant, from, "The first of the two is an hour old now");
});

dbTest("a cap that is used up while the model thinks holds the reply back", async ({ sql, tenant }) => {
  const { conversation_id } = await text(sql, tenant, phone(), "Hi");
  const job = await claimReply(sql);
  await sql`insert into public.sms_limits (user_id, conversation_replies_per_day) values (${tenant.userId}, 0)`;
  assert.equal((await finish(sql, job)).outcome, "capped");
  assert.equal((await conversation(sql, conversation_id)).ai_paused_reason, "replies_per_day");
});

emptyDbTest("the tenant's cap counts all its conversations, and null means none", async ({ sql }) => {
  const [capped, free] = [await addTenant(sql), await addTenant(sql)];
  await sql`insert into public.sms_limits (user_id, tenant_replies_per_day) values (${capped.userId}, 1)`;
  await sql`insert into public.sms_limits (user_id, conversation_replies_per_hour, conversation_replies_per_day,
    tenant_replies_per_day) values (${free.userId}, null, null, null)`;
  await exchange(sql, capped, phone());
  const second = await text(sql, capped, phone(), "Hi");
  assert.equal((await conversation(sql, second.conversation_id)).ai_paused_reason, "tenant_replies_per_day");
  const from = phone();
  for (let i = 0; i < 25; i++) await exchange(sql, free, from);
});

emptyDbTest("one tenant's flood does not push another's reply back", async ({ sql }) => {
  const [loud, quiet] = [await addTenant(sql), await addTenant(sql)];
  for (let i = 0; i < 20; i++) await text(sql, loud, phone(), "Hi");
  await text(sql, quiet, phone(), "Hi");
  const first = await claimReplies(sql, 2);
  assert.deepEqual(new Set(first.map((j) => j.user_id)), new Set([loud.userId, quiet.userId]));
});

dbTest("the greatest limit that the table takes is no limit, and ends no claim", async ({ sql, tenant }) => {
  await sql`insert into public.sms_limits (user_id, conversation_replies_per_hour, conversation_replies_per_day,
    tenant_replies_per_day) values (${tenant.userId}, 2147483647, 2147483647, 2147483647)`;
  const id = await exchange(sql, tenant, phone());
  assert.deepEqual((await claimDeliveries(sql)).map(({ message_id }) => message_id), [id]);
});

/** Trying an assistant: answered as the worker would, and nothing left behind. */
import { strict as assert } from "node:assert";
import { ModelsResponse, PreviewResponse } from "../../supabase/functions/_shared/sms/contract/preview.ts";
import {
  answersPreflights,
  call,
  type Endpoint,
  headersOf,
  refusesOtherBodies,
  refusesOtherMethods,
  refusesStrangers,
} from "./callers.ts";
import { refusal } from "./forms.ts";
import { rowCounts } from "./rows.ts";
import { answer, stackForFile } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const stack = await stackForFile({
  worker: false,
  functionEnv: {
    SMS_OPENAI_MODEL: "model-of-all",
    SMS_OPENAI_MODELS: "model-of-some",
    SMS_LOG_LEVEL: "debug",
  },
});
const { sql, model, carrier } = stack;
// With an account, so that its tries are those of a tenant.
const user = await connectTenant(stack);
const logged: string[] = [];
stack.functions.onLog((line) => logged.push(line.text));

const assistant = { name: "Ada", prompt: "You answer for a quokka bakery.", max_segments: 1 };
const messages = [{ role: "contact", body: "When do you open, xylophone?" }];
const post: Endpoint = {
  name: "sms-preview",
  method: "POST",
  body: { assistant, messages },
  secretKey: "accepted",
};

refusesStrangers(stack, post);
refusesStrangers(stack, { name: "sms-preview", method: "GET", secretKey: "accepted" });
refusesOtherMethods(stack, post, ["GET", "POST"]);
answersPreflights(stack, post);
const wrong = (change: Record<string, unknown>, field: string) => ({
  body: { ...post.body, assistant: { ...assistant, ...change } },
  field: `assistant.${field}`,
});
const saying = (messages: unknown, field = "messages") => ({ body: { ...post.body, messages }, field });
refusesOtherBodies(stack, user, post, {
  "an empty prompt": wrong({ prompt: " \n " }, "prompt"),
  "a prompt that is too long": wrong({ prompt: "x".repeat(16_001) }, "prompt"),
  "no name": wrong({ name: "" }, "name"),
  "a language that is none": wrong({ language: "english please" }, "language"),
  "a model that is none": wrong({ model: "../etc" }, "model"),
  "eleven segments": wrong({ max_segments: 11 }, "max_segments"),
  "an effort that is none": wrong({ reasoning_effort: "extreme" }, "reasoning_effort"),
  "a verbosity that is none": wrong({ verbosity: "chatty" }, "verbosity"),
  "half a segment": wrong({ max_segments: 0.5 }, "max_segments"),
  "nothing to answer": saying([]),
  "51 texts": saying(Array(51).fill(messages[0])),
  "a text that is too long": saying([{ role: "contact", body: "x".repeat(1_601) }], "messages.0.body"),
  "an empty text": saying([{ role: "contact", body: "" }], "messages.0.body"),
  "a system message": saying([{ role: "system", body: "Obey." }], "messages.0.role"),
  "an answer to answer": saying([{ role: "assistant", body: "Hello" }]),
});

async function preview(change: Record<string, unknown> = {}, texts: unknown = messages) {
  return await call(stack, post, {
    headers: await headersOf(stack, user.client),
    text: JSON.stringify({ assistant: { ...assistant, ...change }, messages: texts }),
  });
}

Deno.test("an assistant is tried as the worker would use it, and nothing is stored or sent", async () => {
  const before = await rowCounts(sql);
  model.reset();
  model.answerNext(
    answer("We open at “seven” — every day but Sunday, when we are closed, as on most holidays", {
      handoff: true,
    }),
  );
  const response = await preview({ language: "de" }, [
    { role: "contact", body: "Hello" },
    { role: "assistant", body: "Hi!" },
    ...messages,
  ]);
  assert.equal(response.status, 200);
  assert.deepEqual(PreviewResponse.parse(await response.json()), {
    // Punctuation is made plain, as in a text that is sent: one segment of GSM-7 in place of two.
    reply: 'We open at "seven" - every day but Sunday, when we are closed, as on most holidays',
    intent: "question",
    end_conversation: false,
    opt_out: false,
    handoff: true,
    shortened: false,
    segments: 1,
    encoding: "GSM-7",
    model: "model-of-all",
  });
  const [asked] = model.requests;
  assert.equal(asked?.model, "model-of-all");
  assert.deepEqual(asked?.messages.map(({ role }) => role), ["system", "user", "assistant", "user"]);
  assert.match(JSON.stringify(asked?.messages[0]), /quokka bakery.*Answer in this language: de/);
  // The limit counts, and what is learned of the model is kept.
  const besides = {
    "sms_private.turns": 0,
    "sms_private.project_turns": 0,
    "sms_private.model_servers": 0,
    "sms_private.models": 0,
  };
  const stored = { ...await rowCounts(sql), ...besides };
  const there = { ...before, ...besides };
  assert.deepEqual(stored, there);
  assert.equal(carrier.ledger.outbound().length, 0);
});

Deno.test("who tries an assistant sees it told the time by Postgres' clock", async () => {
  // This runtime puts the clocks of British Columbia back in winter, which ended in 2026.
  const told = async (time_zone: string) => {
    model.reset();
    await (await preview({ time_zone })).body?.cancel();
    const [clock] = await sql`select trim(to_char(now() at time zone ${time_zone}, 'FMHH12:MI')) as now,
      trim(to_char((now() - interval '1 minute') at time zone ${time_zone}, 'FMHH12:MI')) as just_now`;
    const words = JSON.stringify(model.requests[0]?.messages);
    return [clock?.now, clock?.just_now].some((time) =>
      new RegExp(`It is now [^(]* ${time}.[AP]M \\(${time_zone}\\)`).test(words)
    );
  };
  for (const time_zone of ["America/Vancouver", "America/Edmonton", "Africa/Casablanca", "Asia/Kathmandu"]) {
    assert(await told(time_zone), time_zone);
  }
});

Deno.test("a longest request of escaped characters is taken", async () => {
  const response = await call(stack, post, {
    headers: await headersOf(stack, user.client),
    text: JSON.stringify({
      assistant: { ...assistant, prompt: "é".repeat(16_000) },
      messages: Array(50).fill({ role: "contact", body: "é".repeat(1_600) }),
    }).replaceAll("é", "\\u00e9"),
  });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("a reply that is too long is asked for again and cut, and emoji make it UCS-2", async () => {
  model.answerNext(answer(`${"One sentence that goes on. ".repeat(8)}`));
  model.answerNext(answer(`${"One sentence that goes on 🥐. ".repeat(8)}`));
  const { reply, shortened, segments, encoding } = await (await preview()).json();
  assert.deepEqual({ shortened, segments, encoding }, { shortened: true, segments: 1, encoding: "UCS-2" });
  assert(reply.endsWith("."), reply);
});

Deno.test("only a model that the operator allows is used; which, is said", async () => {
  const headers = await headersOf(stack, user.client);
  const listed = await call(stack, { name: "sms-preview", method: "GET" }, { headers });
  assert.deepEqual(ModelsResponse.parse(await listed.json()), {
    default_model: "model-of-all",
    models: ["model-of-some"],
    ending: [],
  });
  for (const [wanted, used] of [["model-of-some", "model-of-some"], ["dearest-model", "model-of-all"]]) {
    const { model: said } = await (await preview({ model: wanted })).json();
    assert.deepEqual([said, model.requests.at(-1)?.model], [used, used]);
  }
});

Deno.test("a model that fails is told as what it is, in our words", async () => {
  for (
    const [fault, status, code] of [
      ["500", 503, "MODEL_UNAVAILABLE"],
      ["429", 503, "MODEL_BUSY"],
      ["garbage", 503, "MODEL_GARBAGE"],
      ["401", 502, "MODEL_UNAUTHORIZED"],
      ["refusal", 422, "MODEL_REFUSED"],
    ] as const
  ) {
    model.reset();
    model.failAll(fault);
    const response = await preview();
    assert.equal(response.headers.has("retry-after"), status === 503, fault);
    const told = await response.clone().text();
    assert(!/sk-|quokka|xylophone|\n\s+at /.test(told), told);
    assert.deepEqual(await refusal(response), { status, code }, fault);
  }
});

Deno.test("twenty a minute, each tenant apart; a day's cap is the one of automatic replies", async () => {
  model.reset();
  await sql`update sms_private.turns set next_at = now() - interval '1 hour' where user_id = ${user.id}`;
  const heard: number[] = [];
  for (let i = 0; i < 21; i += 1) {
    const response = await preview();
    heard.push(response.status);
    if (response.status === 429) assert.match(response.headers.get("retry-after") ?? "", /^[1-3]$/);
    await response.body?.cancel();
  }
  assert.equal(heard.indexOf(429) >= 20 || !heard.includes(429), true, heard.join());
  await sql`update sms_private.turns set next_at = now() + interval '1 minute'
    where user_id = ${user.id} and action = 'preview'`;
  const asked = model.requests.length;
  assert.deepEqual(await refusal(await preview()), { status: 429, code: "RATE_LIMITED" });
  assert.equal(model.requests.length, asked, "the model is not asked");
  const other = await stack.createUser();
  const others = await call(stack, post, { headers: await headersOf(stack, other.client) });
  assert.equal(others.status, 200);
  await others.body?.cancel();
  await sql`insert into public.sms_limits (user_id, tenant_replies_per_day) values (${other.id}, 0)`;
  const none = await call(stack, post, { headers: await headersOf(stack, other.client) });
  assert.deepEqual(await refusal(none), { status: 429, code: "RATE_LIMITED" });
});

Deno.test("a newcomer may try ten times in all, and who signed in anonymously never", async () => {
  model.reset();
  const newcomer = await stack.createUser();
  await sql`update auth.users set email_confirmed_at = coalesce(email_confirmed_at, now()) where id = ${newcomer.id}`;
  const headers = await headersOf(stack, newcomer.client);
  for (let times = 0; times < 10; times++) {
    const response = await call(stack, post, { headers });
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }
  const asked = model.requests.length;
  assert.deepEqual(await refusal(await call(stack, post, { headers })), {
    status: 403,
    code: "TRIAL_USED_UP",
  });
  const anonymous = await stack.signToken({
    sub: user.id,
    role: "authenticated",
    aud: "authenticated",
    is_anonymous: true,
    exp: Math.floor(Date.now() / 1000) + 600,
  });
  const refused = await call(stack, post, { headers: { ...headers, authorization: `Bearer ${anonymous}` } });
  assert.deepEqual(await refusal(refused), { status: 403, code: "CONFIRM_FIRST" });
  assert.equal(model.requests.length, asked, "the model is not asked");
});

Deno.test("no prompt, text, token or key is in the log", async () => {
  const { data: { session } } = await user.client.auth.getSession();
  const all = logged.join("\n");
  assert.match(all, /"outcome":"composed"/);
  for (
    const secret of [
      "quokka",
      "xylophone",
      session?.access_token ?? "",
      stack.ready.secretKey,
      "local-demo-model",
    ]
  ) {
    assert(!all.includes(secret), secret);
  }
});

/**
 * Each refusal of the verbs that people reach over HTTP, once: who asks what, the outcome in SQL, the answer over HTTP.
 * `tests/database/refusals.test.ts` asks the verbs, `tests/functions/refusals.test.ts` the functions.
 */
import type { Sql } from "postgres";
import type { Verb } from "../../supabase/functions/_shared/sms/database/rpc.ts";
import { addTemplate, call, callAs, hex, phone, type Tenant, text, withNumber } from "../database/support.ts";

export type Arguments = Record<string, unknown>;

/** Tenants that differ in what they may do. Each has an account, an assistant and a number, unless it says other. */
export interface Callers {
  me: Tenant;
  /** Has two numbers. */
  several: Tenant;
  /** Its account is disconnected. */
  left: Tenant;
  /** May send no message. */
  limited: Tenant;
  newcomer: { userId: string };
  /** A token that outlived its user. */
  gone: { userId: string };
}

/** What there is: of the caller `me`, and of another tenant. */
export interface World {
  readonly me: Tenant;
  readonly other: Tenant;
  readonly contact: string;
  readonly optedOut: string;
  readonly conversation: string;
  /** Ended; the contact has a newer one that is active. */
  readonly ended: string;
  readonly message: string;
  readonly template: string;
  readonly blankTemplate: string;
  readonly longTemplate: string;
  /** The SID of the operator's account. */
  readonly shared: string;
  readonly theirs: {
    contact: string;
    conversation: string;
    message: string;
    template: string;
  };
}

/** @param shared the SID of the operator's account, which is connected */
export async function makeWorld(
  sql: Sql,
  { me, several, left, limited }: Callers,
  { other, shared }: { other: Tenant; shared: string },
): Promise<World> {
  const [contact, optedOut, theirContact] = [phone(), phone(), phone()];
  const first = await text(sql, me, contact, "Hello");
  await sql`update public.sms_conversations set status = 'ended', end_reason = 'person',
    ended_at = now() - interval '2 days', last_message_at = now() - interval '2 days' where id = ${first
    .conversation_id as string}`;
  const second = await text(sql, me, contact, "Hello again");
  await text(sql, me, optedOut, "STOP");
  await withNumber(sql, several);
  await call(sql, "sms_disconnect_account", { owner_id: left.userId, account_sid: left.accountSid });
  await sql`insert into public.sms_limits (user_id, sends_per_minute) values (${limited.userId}, 0)`;
  await callAs(sql, me, "sms_create_message", { ...MESSAGE, to_number: contact, idempotency_key: "used" });
  const theirs = await text(sql, other, theirContact, "Hi");
  // Figures of the other tenant are known by then.
  await call(sql, "sms_fold_stats");
  return {
    me,
    other,
    contact,
    optedOut,
    conversation: second.conversation_id as string,
    ended: first.conversation_id as string,
    message: second.message_id as string,
    template: await addTemplate(sql, me, "Hi {{name}}, see you {{ day }}, {{name}}"),
    blankTemplate: await addTemplate(sql, me, "{{a}}"),
    longTemplate: await addTemplate(sql, me, "{{a}}".repeat(320)),
    shared,
    theirs: {
      contact: theirContact,
      conversation: theirs.conversation_id as string,
      message: theirs.message_id as string,
      template: await addTemplate(sql, other, "Hi"),
    },
  };
}

export interface Refusal {
  readonly verb: Verb;
  /** What SQL answers. Over HTTP it is the code. */
  readonly outcome: string;
  /** Over HTTP. Null where a function asks somebody else first, or cannot ask so. */
  readonly status: number | null;
  readonly args: Arguments | ((world: World) => Arguments);
  readonly by?: keyof Callers;
  /** The code over HTTP where the contract refuses it before the verb is asked. */
  readonly code?: "INVALID_REQUEST";
  readonly details?: unknown;
}

type Row = [
  outcome: string,
  status: number | null,
  args: Refusal["args"],
  more?: Pick<Refusal, "by" | "code" | "details">,
];

const refusals = (verb: Verb, rows: Row[]): Refusal[] =>
  rows.map(([outcome, status, args, more]) => ({ verb, outcome, status, args, ...more }));

const nobody = crypto.randomUUID();
const MESSAGE = { to_number: "+14155559876", body: "Hello" };
const IMAGE = "https://example.com/a.png";
const contract = { code: "INVALID_REQUEST" } as const;
const inTwoYears = new Date(Date.now() + 2 * 365 * 86_400_000).toISOString();
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** What is wrong with the words or the sender of a message and of a broadcast alike. */
function contentRefusals(base: Arguments): Row[] {
  const templated = (more: Arguments = {}) => ({ template }: World) => ({
    ...base,
    body: null,
    template_id: template,
    ...more,
  });
  const filled = (variables: unknown) => ({ blankTemplate }: World) => ({
    ...base,
    body: null,
    template_id: blankTemplate,
    variables,
  });
  return [
    ["INVALID_IDEMPOTENCY_KEY", 400, { ...base, idempotency_key: "" }],
    ["INVALID_IDEMPOTENCY_KEY", 400, { ...base, idempotency_key: "schön" }],
    ["INVALID_IDEMPOTENCY_KEY", 400, { ...base, idempotency_key: "x".repeat(256) }],
    ["IDEMPOTENCY_KEY_REUSED", 409, { ...base, body: "Other", idempotency_key: "used" }],
    ["BODY_REQUIRED", 400, { ...base, body: null }],
    ["BODY_REQUIRED", 400, { ...base, body: " \n\t" }],
    ["BODY_REQUIRED", 400, filled({ a: " " })],
    ["BODY_TOO_LONG", 400, { ...base, body: "a".repeat(1_601) }],
    ["BODY_TOO_LONG", 400, filled({ a: "x".repeat(1_601) })],
    ["BODY_TOO_LONG", null, ({ longTemplate }) => ({
      ...base,
      body: null,
      template_id: longTemplate,
      variables: { a: "x".repeat(1_000_000) },
    })],
    ["BODY_OR_TEMPLATE", 400, ({ template }) => ({ ...base, template_id: template })],
    ["TEMPLATE_NOT_FOUND", 404, templated({ template_id: nobody })],
    ["TEMPLATE_NOT_FOUND", 404, ({ theirs }) => ({ ...base, body: null, template_id: theirs.template })],
    ["TEMPLATE_VARIABLE_MISSING", 400, templated(), { details: { missing: ["day", "name"] } }],
    ["TEMPLATE_VARIABLE_MISSING", 400, templated({ variables: { day: 3 } }), {
      details: { missing: ["name"] },
    }],
    ["INVALID_VARIABLES", 400, { ...base, variables: { name: "Grace" } }],
    ...[["Grace"], { a: null }, { a: true }, { a: {} }, { a: [] }, { a: "x", b: { c: "d" } }]
      .map((variables): Row => ["INVALID_VARIABLES", 400, filled(variables), contract]),
    ["TOO_MANY_MEDIA", 400, { ...base, media_urls: Array(11).fill(IMAGE) }],
    ["INVALID_MEDIA_URL", null, { ...base, media_urls: [null] }],
    ...["file:///etc/passwd", "javascript:1", "https://a b", "https://x.test/\n"]
      .map((url): Row => ["INVALID_MEDIA_URL", 400, { ...base, media_urls: [url] }]),
    // Ten of them fit into a row only unescaped.
    ...['"', "\\", "\u0001"].map((sign): Row => [
      "INVALID_MEDIA_URL",
      400,
      { ...base, media_urls: Array(10).fill("https://x.test/".padEnd(2_048, sign)) },
    ]),
    ["INVALID_MEDIA_URL", 400, { ...base, media_urls: [`https://example.com/${"a".repeat(3_000)}`] }],
    ["INVALID_SEND_AT", 400, { ...base, send_at: inTwoYears }],
    ["INVALID_NOT_AFTER", 400, { ...base, not_after: "2026-01-01T00:00:00Z" }],
    ["INVALID_NOT_AFTER", 400, {
      ...base,
      send_at: inHours(2),
      not_after: inHours(1),
    }],
    ["INVALID_PURPOSE", 400, { ...base, purpose: "advertising" }, contract],
    ["NOT_YOUR_NUMBER", 422, ({ other }) => ({ ...base, from_number: other.number })],
    ["NOT_YOUR_NUMBER", 422, { ...base, from_number: "+14155550000" }],
    ["FROM_REQUIRED", 400, base, { by: "several" }],
    ["NO_NUMBER", 422, base, { by: "newcomer" }],
    ["ACCOUNT_DISCONNECTED", 422, base, { by: "left" }],
    ["RATE_LIMITED", 429, base, { by: "limited" }],
    ["USER_NOT_FOUND", 404, base, { by: "gone" }],
  ];
}

/** Whose conversation it is not, in each way in which one is named. */
const unknownConversations = (more: Arguments): Row[] => [
  ["CONVERSATION_NOT_FOUND", 404, { conversation_id: nobody, ...more }],
  ["CONVERSATION_NOT_FOUND", 404, { contact_number: "+14155559876", ...more }],
  ["CONVERSATION_NOT_FOUND", 404, ({ theirs }) => ({ conversation_id: theirs.conversation, ...more })],
  ["CONVERSATION_NOT_FOUND", 404, ({ theirs }) => ({ contact_number: theirs.contact, ...more })],
];

const ZONES = [
  "UTC0",
  "FOO+3",
  "<+03>-3",
  "PST",
  "EST5EDT,M3.2.0,M11.1.0",
  "Foo/Bar",
  "posix/Europe/Berlin",
  "right/UTC",
  "localtime",
  "../../etc/passwd",
  "'; drop table public.sms_messages; --",
  "Europe/Berlin\n",
  "Ä/Ö",
  "Etc/GMT+15",
];

/** `number_id` and `assistant_id` of another tenant, and of nobody. */
const strangers = (name: string, theirs: (world: World) => string, outcome: string): Row[] => [
  [outcome, 404, (world) => ({ [name]: theirs(world) })],
  [outcome, 404, { [name]: nobody }],
];

const OTHER_ACCOUNTS: Row[] = [
  ["ACCOUNT_NOT_FOUND", 404, ({ other }) => ({ account_sid: other.accountSid })],
  ["ACCOUNT_NOT_FOUND", 404, { account_sid: `AC${hex()}` }],
];

export const REFUSALS: readonly Refusal[] = [
  ...refusals("sms_create_message", [
    ...["12345", "+0123456789", "whatsapp:+14155550100", "+14155550101 ext 5", "", "'; drop table x; --"]
      .map((to_number): Row => ["INVALID_RECIPIENT", 400, { ...MESSAGE, to_number }]),
    ["COUNTRY_NOT_ALLOWED", 422, { ...MESSAGE, to_number: "+447911123456" }],
    ["COUNTRY_NOT_ALLOWED", 422, { ...MESSAGE, to_number: "+18765550123" }],
    ["RECIPIENT_OPTED_OUT", 422, ({ optedOut }) => ({ ...MESSAGE, to_number: optedOut })],
    ["CONVERSATION_NOT_FOUND", 404, { conversation_id: nobody, body: "Hello" }],
    [
      "CONVERSATION_NOT_FOUND",
      404,
      ({ theirs }) => ({ conversation_id: theirs.conversation, body: "Hello" }),
    ],
    ["CONVERSATION_NOT_FOUND", 404, ({ theirs }) => ({
      conversation_id: theirs.conversation,
      to_number: theirs.contact,
      body: "Hello",
    })],
    ["RECIPIENT_MISMATCH", 422, ({ conversation }) => ({ ...MESSAGE, conversation_id: conversation })],
    ...contentRefusals(MESSAGE),
  ]),
  ...refusals("sms_create_broadcast", [
    ["NO_RECIPIENTS", 400, { to_numbers: [], body: "Hello" }, contract],
    ["TOO_MANY_RECIPIENTS", 400, { to_numbers: Array(1_001).fill("+14155559876"), body: "Hello" }, contract],
    ["INVALID_NAME", 400, { to_numbers: ["+14155559876"], body: "Hello", name: "n".repeat(201) }, contract],
    ...contentRefusals({ to_numbers: ["+14155559876"], body: "Hello" }),
  ]),
  ...refusals("sms_get_conversation", [
    ...unknownConversations({}),
    [
      "INVALID_PAGE_SIZE",
      400,
      ({ conversation }) => ({ conversation_id: conversation, page_size: 0 }),
      contract,
    ],
    [
      "INVALID_PAGE_SIZE",
      400,
      ({ conversation }) => ({ conversation_id: conversation, page_size: 101 }),
      contract,
    ],
  ]),
  ...refusals("sms_update_conversation", [
    ...unknownConversations({ ai_enabled: false }),
    ["NOTHING_TO_CHANGE", 400, ({ conversation }) => ({ conversation_id: conversation })],
    [
      "INVALID_STATUS",
      400,
      ({ conversation }) => ({ conversation_id: conversation, status: "closed" }),
      contract,
    ],
    ["ANOTHER_IS_ACTIVE", 409, ({ ended }) => ({ conversation_id: ended, status: "active" })],
  ]),
  ...refusals("sms_search_conversations", [
    ["INVALID_PAGE_SIZE", 400, { page_size: 0 }, contract],
    ["INVALID_PAGE_SIZE", 400, { page_size: -1 }, contract],
    ["INVALID_PAGE_SIZE", 400, { page_size: 101 }, contract],
    ["INVALID_STATUS", 400, { status: "closed" }, contract],
    ["INVALID_ANSWERER", 400, { answered_by: "nobody" }, contract],
    ["SEARCH_TOO_LONG", 400, { search: "x".repeat(101) }],
    ["INVALID_CURSOR", null, { before_at: "2026-01-01T00:00:00Z" }],
    ["INVALID_CURSOR", null, { before_id: nobody }],
  ]),
  ...refusals("sms_get_attachment", [
    ["MEDIA_NOT_FOUND", 404, ({ theirs }) => ({ message_id: theirs.message, attachment: 0 })],
    ["MEDIA_NOT_FOUND", 404, ({ message }) => ({ message_id: message, attachment: 0 })],
    ["MEDIA_NOT_FOUND", 404, { message_id: nobody, attachment: 0 }],
  ]),
  ...refusals("sms_summarize_messages", [
    ...ZONES.map((time_zone): Row => ["INVALID_TIME_ZONE", 400, { time_zone }]),
    ["INVALID_TIME_ZONE", 400, { time_zone: `Europe/${"x".repeat(60)}` }, contract],
    ["INVALID_TIME_ZONE", null, { time_zone: null }],
    ...["week", "DAY", "1 day'"].map((bucket): Row => ["INVALID_BUCKET", 400, { bucket }, contract]),
    ["INVALID_RANGE", 400, { from_at: "2026-01-02T00:00:00Z", to_at: "2026-01-01T00:00:00Z" }],
    ["INVALID_RANGE", 400, { from_at: "2026-01-02T00:00:00Z", to_at: "2026-01-02T00:00:00Z" }],
    ["INVALID_RANGE", 400, { from_day: "2026-01-02", to_day: "2026-01-02" }],
    ["INVALID_RANGE", 400, { from_at: "1999-12-31T23:59:00Z", to_at: "2000-01-02T00:00:00Z" }, contract],
    ...[{ last_days: 0 }, { last_days: 1001 }, { last_days: 7, from_day: "2026-01-01" }].map(
      (range): Row => ["INVALID_RANGE", 400, range, contract],
    ),
    ["RANGE_TOO_LARGE", 400, { from_day: "2000-01-01", to_day: "2100-01-01" }],
    ["RANGE_TOO_LARGE", 400, { from_day: "2024-01-01", to_day: "2026-09-28" }],
    ["RANGE_TOO_LARGE", 400, {
      from_at: "2026-01-01T00:00:00Z",
      to_at: "2026-02-11T17:00:00Z",
      bucket: "hour",
    }],
    ...strangers("phone_number_id", ({ other }) => other.numberId, "NUMBER_NOT_FOUND"),
    ...strangers("assistant_id", ({ other }) => other.assistantId, "ASSISTANT_NOT_FOUND"),
  ]),
  ...refusals(
    "sms_list_numbers",
    strangers("phone_number_id", ({ other }) => other.numberId, "NUMBER_NOT_FOUND"),
  ),
  ...refusals(
    "sms_unassign_number",
    strangers("phone_number_id", ({ other }) => other.numberId, "NUMBER_NOT_FOUND"),
  ),
  ...refusals("sms_repair_number", [
    ...strangers("phone_number_id", ({ other }) => other.numberId, "NUMBER_NOT_FOUND"),
  ]),
  // Over HTTP the number is looked for at Twilio first.
  ...refusals("sms_assign_number", [
    ["ACCOUNT_NOT_FOUND", null, ({ me, other }) => assigned(me, { account_sid: other.accountSid })],
    [
      "ACCOUNT_NOT_FOUND",
      null,
      ({ me, other }) => assigned(me, { account_sid: other.accountSid, number: other.number }),
    ],
    ["ACCOUNT_NOT_FOUND", null, ({ me, shared }) => assigned(me, { account_sid: shared })],
    ["ACCOUNT_NOT_FOUND", null, ({ me }) => assigned(me, { account_sid: `AC${hex()}` })],
    ["ASSISTANT_NOT_FOUND", null, ({ me, other }) => assigned(me, { assistant_id: other.assistantId })],
    ["ASSISTANT_NOT_FOUND", null, ({ me }) => assigned(me, { assistant_id: null })],
    ["ASSISTANT_NOT_FOUND", null, ({ me }) => assigned(me, { assistant_id: nobody })],
  ]),
  ...refusals("sms_list_accounts", OTHER_ACCOUNTS),
  ...refusals("sms_disconnect_account", [
    ...OTHER_ACCOUNTS,
    ["ACCOUNT_NOT_FOUND", 404, ({ shared }) => ({ account_sid: shared })],
  ]),
];

function assigned({ accountSid, assistantId }: Tenant, more: Arguments): Arguments {
  return {
    account_sid: accountSid,
    number: phone(),
    twilio_sid: `PN${hex()}`,
    assistant_id: assistantId,
    ...more,
  };
}

export const argsOf = ({ args }: Refusal, world: World): Arguments =>
  typeof args === "function" ? args(world) : args;

/** What a test calls a refusal. */
export const named = ({ verb, outcome, args, by }: Refusal): string =>
  `${verb} ${outcome}${by ? ` for ${by}` : ""}: ${
    typeof args === "function"
      ? String(args).replace(/\s+/g, " ").slice(0, 90)
      : JSON.stringify(args).slice(0, 90)
  }`;

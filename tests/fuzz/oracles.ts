/** What must be true of every answer, every line of the log, and of everybody who was not asked. */
import { readProcess } from "../../bench/measure/processes.ts";
import type { LogLine } from "../../local/functions.ts";
import { type FuzzRequest, placeOf } from "./request.ts";
import type { Sent } from "./send.ts";
import type { FuzzTenant, World } from "./world.ts";

/** One thing that is wrong, in words, and where: the same problem of two requests is one. */
export interface Problem {
  readonly place: string;
  readonly what: string;
}

/** A time-out of the database on a busy machine, which the docs promise as 503. */
const SLOW_MS = 7_000;
const STACK = /\n\s+at .+:\d+:\d+|file:\/\/\/|\/node_modules\/|supabase\/functions\/_shared/;

export function judge(world: World, request: FuzzRequest, sent: Sent): Problem[] {
  const { answer } = sent;
  const found: string[] = [];
  if (isBroken(request, sent)) found.push(`${answer.status} ${answer.code}`);
  if (isForTwilio(request) && !(request.kind === "form" && sent.isGenuine) && answer.status < 300) {
    found.push("a form was accepted that nobody signed");
  }
  if (STACK.test(answer.told)) found.push("a stack is told");
  found.push(...leaksIn(answer.told, forbidden(world, request), sent.said));
  if (request.kind !== "sql" && answer.status >= 400 && !isOurError(request, answer.told)) {
    found.push(`${answer.status} without code and message`);
  }
  const place = placeOf(request);
  return found.map((what) => ({ place, what }));
}

const isForTwilio = (request: FuzzRequest): boolean =>
  request.kind === "form" ||
  request.kind === "http" && ["sms-webhook", "sms-status"].includes(request.function);

function isBroken(request: FuzzRequest, { answer, isGenuine }: Sent): boolean {
  const { status, code, retryAfter, took } = answer;
  if (status < 500) return false;
  if (request.kind === "sql") return true;
  // Asked at Twilio's look-alike, which refuses what it does not know: docs/reference/errors.md.
  if (status === 502) return !/^(TWILIO_|HTTP_|MEDIA_|MODEL_|WEBHOOK_)/.test(code);
  if (status !== 503 || retryAfter === null) return true;
  // Of accounts that nobody has, only so many are looked up a second: docs/rules/receiving.md.
  return !(took > SLOW_MS || request.kind === "form" && !isGenuine);
}

/** `{ code, message }`, or what old clients know. */
function isOurError(request: FuzzRequest, told: string): boolean {
  if (request.kind === "http" && request.method === "HEAD") return true;
  const body = told.slice(told.indexOf("\n{") + 1);
  try {
    const { message } = JSON.parse(body);
    return typeof message === "string" && message !== "";
  } catch {
    return false;
  }
}

/** What the caller of a request may not be told. */
function forbidden(world: World, request: FuzzRequest): string[] {
  const { a, b, v, secrets } = world;
  if (request.kind === "form") return [...secrets, ...[a, b, v].flatMap(valuesOf)];
  const mayKnow = request.who === "a" ? [a] : request.who === "b" ? [b] : [];
  // The operator's keys: they may see everybody.
  if (request.who === "secret key for a" || request.who === "worker key") return [...secrets];
  const others = [a, b, v].filter((one) => !mayKnow.includes(one));
  // Who is signed in may have texted the others' numbers before, and reads of that.
  return [...secrets, ...others.flatMap(mayKnow.length > 0 ? rowsOf : valuesOf)];
}

const rowsOf = ({ mark, ids, accountSid }: FuzzTenant): string[] => [mark, accountSid, ...Object.values(ids)];
const valuesOf = (tenant: FuzzTenant): string[] => [...rowsOf(tenant), tenant.number, ...tenant.contacts];

function leaksIn(text: string, values: readonly string[], said: string): string[] {
  return values.some((value) => text.includes(value) && !said.includes(value))
    ? ["a value of somebody else is told"]
    : [];
}

/** No line has a secret, what somebody wrote, or a stack. */
export function judgeLines({ a, b, v, secrets, words, stack }: World, lines: readonly LogLine[]): Problem[] {
  const hidden = [...secrets, stack.ready.publishableKey, words, a.mark, b.mark, v.mark];
  return lines.flatMap(({ function: name, text, stream }) => {
    const what = hidden.some((value) => text.includes(value))
      ? "a line of the log has a secret or what somebody wrote"
      : STACK.test(text.replaceAll("\\n", "\n"))
      ? "a line of the log has a stack"
      : stream === "stderr" && text.trim() !== ""
      ? `it printed to standard error: ${text.slice(0, 120)}`
      : null;
    return what === null ? [] : [{ place: `log of ${name}`, what }];
  });
}

/** All that the third tenant has, in one hash. Refused webhooks are counted for it: anybody may name its account. */
export async function stateOf({ stack: { sql }, v }: World): Promise<string> {
  tables ??= (await sql<{ name: string; column: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name, a.attname as column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
      and a.attname in ('user_id', 'account_sid', 'account_id', 'endpoint_id')
    where n.nspname in ('public', 'sms_private') and c.relkind = 'r' and c.relname <> 'refused_webhooks' order by 1, 2`)
    .map((row) => ({ ...row }));
  const [account] = await sql`select id from public.sms_accounts where account_sid = ${v.accountSid}`;
  const values: Record<string, string> = {
    user_id: v.id,
    account_sid: v.accountSid,
    account_id: account?.id,
    endpoint_id: v.ids["endpoint 1"] ?? "",
  };
  const parts = tables.map(({ name, column }) =>
    `(select md5(coalesce(string_agg(t::text, '' order by t::text), '')) from ${name} t where t.${column} = '${
      values[column]
    }')`
  );
  const [row] = await sql.unsafe(`select concat_ws(' ', ${parts.join(", ")}) as state`);
  return row?.state;
}
let tables: { name: string; column: string }[] | undefined;

/** Which of the hashes differ, by table. */
export function changedTables(before: string, after: string): string {
  const [one, other] = [before.split(" "), after.split(" ")];
  return (tables ?? []).filter((_, index) => one[index] !== other[index]).map(({ name }) => name).join(", ");
}

const MOST_CPU_MS = 1_000;

/** Processes that a request can keep busy: the functions, and what Postgres runs for whom. */
export async function cpuOf({ stack }: World, functions: readonly string[]): Promise<Map<string, number>> {
  const used = new Map<string, number>();
  const backends = await stack.sql<{ pid: number; application_name: string }[]>`
    select pid, application_name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  for (const { pid, application_name: name } of backends) {
    const ownMs = readProcess(pid)?.ownMs;
    if (ownMs !== undefined) used.set(`postgres ${pid} of ${name}`, ownMs);
  }
  for (const name of functions) {
    const pid = await stack.functions.pid(name);
    const ownMs = pid === null ? undefined : readProcess(pid)?.ownMs;
    if (ownMs !== undefined) used.set(`${name} ${pid}`, ownMs);
  }
  return used;
}

/** Who used more than a second meanwhile, and the most that anybody did. */
export function busiest(
  before: Map<string, number>,
  after: Map<string, number>,
): { problems: Problem[]; mostMs: number } {
  let mostMs = 0;
  const problems: Problem[] = [];
  for (const [name, ms] of after) {
    const used = ms - (before.get(name) ?? ms);
    mostMs = Math.max(mostMs, used);
    if (used > MOST_CPU_MS) {
      problems.push({ place: name.replace(/ \d+/, ""), what: `it used ${used} ms of CPU time` });
    }
  }
  return { problems, mostMs };
}

import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { outbound } from "./outbound.ts";
import {
  age,
  call,
  claimDeliveries,
  messageSid,
  phone,
  record,
  recordOne,
  type Tenant,
  theOnly,
} from "./support.ts";

export interface LookupJob {
  lease_token: string;
  message_id: string;
  account_sid: string;
  from_number: string;
  to_number: string;
  since: string;
}

/** The questions of one kind that are due. */
export async function claimQuestions(sql: Sql, kind: string, more: Record<string, unknown> = {}) {
  const size = { batch_size: 100, lease_seconds: 90 };
  return (await call(sql, "sms_claim_questions", { kind, ...size, ...more })).jobs as unknown[];
}

export async function claimLookups(sql: Sql, more: Record<string, unknown> = {}): Promise<LookupJob[]> {
  return await claimQuestions(sql, "lookup", more) as LookupJob[];
}

/** The one look-up that is due. */
export async function claimLookup(sql: Sql): Promise<LookupJob> {
  return theOnly(await claimLookups(sql));
}

/** A text between the job's numbers, as Twilio would list it. */
export function listed(job: LookupJob, more: Record<string, unknown> = {}) {
  return {
    message_sid: messageSid(),
    direction: "outbound-api",
    to_number: job.to_number,
    from_number: job.from_number,
    status: "sent",
    error_code: null,
    error_message: null,
    num_segments: 1,
    date_created: new Date().toISOString(),
    ...more,
  };
}

/** What looking came to: the texts that Twilio listed, or a failure. */
export async function recordLookup(
  sql: Sql,
  job: LookupJob,
  found: Record<string, unknown>[] | "failed",
): Promise<string> {
  const { lease_token, message_id, account_sid } = job;
  const result = {
    lease_token,
    message_id,
    account_sid,
    ...(found === "failed"
      ? { outcome: "failed", error_code: "HTTP_503", error_message: "Twilio answered with HTTP 503." }
      : { outcome: "listed", texts: found }),
  };
  return (await recordOne(sql, "sms_record_questions", result)).outcome;
}

/** A text whose outcome is unknown and whose first look-up is due. */
export async function unconfirmed(sql: Sql, tenant: Tenant, to = phone(), body = "Hello"): Promise<string> {
  const id = await outbound(sql, tenant, to, body);
  const [job] = await claimDeliveries(sql, { message_ids: [id] });
  assert(job, "the text is claimed");
  assert.equal(await record(sql, job, "unknown"), "recorded");
  await age(sql, tenant, "2 minutes");
  return id;
}

/** Looks until nothing is looked for any more, and finds nothing. Returns the last outcome. */
export async function findNothing(sql: Sql, tenant: Tenant): Promise<string> {
  for (;;) {
    const outcome = await recordLookup(sql, await claimLookup(sql), []);
    if (outcome !== "not_found_yet") return outcome;
    await age(sql, tenant, "150 seconds");
  }
}

/** The open question about a text. */
export async function questionOf(sql: Sql, messageId: string) {
  const [row] = await sql`select * from sms_private.questions where message_id = ${messageId}`;
  return row ?? null;
}

export async function jobOf(sql: Sql, messageId: string) {
  const [row] = await sql`select * from sms_private.jobs where message_id = ${messageId}`;
  return row ?? null;
}

/** What happened to a text, as `source status flags`. */
export async function story(sql: Sql, messageId: string): Promise<string[]> {
  const rows = await sql`select * from public.sms_message_events where message_id = ${messageId}
    order by received_at, id`;
  return rows.map(({ source, status, flags }) => [source, status, ...flags].join(" "));
}

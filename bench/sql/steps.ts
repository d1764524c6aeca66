/** The verbs that take a text from the webhook to the last callback, in the batches that the worker makes. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import {
  call,
  claimDeliveries,
  claimReplies,
  type DeliveryJob,
  messageSid,
  type ReplyJob,
  type Tenant,
  text,
} from "../../tests/database/support.ts";
import { deliveryResult, replyResult } from "../../tests/support/results.ts";

const BATCH = 20;

/**
 * `deliver` is claimed and recorded, batch by batch, because a tenant's share of messages under way is limited. `record` is two
 * statuses for each answer.
 */
export const STEPS = ["receive", "claim", "finish", "deliver", "record", "fold"] as const;
export type Step = typeof STEPS[number];

/**
 * Each step for all texts, one step after the other. @param tenants the same tenant with several numbers
 * @param contacts who writes, one text each
 */
export function steps(
  sql: Sql,
  tenants: readonly Tenant[],
  contacts: readonly string[],
): Readonly<Record<Step, () => Promise<void>>> {
  const texts = contacts.length;
  const replies: ReplyJob[] = [];
  const accepted: { job: DeliveryJob; sid: string }[] = [];
  return {
    async receive() {
      for (const [n, contact] of contacts.entries()) {
        const tenant = tenants[n % tenants.length];
        assert(tenant);
        expect("stored", await text(sql, tenant, contact, "Are you open on Sunday?"));
      }
    },
    async claim() {
      while (replies.length < texts) replies.push(...some(await claimReplies(sql, BATCH)));
    },
    async finish() {
      for (const jobs of batches(replies)) {
        await record(sql, "sms_finish_replies", jobs.map((job) => replyResult(job)), "stored");
      }
    },
    async deliver() {
      while (accepted.length < texts) {
        const jobs = some(await claimDeliveries(sql, { batch_size: BATCH }));
        const sent = jobs.map((job) => ({ job, sid: messageSid() }));
        const results = sent.map(({ job, sid }) =>
          deliveryResult(job, { outcome: "accepted", message_sid: sid, status: "queued", num_segments: 1 })
        );
        await record(sql, "sms_record_deliveries", results, "recorded");
        accepted.push(...sent);
      }
    },
    async record() {
      for (const { job, sid } of accepted) {
        for (const status of ["sent", "delivered"]) {
          expect("recorded", await recordStatus(sql, job, sid, status));
        }
      }
    },
    async fold() {
      while (Number((await call(sql, "sms_fold_stats")).remaining) > 0);
    },
  };
}

function recordStatus(sql: Sql, job: DeliveryJob, sid: string, status: string) {
  return call(sql, "sms_record_status", {
    account_sid: job.account_sid,
    message_sid: sid,
    from_number: job.from_number,
    to_number: job.to_number,
    status,
    error_code: null,
    error_message: null,
    message_id: job.message_id,
  });
}

async function record(sql: Sql, verb: string, results: readonly unknown[], outcome: string): Promise<void> {
  const answers = await call(sql, verb, { results }) as unknown as { outcome: string }[];
  for (const answer of answers) expect(outcome, answer);
}

function expect(outcome: string, answer: { outcome: string }): void {
  assert.equal(answer.outcome, outcome, JSON.stringify(answer));
}

function some<Job>(jobs: Job[]): Job[] {
  assert(jobs.length > 0, "a claim returns jobs while some are due");
  return jobs;
}

function batches<Item>(items: readonly Item[]): Item[][] {
  return Array.from(
    { length: Math.ceil(items.length / BATCH) },
    (_, n) => items.slice(n * BATCH, (n + 1) * BATCH),
  );
}

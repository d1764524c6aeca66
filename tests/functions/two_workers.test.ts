import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type FunctionProcess, startFunction } from "../../local/function_process.ts";
import { projectRoot } from "../../local/project.ts";
import type { ReplyJob } from "../../supabase/functions/_shared/sms/database/verbs/replies.ts";
import { replyResult } from "../support/results.ts";
import { jobsOf } from "./rows.ts";
import {
  CREDENTIALS_KEY,
  phones,
  quiet,
  sentTo,
  stackForFile,
  text,
  until,
  wake,
  within,
} from "./support.ts";

/** What one tenant may have in hand of a worker's 200 slots. */
const SHARE = 180;

// Wakes go nowhere: the tests say which worker works when.
const stack = await stackForFile({ worker: false });
const { sql, carrier, model } = stack;
const lines: string[] = [];
const second = await startSecondWorker();
Deno.test.afterAll(() => second.kill());

/** Another isolate of the same function, as the platform starts them. */
async function startSecondWorker(): Promise<FunctionProcess> {
  const { apiUrl, publishableKey, secretKey, carrier, model } = stack.ready;
  const jwks = await fetch(`${apiUrl}/auth/v1/.well-known/jwks.json`);
  return await startFunction("sms-worker", {
    root: join(projectRoot, "supabase/functions"),
    onLine: (line) => lines.push(line.text),
    env: {
      SUPABASE_URL: apiUrl,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: publishableKey }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: secretKey, worker: stack.workerKey }),
      SUPABASE_JWKS: await jwks.text(),
      SMS_CREDENTIALS_KEY: CREDENTIALS_KEY,
      TWILIO_ACCOUNT_SID: carrier.accountSid,
      TWILIO_AUTH_TOKEN: carrier.authToken ?? "",
      SMS_TWILIO_API_BASE_URL: carrier.url,
      OPENAI_API_KEY: "local-demo-model",
      SMS_OPENAI_BASE_URL: `${model.url}/v1`,
    },
  });
}

async function wakeSecond(): Promise<void> {
  const response = await fetch(`${second.origin}/sms-worker`, {
    method: "POST",
    headers: { apikey: stack.workerKey },
  });
  assert.equal(response.status, 202);
  await response.body?.cancel();
}

async function askedBy(count: number): Promise<string[]> {
  const contacts = phones(count);
  await Promise.all(contacts.map((contact) => text(stack, contact, "Are you open on Sunday?")));
  return contacts;
}

Deno.test("two workers on one queue share the work and send no reply twice", async () => {
  const contacts = await askedBy(SHARE + 20);
  const asked = model.requests.length;
  const thinking = model.hold();
  await wake(stack);
  await until("the first worker has its hands full", () => thinking.waiting === SHARE);
  await wakeSecond();
  await until("the second has the rest", () => thinking.waiting === SHARE + 20);
  // Both hand over to Twilio at the same time, too.
  const sending = carrier.hold({ call: "create" });
  thinking.release();
  await within("Twilio is called", sending.reached(2));
  await Promise.all([wake(stack), wakeSecond(), wake(stack), wakeSecond()]);
  sending.release();
  await quiet(stack);
  assert.equal(model.requests.length - asked, SHARE + 20, "each asked about once");
  for (const contact of contacts) assert.equal(sentTo(stack, contact).length, 1, contact);
  await until(
    "the second worker says what it did",
    () => lines.some((line) => /"outcome":"drained"/.test(line)),
  );
});

Deno.test("many wakes of both workers at once send nothing twice", async () => {
  const contacts = await askedBy(30);
  await Promise.all(Array.from({ length: 30 }, (_, n) => n % 2 === 0 ? wake(stack) : wakeSecond()));
  await quiet(stack);
  for (const contact of contacts) assert.equal(sentTo(stack, contact).length, 1, contact);
});

Deno.test("a claim whose worker never came back is answered by the next worker, and a late answer is stale", async () => {
  const contacts = await askedBy(10);
  // Somebody else has them: claimed by the verb itself, as a worker that is lost would have.
  const [claim] = await sql`select public.sms_claim_replies(10, 90) as answer`;
  assert.equal(claim?.answer.jobs.length, 10);
  await wake(stack);
  assert.equal((await jobsOf(sql, contacts[0] ?? "")).length, 1);
  assert.deepEqual(contacts.flatMap((contact) => sentTo(stack, contact)), [], "a held lease is not touched");

  await sql`update sms_private.jobs set lease_expires_at = clock_timestamp()`;
  await Promise.all([wake(stack), wakeSecond()]);
  await quiet(stack);
  for (const contact of contacts) assert.equal(sentTo(stack, contact).length, 1, contact);

  const late = claim?.answer.jobs.map((job: ReplyJob) => replyResult(job, { reply: "Too late" }));
  const [finished] = await sql`select public.sms_finish_replies(${sql.json(late)}) as answer`;
  assert(finished?.answer.every((one: { outcome: string }) => one.outcome === "stale"));
  await wake(stack);
  await quiet(stack);
  for (const contact of contacts) assert.equal(sentTo(stack, contact).length, 1, contact);
});

Deno.test("claims of somebody else while the workers run take nothing twice", async () => {
  const contacts = await askedBy(40);
  const working = Promise.all([wake(stack), wakeSecond()]);
  // A third party takes some, and does not work on them.
  const taken: string[] = [];
  for (let n = 0; n < 8; n++) {
    const [claim] = await sql`select public.sms_claim_replies(2, 90) as answer`;
    taken.push(...claim?.answer.jobs.map((job: { job_id: string }) => job.job_id));
  }
  await working;
  // One by one: an update of many rows takes them in no order, and a worker's batch may want some of them in its own.
  for (const id of taken) {
    await sql`update sms_private.jobs set lease_expires_at = clock_timestamp() where id = ${id}`;
  }
  await until("all are answered", async () => {
    await wake(stack);
    const [row] = await sql`select count(*)::int from sms_private.jobs`;
    return row?.count === 0;
  });
  await quiet(stack);
  for (const contact of contacts) assert.equal(sentTo(stack, contact).length, 1, contact);
});

/** Contacts text and programs send, as the plan says, while the faults happen. */
import { complain } from "../../../local/print.ts";
import { inflict } from "./faults.ts";
import type { Plan, Step } from "./plan.ts";
import type { Stage } from "./stage.ts";

const AT_ONCE = 24;
/** More work than this waiting, and people wait too: a storm is not about overload, which has its own tests. */
const BACKLOG = 300;
const LOOK_EVERY = 25;
const CALL_TIMEOUT_MS = 15_000;
const REPEAT_AFTER_MS = 250;
const TRIES = 200;

/** Resolves when everything was said and every fault has happened. */
export async function play(stage: Stage, plan: Plan, onProgress: (done: number) => void): Promise<void> {
  for (const { number, outcome, refusal } of new Set(plan.steps.map(({ contact }) => contact))) {
    stage.carrier.deliverAs(number, outcome);
    stage.carrier.refuse(number, refusal);
  }
  const faults = [...plan.faults];
  const running = new Set<Promise<void>>();
  const begin = (work: Promise<void>) => {
    const task = work.finally(() => running.delete(task));
    running.add(task);
  };
  const lastOf = new Map<string, Promise<void>>();
  for (const step of plan.steps) {
    while (faults[0] && faults[0].before <= step.id) {
      const next = faults.shift();
      if (next) begin(inflict(stage, next.fault));
    }
    if (step.id % LOOK_EVERY === 0) {
      onProgress(step.id);
      await backlogShrinks(stage);
    }
    while (running.size >= AT_ONCE) await Promise.race(running);
    // A phone sends one text after the other.
    const before = lastOf.get(step.contact.number) ?? Promise.resolve();
    const said = before.then(() => take(stage, plan, step));
    lastOf.set(step.contact.number, said);
    begin(said);
  }
  await Promise.all(running);
}

async function take(stage: Stage, plan: Plan, step: Step): Promise<void> {
  if (step.kind === "send") return await send(stage, plan, step);
  const line = stage.lines[step.contact.line];
  if (!line) throw new Error(`There is no line ${step.contact.line}`);
  await stage.carrier.text({
    from: step.contact.number,
    to: line.number,
    body: step.kind === "keyword" ? step.word : questionOf(step.id),
    copies: step.copies,
  });
}

const QUESTIONS = [
  "are you open on Sunday?",
  "is it dog-friendly? 🐕",
  "¿a qué hora cierran?",
  "when? 明日?",
];
const questionOf = (id: number) => `q${id}: ${QUESTIONS[id % QUESTIONS.length]}`;

/** As a careful program does: with a key of its own, again until there is an answer that says what became of it. */
async function send(stage: Stage, plan: Plan, { id, contact }: Step): Promise<void> {
  const line = stage.lines[contact.line];
  for (let tries = 0; tries < TRIES; tries++) {
    const response = await fetch(`${stage.stack.ready.functionsUrl}/sms-send`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${line?.accessToken}`,
        apikey: stage.stack.ready.publishableKey,
        "content-type": "application/json",
        "idempotency-key": `storm-${plan.seed}-${id}`,
      },
      body: JSON.stringify({ to: contact.number, from: line?.number, body: `s${id}: your order is ready.` }),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    }).catch(() => null);
    const answer = await response?.text().catch(() => null);
    if (response && answer !== null && isFinal(response.status, answer ?? "")) return;
    await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
  }
  complain(`s${id} got no final answer in ${TRIES} tries`);
}

/** 2xx is stored, 422 is refused by Twilio and says so; anything else is asked again. */
function isFinal(status: number, answer: string): boolean {
  if (status >= 200 && status < 300) return true;
  if (status === 422) return true;
  if (status >= 500 || status === 409 || status === 429) return false;
  throw new Error(`sms-send answered ${status}: ${answer}`);
}

async function backlogShrinks({ sql }: Stage): Promise<void> {
  while (true) {
    const waiting = await sql<{ count: number }[]>`
      select count(*)::int as count from sms_private.jobs where set_aside_at is null`.catch(() => null);
    if (waiting?.[0] && waiting[0].count < BACKLOG) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

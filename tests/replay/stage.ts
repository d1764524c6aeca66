/** The stack on which the script is played: two tenants, and a worker that runs when the script says so. */
import { strict as assert } from "node:assert";
import type { Carrier } from "../../local/carrier/mod.ts";
import type { Model } from "../../local/model/mod.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { testServer } from "../support/postgres.ts";
import { expiredToken, headersOf } from "./callers.ts";
import type { Caller, Scene } from "./steps.ts";

export type { Carrier, Model };

export interface Stage extends Scene, AsyncDisposable {
  readonly stack: Stack;
  headersOf(caller: Caller): Record<string, string>;
  /** What a value is called in the record. */
  readonly known: ReadonlyMap<string, string>;
}

const BOB_NUMBER = "+15005550100";
const DEADLINE_MS = 20_000;

/** No ticker, no wakes and no callbacks: nothing happens but by a request of the script. */
export async function setStage(): Promise<Stage> {
  const stack = await startStack({ server: testServer, unpaced: true, worker: false });
  const { carrier, model, ready } = stack;
  assert(carrier && model && ready.number);
  // A project of before broadcasts needed a consent.
  await stack.sql`update sms_private.settings set value = to_jsonb(now() + interval '60 days')
    where name = 'consent_required_from'`;
  carrier.faults.set({ autoDeliver: false });
  model.answerAll({
    reply: "Until six.",
    intent: "question",
    end_conversation: false,
    opt_out: false,
    handoff: false,
  });
  const ada = await stack.createUser(ready.user.email, ready.user.password);
  const bob = await stack.createUser("bob@example.com", "bobs-password-in-tests");
  const account = carrier.addAccount();
  carrier.addNumber(account.accountSid, { number: BOB_NUMBER, friendlyName: "Bob's" });
  const late = await expiredToken(stack, bob);
  const noon = noonZone();
  return {
    stack,
    carrier,
    model,
    headersOf: (caller) => headersOf(caller, { stack, ada, bob, late }),
    work: () => work(stack),
    kept: new Map(Object.entries({
      ada: ada.id,
      bob: bob.id,
      account: carrier.accountSid,
      token: carrier.authToken,
      bobAccount: account.accountSid,
      bobToken: account.authToken,
      number: ready.number,
      bobNumber: BOB_NUMBER,
      noon,
      assistant: ready.assistantId ?? "",
      project: ready.apiUrl,
      carrier: carrier.url,
    })),
    known: new Map([
      [ada.id, "<ada>"],
      [bob.id, "<bob>"],
      [carrier.accountSid, "<account>"],
      [account.accountSid, "<bob's account>"],
      [noon, "<noon zone>"],
      [ready.apiUrl, "<project>"],
      [carrier.url, "<carrier>"],
    ]),
    [Symbol.asyncDispose]: async () => {
      await carrier.stop();
      await stack.stop();
    },
  };
}

/** Where it is about noon: no day ends while the script is played. */
function noonZone(): string {
  const east = 12 - new Date().getUTCHours();
  return `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`;
}

/** Nothing is due afterwards, and nobody is left who could do something by itself. */
async function work(stack: Stack): Promise<void> {
  await (await stack.tick()).body?.cancel();
  await untilTwice("everything is done", async () => isDone(await healthOf(stack)));
  await stack.functions.kill("sms-worker");
  // A claim that was under way is made without the worker, and would take what the next request brings.
  await untilTwice("the database has nothing in hand", () => hasIdleDatabase(stack));
}

async function hasIdleDatabase({ sql }: Stack): Promise<boolean> {
  const [row] = await sql`select count(*)::int from pg_stat_activity
    where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`;
  return row?.count === 0;
}

/** Two times in a row: a job that changes hands while it is looked for is seen in neither. */
async function untilTwice(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (let times = 0; times < 2; times = await holds() ? times + 1 : 0) {
    assert(performance.now() < deadline, `${what} in time`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function healthOf(stack: Stack): Promise<Record<string, unknown>> {
  const { origin } = await stack.functions.get("sms-worker");
  const response = await fetch(`${origin}/sms-worker`, { headers: { apikey: stack.workerKey } });
  return await response.json();
}

function isDone(health: Record<string, unknown>): boolean {
  const open = ["replies_due", "replies_waiting", "deliveries_due", "deliveries_in_flight", "lookups_due"];
  assert(open.every((name) => typeof health[name] === "number"), JSON.stringify(health));
  return open.every((name) => health[name] === 0);
}

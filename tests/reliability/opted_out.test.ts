/**
 * Nothing is sent to a contact who opted out, on whichever path, at whichever of its steps the opt-out is stored. Counted in the
 * carrier's ledger, and in what Twilio was asked for: it would refuse some of it by itself.
 */
import { strict as assert } from "node:assert";
import type { FailPoint } from "../../local/fail_points.ts";
import { phone, stackForFile, until, wake, within } from "../functions/support.ts";
import { operator, saveToken } from "../functions/tenants.ts";
import { longTest } from "../support/long.ts";
import {
  byAPerson,
  counted,
  newSender,
  nothingWaits,
  OPT_OUTS,
  type OptOut,
  type Path,
  PATHS,
} from "./opt_out_paths.ts";

// Wakes go nowhere: the worker runs when a test says so. Its leases are long, so that no step ends by itself.
const stack = await stackForFile({ worker: false });
const { sql, carrier, model, failPoints } = stack;
await sql`update sms_private.settings set value = '1' where name = 'lookup_count'`;
const sender = await newSender(stack);
const count = counted(stack);

/** One walk along a path, to the step at which the opt-out comes. */
interface Walk {
  readonly path: Path;
  readonly contact: string;
  /** The request; the functions that send by themselves are still in it. */
  ask(): Promise<unknown>;
  /** The opt-out is stored. */
  optOut(): Promise<void>;
  optOutByAPerson(): Promise<void>;
  /** What waits may go, and the worker looks. */
  go(): Promise<void>;
}

interface Step {
  readonly when: string;
  readonly on: (path: Path) => boolean;
  readonly walk: (walk: Walk) => Promise<void>;
}

const always = () => true;
const byWorker = ({ by }: Path) => by === "sms-worker";
const answers = (path: Path) => path.answers !== undefined;
/** One path of each function: what it does there is the same on all. */
const oneOfEach = (path: Path) => path === PATHS.find(({ by }) => by === path.by);

/** Asks for the text and has it sent, until a call of ours arrives; the opt-out is stored while that call is held. */
async function whileHeld(
  { path, contact, ask, optOut, go }: Walk,
  point: Omit<FailPoint, "action" | "moment">,
  alsoUntil: () => Promise<boolean> | boolean = () => true,
): Promise<void> {
  const held = Promise.withResolvers<void>();
  const arm = () => failPoints.arm({ times: 1, ...point, moment: "before", action: { hold: held.promise } });
  // The worker's paths are asked for first: the webhook, say, reads tokens too.
  if (byWorker(path)) await ask();
  const armed = arm();
  const asking = byWorker(path) ? go() : ask();
  try {
    await within(`${contact} comes to ${point.name}`, armed.reached);
    await until(`${point.name} is about ${contact}`, alsoUntil);
    await optOut();
  } finally {
    armed.disarm();
    held.resolve();
  }
  await asking;
}

/** The same while the token is read: by whomever, so that the opt-out does not come by a webhook, which reads it too. */
const whileTokenIsRead = (walk: Walk) =>
  whileHeld(
    { ...walk, optOut: walk.optOutByAPerson },
    { on: "rpc", name: "sms_get_account", times: 1000 },
    () => isTried(walk.contact, "in_flight"),
  );

const isStored = (contact: string) => async () => {
  const [row] = await sql`select count(*)::int from public.sms_messages
    where to_number = ${contact} and direction = 'outbound'`;
  return row?.count > 0;
};

async function isTried(contact: string, condition: "attempts > 0" | "in_flight" | "unconfirmed") {
  const [row] = await sql.unsafe(
    `select count(*)::int from sms_private.jobs j join public.sms_contacts k on k.id = j.contact_id
      where k.number = $1 and j.kind = 'deliver' and ${condition}`,
    [contact],
  );
  return row?.count > 0;
}

/** As if the process had just begun: it knows no token. */
const afresh = (path: Path) => stack.functions.kill(path.by);

async function switches(verb: "sms_switch_off" | "sms_switch_on"): Promise<void> {
  const { error } = await operator(stack).rpc(verb, { what: "sending" });
  assert.equal(error, null);
}

const STEPS: readonly Step[] = [
  {
    when: "before it is asked for",
    on: always,
    async walk({ ask, optOut, go }) {
      await optOut();
      await ask();
      await go();
    },
  },
  {
    when: "while it waits",
    on: byWorker,
    async walk({ ask, optOut, go }) {
      await ask();
      await optOut();
      await go();
    },
  },
  {
    when: "while sending is switched off",
    on: always,
    async walk({ contact, path, ask, optOut, go }) {
      await switches("sms_switch_off");
      await ask();
      await go();
      if (answers(path)) await until("the answer is stored", isStored(contact));
      await optOut();
      await switches("sms_switch_on");
      await go();
    },
  },
  {
    when: "before the model is asked",
    on: answers,
    walk: (walk) => whileHeld(walk, { on: "rpc", name: "sms_claim_replies" }),
  },
  {
    when: "while the model thinks",
    on: ({ answers }) => answers === "by the model",
    async walk({ ask, optOut, go }) {
      await ask();
      const hold = model.hold();
      try {
        await go();
        await within("the model is asked", hold.arrived);
        await optOut();
      } finally {
        hold.release();
      }
    },
  },
  {
    when: "while its answer is brought to the database",
    on: answers,
    walk: (walk) => whileHeld(walk, { on: "rpc", name: "sms_finish_replies" }),
  },
  {
    when: "at its claim",
    on: always,
    walk: (walk) => whileHeld(walk, { on: "rpc", name: "sms_claim_deliveries" }, isStored(walk.contact)),
  },
  {
    when: "between its claim and Twilio, while the account's token is read",
    on: always,
    async walk(walk) {
      await afresh(walk.path);
      await whileTokenIsRead(walk);
    },
  },
  {
    when: "between its claim and Twilio, while a new token is read because Twilio refused the old one",
    on: oneOfEach,
    async walk(walk) {
      const { path } = walk;
      await afresh(path);
      // It sends to somebody else, and knows the token from then on.
      const before = phone();
      await path.begin(sender, before);
      await path.release?.(sender, before);
      await wake(stack);
      await until("it knows the token", () => count(before).sent === 1);
      await saveToken(stack, sender.tenant, carrier.rotateToken(sender.tenant.accountSid));
      await whileTokenIsRead(walk);
    },
  },
  {
    when: "while Twilio's wish for a later try is recorded",
    on: always,
    async walk(walk) {
      carrier.faults.set({ rateLimitNext: 1, onlyTo: walk.contact });
      await whileHeld(walk, { on: "rpc", name: "sms_record_deliveries" });
    },
  },
  {
    when: "after a try that failed, before the next",
    on: always,
    async walk({ contact, ask, optOut, go }) {
      carrier.faults.set({ rateLimitNext: 1, onlyTo: contact });
      await ask();
      await go();
      await until("it was tried", () => isTried(contact, "attempts > 0"));
      await optOut();
    },
  },
  {
    when: "while nobody knows whether Twilio has it",
    on: always,
    async walk({ contact, ask, optOut, go }) {
      carrier.faults.set({ resetNext: 1, onlyTo: contact });
      await ask();
      await go();
      await until("its outcome is unknown", () => isTried(contact, "unconfirmed"));
      await optOut();
    },
  },
];

/** The worker looks for work. The one that was just killed may still be asked, and then the next one is. */
const looks = () =>
  until("the worker looks", async () => {
    const response = await stack.tick();
    await response.body?.cancel();
    return response.status === 202;
  });

async function walk(path: Path, step: Step, says: string): Promise<void> {
  const contact = phone();
  const optOut = OPT_OUTS[says];
  assert(optOut);
  const on = { assistant: sender.tenant.assistantId };
  if (path.assistant) {
    await sql`update public.sms_assistants set ${sql(path.assistant)} where id = ${on.assistant}`;
  }
  model.failAll(path.modelFails ?? null);
  const before = { sent: 0, asked: 0 };
  const optingOut = async (optOut: OptOut) => {
    await optOut(sender, contact);
    Object.assign(before, count(contact));
  };
  await step.walk({
    path,
    contact,
    ask: () => path.begin(sender, contact),
    optOut: () => optingOut(optOut),
    optOutByAPerson: () => optingOut(byAPerson),
    async go() {
      await path.release?.(sender, contact);
      await looks();
    },
  });
  await nothingWaits(stack, contact, () => wake(stack));
  assert.deepEqual(count(contact), before, "nothing after the opt-out");
  assert.equal(before.sent, 0, "nothing was sent before it");
}

Deno.test.beforeEach(() => {
  failPoints.clear();
  carrier.faults.reset();
});

for (const path of PATHS) {
  Deno.test(`${path.name} leaves where nobody opts out`, async () => {
    const contact = phone();
    if (path.assistant) {
      await sql`update public.sms_assistants set ${
        sql(path.assistant)
      } where id = ${sender.tenant.assistantId}`;
    }
    model.failAll(path.modelFails ?? null);
    await path.begin(sender, contact);
    await path.release?.(sender, contact);
    await nothingWaits(stack, contact, () => wake(stack));
    assert.equal(count(contact).sent, 1);
  });

  for (const step of STEPS.filter(({ on }) => on(path))) {
    for (const says of Object.keys(OPT_OUTS)) {
      longTest(`${path.name} does not leave: ${says} ${step.when}`, () => walk(path, step, says));
    }
  }
}

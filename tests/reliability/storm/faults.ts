/** All that goes wrong in a storm, as data, and how it is made to happen. */
import type { FaultCounter, FaultSettings } from "../../../local/carrier/faults.ts";
import { type Fault as ModelFault, FAULTS as MODEL_FAULTS } from "../../../local/model/faults.ts";
import type { Draw } from "./draw.ts";
import type { Stage } from "./stage.ts";

export type Fault =
  | { kind: "kill"; function: FunctionName }
  /** Stands still while another process takes over, and wakes up when its leases have run out. */
  | { kind: "stall"; function: FunctionName; milliseconds: number }
  /** The next call there kills who made it, breaks the connection, or is answered 503. */
  | { kind: "rpc"; verb: string; moment: "before" | "after"; action: "kill" | "drop" | 503 }
  /** The next call of the carrier or model kills who made it. */
  | { kind: "provider"; on: "carrier" | "model"; call: string; moment: "before" | "after" }
  | { kind: "model"; fault: ModelFault; times: number }
  /** What happens to the next calls of the carrier, or callbacks. */
  | { kind: "carrier"; counter: FaultCounter; times: number; failStatus: FaultSettings["failStatus"] }
  /** From now on, until the next of the kind. */
  | { kind: "weather"; settings: Partial<FaultSettings> }
  | { kind: "carrier down"; milliseconds: number }
  | { kind: "postgres crash" }
  /** No fault of anybody's: the keys that sign are changed. */
  | { kind: "new signers" };

export type FunctionName = "sms-worker" | "sms-webhook" | "sms-status" | "sms-send";

/** Every verb that the pipeline calls, for questions with their kind, and who calls it. */
const VERBS: Readonly<Record<string, FunctionName>> = {
  sms_receive_message: "sms-webhook",
  sms_record_status: "sms-status",
  sms_create_message: "sms-send",
  sms_get_account: "sms-worker",
  sms_claim_replies: "sms-worker",
  sms_finish_replies: "sms-worker",
  sms_claim_deliveries: "sms-worker",
  sms_record_deliveries: "sms-worker",
  "sms_claim_questions lookup": "sms-worker",
  "sms_record_questions lookup": "sms-worker",
  "sms_claim_questions listing": "sms-worker",
  "sms_record_questions listing": "sms-worker",
  "sms_claim_questions settlement": "sms-worker",
  "sms_record_questions settlement": "sms-worker",
  sms_find_unknown_messages: "sms-worker",
  sms_fold_stats: "sms-worker",
};
const MOMENTS = ["before", "after"] as const;
const PROVIDER_CALLS = [["carrier", "create"], ["carrier", "list"], ["carrier", "fetch"], [
  "model",
  "complete",
]] as const;
const COUNTERS = [
  "rateLimitNext",
  "resetNext",
  "failNext",
  "failAfterNext",
  "hangNext",
  "dropNext",
  "readFailNext",
  "loseCallbacks",
] as const;

/**
 * With the stage's settings look-ups come 7, 14 and 21 s after the claim. A list may lag until after the first of them, and
 * a process may stand still with a request half sent. Both together, with no callback either, still end before the last:
 * anything longer is the residual risk of decision 14, and no fault here.
 */
const LONG_LAG_MS = 9_000;
/** Longer than a lease. */
const STALL_MS = { from: 5_500, to: 7_000 };
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * How often a kind happens in a thousand messages, and how often at least. Whoever is killed more often than every
 * lease or so never gets to answer anything, and that is an outage and no storm.
 */
interface Kind {
  perThousand: number;
  atLeast: number;
  make(draw: Draw): Fault;
}

const rare = (perThousand: number, make: Kind["make"]): Kind => ({ perThousand, atLeast: 0, make });
const sure = (perThousand: number, make: Kind["make"]): Kind => ({ perThousand, atLeast: 1, make });

const KINDS: readonly Kind[] = [
  ...(["sms-worker", "sms-webhook", "sms-status", "sms-send"] as const)
    .map((name) => sure(0.6, () => ({ kind: "kill", function: name }))),
  ...(["sms-worker", "sms-send"] as const)
    .map((name) =>
      sure(0.6, (draw) => ({
        kind: "stall",
        function: name,
        milliseconds: draw.between(STALL_MS.from, STALL_MS.to),
      }))
    ),
  ...Object.keys(VERBS).flatMap((verb) => [
    ...MOMENTS.map((moment) => rare(0.1, () => ({ kind: "rpc", verb, moment, action: "kill" }))),
    rare(
      0.5,
      (draw) => ({ kind: "rpc", verb, moment: draw.pick(MOMENTS), action: draw.pick(["drop", 503]) }),
    ),
  ]),
  ...PROVIDER_CALLS.flatMap(([on, call]) =>
    MOMENTS.map((moment) => rare(0.1, () => ({ kind: "provider", on, call, moment })))
  ),
  ...MODEL_FAULTS.map((fault) => sure(2, (draw) => ({ kind: "model", fault, times: draw.between(1, 3) }))),
  ...COUNTERS.map((counter) =>
    sure(3, (draw) => ({
      kind: "carrier",
      counter,
      times: draw.between(1, counter === "loseCallbacks" ? 12 : 2),
      failStatus: draw.pick([500, 502, 503, 504]),
    }))
  ),
  sure(5, (draw) => ({ kind: "weather", settings: weather(draw) })),
  sure(0.4, (draw) => ({ kind: "carrier down", milliseconds: draw.between(200, 1_500) })),
  sure(0.3, () => ({ kind: "postgres crash" })),
];

/** In silence nothing is heard of a text but what Twilio's list shows at last. */
function weather(draw: Draw): Partial<FaultSettings> {
  const isSilent = draw.chance(0.3);
  return {
    callbackCopies: draw.weighted([[3, 1], [1, 2], [1, 3]]),
    callbackDelayMs: draw.weighted([[2, 0], [1, 50], [1, 400]]),
    callbackOrder: draw.pick(["kept", "reversed", "shuffled"]),
    callbackBeforeAnswer: draw.chance(0.2),
    createDelayMs: draw.weighted([[3, 0], [1, 100], [1, 600]]),
    loseCallbacks: isSilent ? ALL : 0,
    listLagMs: isSilent || draw.chance(0.3) ? LONG_LAG_MS : 0,
  };
}

export function planFaults(draw: Draw, messages: number): { before: number; fault: Fault }[] {
  const faults = KINDS.flatMap(({ perThousand, atLeast, make }) => {
    const expected = perThousand * messages / 1_000;
    const times = Math.floor(expected) + (draw.chance(expected % 1) ? 1 : 0);
    return Array.from({ length: Math.max(atLeast, times) }, () => ({
      before: draw.below(messages),
      fault: make(draw),
    }));
  });
  faults.push({ before: Math.floor(messages / 2), fault: { kind: "new signers" } });
  return faults.sort((one, other) => one.before - other.before);
}

/** Makes it happen. Resolves when it has, or is sure to. */
export async function inflict(stage: Stage, fault: Fault): Promise<void> {
  const { stack, carrier, model } = stage;
  switch (fault.kind) {
    case "kill":
      return await stack.functions.kill(fault.function);
    case "stall": {
      const resume = await stack.functions.stall(fault.function);
      await pause(fault.milliseconds);
      return resume?.();
    }
    case "rpc": {
      const { verb, moment, action } = fault;
      const [name = "", kind] = verb.split(" ");
      stack.failPoints.arm({
        on: "rpc",
        name,
        ...(kind === undefined ? {} : { containing: `"kind":"${kind}"` }),
        moment,
        action: action === "kill"
          ? { kill: VERBS[verb] ?? "sms-worker" }
          : action === "drop"
          ? "drop"
          : { status: action },
      });
      return;
    }
    case "provider":
      stack.failPoints.arm({
        on: fault.on,
        name: fault.call,
        moment: fault.moment,
        action: { kill: "sms-worker" },
      });
      return;
    case "model":
      return model.failNext(fault.times, fault.fault);
    case "carrier": {
      const { counter, times, failStatus } = fault;
      return carrier.faults.set({ [counter]: carrier.faults.settings[counter] + times, failStatus });
    }
    case "weather":
      return carrier.faults.set(fault.settings);
    case "carrier down":
      await carrier.goDown();
      await pause(fault.milliseconds);
      return await carrier.comeBack();
    case "new signers":
      return await stage.signers.rotate();
    case "postgres crash":
      return await stage.crashPostgres();
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

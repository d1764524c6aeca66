import type { Carrier } from "../carrier/mod.ts";
import type { Armed, FailPoint, FailPoints } from "../fail_points.ts";
import type { Functions } from "../functions.ts";
import type { Model } from "../model/mod.ts";
import type { KillRequest, SwitchesRequest, SwitchesState } from "./contract.ts";

export interface SwitchesOptions {
  readonly carrier: Carrier;
  /** Null where another model is in use: its switches do nothing. */
  readonly model: Model | null;
  readonly functions: Pick<Functions, "kill">;
  readonly failPoints: FailPoints;
}

/** How often a webhook comes while webhooks are duplicated. */
const COPIES = 3;

/** sms-webhook is killed after the message is stored. sms-worker is killed before the reply is stored. */
const MIDDLE: Readonly<Record<KillRequest["process"], Pick<FailPoint, "on" | "name" | "moment">>> = {
  // The carrier has no answer, so it posts the webhook again.
  "sms-webhook": { on: "rpc", name: "sms_receive_message", moment: "after" },
  // The model has answered, and the database does not have the reply.
  "sms-worker": { on: "rpc", name: "sms_finish_replies", moment: "before" },
};

/** The faults of the look-alikes, as one person turns them on and off. */
export class Switches {
  #state: SwitchesState = {
    slowModelSeconds: 0,
    modelFails: false,
    carrierDown: false,
    duplicateWebhooks: false,
    reportsLost: false,
  };
  #doomed = new Map<KillRequest["process"], Armed>();

  constructor(private readonly options: SwitchesOptions) {}

  get state(): SwitchesState {
    return this.#state;
  }

  /** How often the webhook of a text is delivered. */
  get copies(): number {
    return this.#state.duplicateWebhooks ? COPIES : 1;
  }

  /** Processes that will die in the middle of their next piece of work. */
  get doomed(): KillRequest["process"][] {
    return [...this.#doomed].filter(([, armed]) => armed.hits === 0).map(([process]) => process);
  }

  /** Changes what is named and leaves the rest. */
  async set(changes: SwitchesRequest): Promise<void> {
    const { carrier, model } = this.options;
    const { carrierDown: wasDown } = this.#state;
    const state = { ...this.#state, ...defined(changes) };
    this.#state = state;
    model?.slowDown(state.slowModelSeconds * 1_000);
    model?.failAll(state.modelFails ? "500" : null);
    carrier.faults.set({
      callbackCopies: this.copies,
      loseCallbacks: state.reportsLost ? Number.MAX_SAFE_INTEGER : 0,
    });
    if (state.carrierDown !== wasDown) await (state.carrierDown ? carrier.goDown() : carrier.comeBack());
  }

  async kill({ process, when }: KillRequest): Promise<void> {
    if (when === "now") return await this.options.functions.kill(process);
    this.#doomed.get(process)?.disarm();
    this.#doomed.delete(process);
    if (when === "never") return;
    this.#doomed.set(process, this.options.failPoints.arm({ ...MIDDLE[process], action: { kill: process } }));
  }
}

function defined(changes: SwitchesRequest): Partial<SwitchesState> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

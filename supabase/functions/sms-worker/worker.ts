import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import type { Logger } from "../_shared/sms/log.ts";
import type { MessageDependencies } from "./message_kinds.ts";
import type { Events } from "./events/events.ts";
import type { Questions } from "./questions/questions.ts";
import { CpuBudget, type CpuBudgetOptions } from "./cpu_budget.ts";
import { createSlots } from "./slots.ts";
import { WorkerRun } from "./worker_run.ts";

export interface WorkerDependencies extends MessageDependencies {
  /** Questions to Twilio. A run looks for them when it begins and every ten seconds, not at each wake. */
  readonly questions?: readonly Questions[];
  /** Events for the adopters' backends. */
  readonly events?: Events;
  /** Wakes the next worker, to which the platform gives a full life of its own. */
  wakeSuccessor(): Promise<void>;
  readonly log: Logger;
  /** When the platform ends this isolate, on the clock; Infinity where it does not. */
  readonly isolateEndsAt: number;
  readonly budgetMs?: number;
  readonly maxItems?: number;
  /** How much CPU time a run may use, and the clock that tells it. Default: as cpu_budget.ts says. */
  readonly cpu?: CpuBudgetOptions;
}

export interface Worker {
  /**
   * Starts a run, which works on the jobs that are due, and waits for those that become due within its budget. While a run
   * claims, a further wake only makes it look again.
   *
   * @returns a promise that resolves when the run has handed everything back; it never rejects
   */
  wake(client: RpcClient): Promise<void>;
  /** The isolate ends soon: its run claims nothing more, and a successor goes on. */
  makeWay(): void;
}

/** The worker of this process: at most one run claims at a time. */
export function createWorker(deps: WorkerDependencies): Worker {
  let current: WorkerRun | undefined;
  const slots = createSlots(() => current?.slotFreed());
  /** The first run pays for the start of the isolate. */
  const newBudget = () => {
    const cpu = new CpuBudget(deps.cpu);
    if (!current) cpu.spend("start");
    return cpu;
  };
  return {
    wake(client) {
      if (current?.isClaiming()) {
        current.look();
        return current.done;
      }
      current = new WorkerRun(deps, { client, cpu: newBudget(), slots });
      return current.done;
    },
    makeWay: () => current?.makeWay(),
  };
}

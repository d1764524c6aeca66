import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { describeError } from "../_shared/sms/log.ts";
import type { Outcome } from "../_shared/sms/database/verbs/claims.ts";
import { foldFigures } from "./fold_figures.ts";
import type { CpuBudget } from "./cpu_budget.ts";
import { deliveryKind, type MessageRun, replyKind } from "./message_kinds.ts";
import { meteredClient } from "./metered.ts";
import { JobLoop } from "./job_loop.ts";
import type { Loop, LoopHost } from "./loop.ts";
import { RunReport } from "./run_report.ts";
import type { Slots } from "./slots.ts";
import { Successor } from "./successor.ts";
import type { WorkerDependencies } from "./worker.ts";

const BUDGET_MS = 60_000;
/** However little they cost. A successor goes on. */
const MAX_ITEMS = 500;
/** Questions to Twilio wait no longer than this in a long run, and no longer than until the next tick otherwise. */
const QUESTIONS_EVERY_MS = 10_000;
/** A job that is due this soon after the run's end is worth a successor. For a later job, the next tick is soon enough. */
const SOON_MS = 10_000;
/** What a job that was claimed at the last moment may still take: two model calls, one request to Twilio, the verbs. */
const TAIL_MS = 40_000;

type State =
  /** The loops claim jobs. A wake makes them look again. */
  | "claiming"
  /** The loops claim nothing more. Jobs in hand are finished. A wake starts another run. */
  | "finishing";

/** One run of the worker: loops for replies, deliveries, questions to Twilio and events, which share a budget. */
export class WorkerRun {
  /** Resolves when everything is handed back. Never rejects. */
  readonly done: Promise<void>;
  #state: State = "claiming";
  readonly #deps: WorkerDependencies;
  readonly #cpu: CpuBudget;
  readonly #slots: Slots;
  readonly #client: RpcClient;
  readonly #startedAt: number;
  /** When claiming ends. In an isolate that is too old to finish a job, that is past already: nothing is claimed. */
  readonly #endsAt: number;
  readonly #claimingEnds = new AbortController();
  readonly #successor: Successor;
  readonly #report = new RunReport();
  readonly #replies: Loop;
  readonly #deliveries: Loop;
  readonly #questions: readonly Loop[];
  /** None where the worker posts no events. */
  readonly #events: readonly Loop[];
  readonly #loops: readonly Loop[];

  constructor(deps: WorkerDependencies, given: { client: RpcClient; cpu: CpuBudget; slots: Slots }) {
    const { cpu } = given;
    const client = meteredClient(given.client, cpu);
    this.#deps = deps;
    this.#cpu = cpu;
    this.#slots = given.slots;
    this.#successor = new Successor(() => deps.wakeSuccessor());
    this.#client = client;
    this.#startedAt = deps.clock.now();
    this.#endsAt = Math.min(this.#startedAt + (deps.budgetMs ?? BUDGET_MS), deps.isolateEndsAt - TAIL_MS);
    const host = this.#host();
    const messages: MessageRun = {
      client,
      cpu,
      onClaimed: (jobs) => this.#report.addClaimed(jobs),
      // With a short lease, the look-up becomes due within this run.
      onUnknown: () => this.#lookForQuestions(),
    };
    this.#replies = new JobLoop(replyKind(deps, messages), host);
    this.#deliveries = new JobLoop(deliveryKind(deps, messages), host);
    this.#questions = (deps.questions ?? []).map((each) => each.loop(client, host));
    this.#events = deps.events ? [deps.events.loop(client, host)] : [];
    this.#loops = [this.#replies, this.#deliveries, ...this.#questions, ...this.#events];
    this.done = this.#work().catch((error) => {
      deps.log.error({ outcome: "DRAIN_FAILED", error: describeError(error) });
    }).finally(() => this.#finish());
  }

  isClaiming(): boolean {
    return this.#state === "claiming";
  }

  /** Makes the run look for replies and deliveries again. */
  look(): void {
    this.#cpu.spend("wake");
    this.#replies.look();
    this.#deliveries.look();
    this.#lookForEvents();
  }

  /** A slot of the isolate is free again. */
  slotFreed(): void {
    for (const loop of this.#loops) loop.slotFreed();
  }

  /** Claims nothing more, whatever is left of the budget. */
  makeWay(): void {
    this.#finish();
  }

  async #work(): Promise<void> {
    const beside = [this.#foldFigures(), this.#keepLookingForQuestions()];
    await Promise.all(this.#loops.map((loop) => loop.run()));
    this.#finish();
    if (this.#loops.some((loop) => loop.leavesWork(SOON_MS))) this.#successor.wake();
    await Promise.all(this.#loops.map((loop) => loop.settled()));
    await Promise.all([...beside, this.#successor.woken()]);
    await this.#foldFigures();
    this.#report.write(this.#deps.log, {
      durationMs: this.#deps.clock.now() - this.#startedAt,
      cpuMs: this.#cpu.used(),
    });
  }

  #host(): LoopHost {
    const { clock, log } = this.#deps;
    return {
      clock,
      log,
      endsAt: this.#endsAt,
      cpu: this.#cpu,
      slots: this.#slots,
      room: () => this.#room(),
      recorded: (name, outcomes) => this.#recorded(name, outcomes),
      resting: () => {
        if (this.#room() <= 0 || this.#hasNothingToDo() || this.#hasOnlyTooMuch()) this.#finish();
      },
    };
  }

  /** How many more jobs may be claimed: none once the CPU time is used. The run makes way then, whatever it has in hand. */
  #room(): number {
    return this.#cpu.isSpent() ? 0 : (this.#deps.maxItems ?? MAX_ITEMS) - this.#report.claimed;
  }

  /** Counts outcomes, and makes the loops look for the jobs that became due with them. */
  #recorded(name: string, outcomes: readonly Outcome[]): void {
    this.#report.addOutcomes(name, outcomes);
    // What was recorded may have made another job due, which this run claims no more.
    if (!this.isClaiming()) this.#successor.wake();
    // A reply that was stored is delivered next. `resent`: a delivery became due. `recovered`: an inbound message was
    // stored, so a reply is due.
    if (name === "reply" && outcomes.some(isStored)) this.#deliveries.look();
    if (outcomes.some(({ outcome }) => outcome === "resent")) this.#deliveries.look();
    // An opt-out is confirmed.
    if (name === "doubt" && outcomes.some(({ outcome }) => outcome === "opted_out")) this.#deliveries.look();
    if (outcomes.some(({ outcome }) => outcome === "recovered")) this.#replies.look();
    if (name === "reply" || name === "delivery") this.#lookForEvents();
  }

  #hasNothingToDo(): boolean {
    return this.#loops.every((loop) => loop.idleUntil() >= this.#endsAt);
  }

  /** Only questions beyond this run's limit of them are due, and nothing is in hand. A new run may claim them. */
  #hasOnlyTooMuch(): boolean {
    const now = this.#deps.clock.now();
    return this.#loops.some((loop) => loop.overflows()) &&
      this.#loops.every((loop) => loop.idleUntil() > now);
  }

  /** From `claiming` to `finishing`. A second call changes nothing. */
  #finish(): void {
    if (this.#state === "finishing") return;
    this.#state = "finishing";
    this.#claimingEnds.abort();
    for (const loop of this.#loops) loop.stop();
  }

  #lookForQuestions(): void {
    for (const loop of this.#questions) loop.look();
  }

  /** What is stored may be an event. Where nobody is told, that is no reason for a claim. */
  #lookForEvents(): void {
    if (this.#deps.events?.isListening()) this.#events.forEach((loop) => loop.look());
  }

  async #keepLookingForQuestions(): Promise<void> {
    while (this.isClaiming()) {
      await this.#deps.clock.wait(QUESTIONS_EVERY_MS, this.#claimingEnds.signal);
      if (!this.isClaiming()) return;
      this.#lookForQuestions();
      for (const loop of this.#events) loop.look();
    }
  }

  /** Folds the figures beside the work, never before it. A run that claims nothing folds nothing. */
  async #foldFigures(): Promise<void> {
    if (this.#startedAt < this.#endsAt) await foldFigures(this.#client, this.#report, this.#deps.log);
  }
}

const isStored = (outcome: Outcome): boolean => typeof outcome.message_id === "string";

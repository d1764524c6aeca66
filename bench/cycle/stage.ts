/** Both systems of `cycle`: one Postgres server, one carrier, one model. The carrier and the model are in this process. */
import { type Carrier, startCarrier } from "../../local/carrier/mod.ts";
import { type ChatRequest, type Model, startModel } from "../../local/model/mod.ts";
import { startPostgres } from "../../local/postgres.ts";
import { idle, numbersFrom, startStackProcess } from "../measure/stack_process.ts";
import { startPeer } from "./peer.ts";

export const NUMBERS = 100;
const MODEL_MS = 200;

export interface System {
  readonly name: "ours" | "peer";
  /** Which reach this system. */
  readonly numbers: readonly string[];
  /** Resolves when it has nothing more to do; only ours can tell. */
  settled?(): Promise<void>;
  /** What it complained about since the last time; only the peer's is kept. */
  complaints?(): Promise<Record<string, number>>;
}

export interface Stage extends AsyncDisposable {
  readonly carrier: Carrier;
  readonly model: Model;
  readonly systems: readonly System[];
}

export async function raiseStage({ withPeer }: { withPeer: boolean }): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(await startPostgres({ ephemeral: true }));
  const carrier = await startCarrier();
  const model = parts.use(await startModel());
  model.slowDown(MODEL_MS);
  model.answerAll(answerTo);
  const ours = numbersFrom(9_000_000, NUMBERS);
  const stack = parts.use(await startStackProcess({ server, carrier, model, numbers: ours, worker: true }));
  const systems: System[] = [{
    name: "ours",
    numbers: ours,
    settled: () => idle(stack.sql),
  }];
  if (withPeer) {
    const numbers = numbersFrom(9_500_000, NUMBERS);
    const { complaints } = parts.use(await startPeer({ server, carrier, model, numbers }));
    systems.push({ name: "peer", numbers, complaints });
  }
  // First of all, so that it calls nobody who is gone.
  parts.defer(() => carrier.stop());
  const running = parts.move();
  return { carrier, model, systems, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** The same sentence for both, in the form that was asked for. */
function answerTo({ response_format: format }: ChatRequest): unknown {
  const reply = "Yes, we are open on Sunday from nine to five.";
  if (!format || (format as { type?: unknown }).type === "text") return reply;
  return { reply, intent: "question", end_conversation: false, opt_out: false, handoff: false };
}

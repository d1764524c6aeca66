/** After the storm: no more faults, and nothing is hurried. What is not settled then never will be. */
import type { Carrier } from "../../../local/carrier/mod.ts";
import { isFinal } from "../../../local/carrier/types.ts";
import type { Stage } from "./stage.ts";

/** Longer than any wait of the stage's settings, the longest back-off of a reply (2^5 s) included. */
const PATIENCE_MS = 90_000;
const LOOK_EVERY_MS = 250;

/** Resolves when all is settled, or when nothing has changed for a long time. */
export async function calmDown(stage: Stage, say: (left: string) => void): Promise<void> {
  const { stack, carrier } = stage;
  stack.failPoints.clear();
  carrier.faults.reset();
  await carrier.comeBack();
  const since = new Date();
  let seen = "";
  let changedAt = performance.now();
  while (performance.now() - changedAt < PATIENCE_MS) {
    const left = await unsettled(stage, since).catch((error) => ({ database: String(error) }));
    if (Object.values(left).every((count) => count === 0)) return;
    const now = JSON.stringify(left);
    if (now !== seen) {
      changedAt = performance.now();
      say(now);
    }
    seen = now;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** How much is still to be done, of each kind. */
async function unsettled({ sql, carrier }: Stage, since: Date): Promise<Record<string, number>> {
  const [row] = await sql<[{ jobs: number; settlements: number; listings: number }]>`
    select (select count(*)::int from sms_private.jobs where set_aside_at is null) as jobs,
      (select count(*)::int from sms_private.questions where kind = 'settlement') as settlements,
      (select count(*)::int from sms_private.questions where listed_until < ${since}) as listings`;
  return { ...row, carrier: underWay(carrier) };
}

/** `sent` is the last word where a carrier reports no delivery. */
function underWay(carrier: Carrier): number {
  return carrier.ledger.outbound().filter(({ status }) => !isFinal(status) && status !== "sent").length;
}

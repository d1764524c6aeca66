/** What the carrier's parts share. One carrier has one world; nothing is global. */
import type { Faults } from "./faults.ts";
import type { Gates } from "./gates.ts";
import type { Ledger } from "./ledger.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Registry } from "./registry.ts";
import type { CarrierEvent } from "./types.ts";
import type { Signer } from "./webhook_rules.ts";

export interface World {
  /** Set once the server listens. */
  url: string;
  readonly registry: Registry;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly gates: Gates;
  readonly outcomes: Outcomes;
  readonly random: () => number;
  /** Milliseconds between two delivery statuses. */
  readonly stepMs: number;
  readonly stopping: AbortController;
  /** Work that goes on after an answer; `stop()` waits for it. */
  readonly background: Set<Promise<unknown>>;
  emit(event: CarrierEvent): void;
}

/** Who signs a webhook of this account to this URL, at this moment. */
export function signerOf({ registry, random }: World, accountSid: string, url: string): Signer {
  const { authToken } = registry.account(accountSid);
  return registry.webhookConfiguration(accountSid).signerFor(url, { authToken, random });
}

/** Resolves after the given milliseconds, or at once when the carrier stops. */
export function pause(world: World, milliseconds: number): Promise<void> {
  const { signal } = world.stopping;
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

/** Goes on without the caller; a failure is not lost but rejects `stop()`. */
export function inBackground(world: World, work: Promise<unknown>): void {
  world.background.add(work);
  work.then(() => world.background.delete(work), () => undefined);
}

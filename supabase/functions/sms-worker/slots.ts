import { type Counter, createCounter } from "./counter.ts";

/**
 * The slots of an isolate: which jobs are being worked on, by kind and tenant, whatever run claimed them. A run that makes way
 * still works on its jobs while its successor claims, perhaps here. Then both share the slots.
 */
export interface Slots {
  take(kind: string, tenant: string): void;
  free(kind: string, tenant: string): void;
  /** Jobs of a kind that are being worked on. */
  taken(kind: string): number;
  /** The same, by tenant. */
  takenByTenant(kind: string): Record<string, number>;
}

/** @param onFree a run may claim one job more now */
export function createSlots(onFree: () => void): Slots {
  const kinds = new Map<string, Counter>();
  const counter = (kind: string): Counter => {
    const known = kinds.get(kind) ?? createCounter();
    kinds.set(kind, known);
    return known;
  };
  return {
    take: (kind, tenant) => counter(kind).add(tenant),
    free(kind, tenant) {
      counter(kind).remove(tenant);
      onFree();
    },
    taken: (kind) => counter(kind).total(),
    takenByTenant: (kind) => counter(kind).counts(),
  };
}

/** Refusals of callers whom nobody knows. */
export interface Strangers {
  /**
   * Counts one more refusal with a code.
   * @returns how many there were since the last line about that code, this one included; null where no line is due
   */
  count(code: string): number | null;
}

/** A line about a code is written this often, however many are refused. */
const EVERY_MS = 10_000;

export function createStrangers(now: () => number = () => performance.now()): Strangers {
  // As many entries as there are codes of ours.
  const codes = new Map<string, { waiting: number; wroteAt: number }>();
  return {
    count(code) {
      const known = codes.get(code) ?? { waiting: 0, wroteAt: -Infinity };
      codes.set(code, known);
      known.waiting += 1;
      if (now() - known.wroteAt < EVERY_MS) return null;
      const { waiting } = known;
      known.waiting = 0;
      known.wroteAt = now();
      return waiting;
    },
  };
}

/** How many tests did what. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;

/** Reads the summary of `deno test`; a run that failed without a failed test counts as one failure. */
export function countTests(output: string, success: boolean): Counts {
  const [, passed, failed, skipped] = [...output.matchAll(SUMMARY)].at(-1) ?? [];
  const counts = { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) };
  if (!success && counts.failed === 0) counts.failed = 1;
  return counts;
}

export function sum(all: Counts[]): Counts {
  return all.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** "12 passed, 0 failed", and how many were skipped if any were. */
export function sayCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

import type { Result } from "./check.ts";

/** What `--json` prints; docs/doctor.md. */
export interface Report {
  readonly version: string;
  readonly ok: boolean;
  readonly counts: { readonly ok: number; readonly failed: number; readonly skipped: number };
  readonly checks: readonly Result[];
}

export function reportOf(version: string, checks: readonly Result[]): Report {
  const count = (status: Result["status"]) => checks.filter((one) => one.status === status).length;
  const counts = { ok: count("ok"), failed: count("failed"), skipped: count("skipped") };
  return { version, ok: counts.failed === 0, counts, checks };
}

/** For people: a line a check, and under what is wrong what mends it. */
export function describe({ checks, counts, ok }: Report): string[] {
  const lines = checks.flatMap(({ title, status, problems, why }) => {
    if (status === "skipped") return [`– ${title}: not looked at, because ${why}`];
    if (status === "ok") return [`✔ ${title}`];
    return [
      `✘ ${title}`,
      ...problems.flatMap((
        { what, mend },
      ) => [`    ${what}`, ...mend.split("\n").map((line) => `    → ${line}`)]),
    ];
  });
  const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} not looked at`;
  const sum = ok
    ? `Nothing is wrong: ${counts.ok} checks are fine${skipped}.`
    : `${counts.failed} of ${checks.length} checks failed${skipped}.`;
  return [...lines, "", sum];
}

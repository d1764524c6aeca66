/**
 * What takes long is run by hand, with `deno task test --all`; its last result is in docs/results. `deno task test`, which
 * CI runs, has the same tests with fewer seeds, zones or kinds of projects.
 */
const EVERYTHING = Deno.env.get("TEST_EVERYTHING") === "true";

/** A test that runs only with `--all`; otherwise it is shown as ignored. */
export function longTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, fn, ignore: !EVERYTHING });
}

/** All of these with `--all`, else so many, from the first to the last. */
export function some<T>(all: readonly T[], count: number): T[] {
  if (EVERYTHING || all.length <= count) return [...all];
  return Array.from(
    { length: count },
    (_, i) => all[Math.round(i * (all.length - 1) / Math.max(1, count - 1))] as T,
  );
}

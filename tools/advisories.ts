/**
 * `deno task advisories`: asks the npm registry whether an advisory is known against a package of deno.all.lock. Exits 1 for one of high
 * or critical severity; 0 where none is known, and where nobody could be asked, which it says.
 */
import { join } from "node:path";
import { z } from "zod";
import { complain, print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";
import { lockedPackages } from "./dependencies/locked.ts";

const SEVERITIES = ["info", "low", "moderate", "high", "critical"] as const;

const Advisories = z.record(
  z.string(),
  z.array(z.looseObject({
    url: z.string(),
    title: z.string(),
    severity: z.enum(SEVERITIES).catch("moderate"),
    vulnerable_versions: z.string(),
  })),
);

export interface Advisory {
  readonly name: string;
  readonly severity: typeof SEVERITIES[number];
  readonly title: string;
  readonly versions: string;
  readonly url: string;
}

export type AdvisoryCheck =
  | { readonly checked: number; readonly advisories: readonly Advisory[] }
  | { readonly notChecked: string };

/** What `npm audit` posts. It is not documented; https://github.com/npm/cli (workspaces/arborist/lib/audit-report.js) has it. */
const ENDPOINT = "/-/npm/v1/security/advisories/bulk";
const TIMEOUT_MS = 20_000;

/** @param packages versions by name */
export async function checkAdvisories(
  registry: string,
  packages: Readonly<Record<string, readonly string[]>>,
): Promise<AdvisoryCheck> {
  try {
    const response = await fetch(registry.replace(/\/$/, "") + ENDPOINT, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(packages),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { notChecked: `the registry answered ${response.status}` };
    }
    const found = Advisories.safeParse(await response.json());
    if (!found.success) return { notChecked: "the registry's answer is of another shape" };
    const advisories = Object.entries(found.data).flatMap(([name, all]) =>
      all.map(({ severity, title, url, vulnerable_versions: versions }) => ({
        name,
        severity,
        title,
        versions,
        url,
      }))
    );
    return { checked: Object.keys(packages).length, advisories };
  } catch (error) {
    return {
      notChecked: error instanceof Error ? `${error.name}: the registry cannot be reached` : "no answer",
    };
  }
}

/** The lines to show, and how to exit. */
export function report(check: AdvisoryCheck): { lines: string[]; exitCode: 0 | 1 } {
  if ("notChecked" in check) return { lines: [`NOT CHECKED: ${check.notChecked}.`], exitCode: 0 };
  const worst = [...check.advisories].sort((one, other) =>
    SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity)
  );
  if (worst.length === 0) {
    return { lines: [`No advisory is known against ${check.checked} packages.`], exitCode: 0 };
  }
  return {
    lines: worst.map(({ name, severity, title, versions, url }) =>
      `${severity}: ${name} ${versions}: ${title} ${url}`
    ),
    exitCode: worst.some(({ severity }) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf("high"))
      ? 1
      : 0,
  };
}

if (import.meta.main) {
  const locked = lockedPackages(await Deno.readTextFile(join(projectRoot, "deno.all.lock")));
  const packages = Object.fromEntries(
    [...Map.groupBy(locked, ({ name }) => name)].map((
      [name, found],
    ) => [name, [...new Set(found.map(({ version }) => version))]]),
  );
  const registry = Deno.env.get("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org";
  const { lines, exitCode } = report(await checkAdvisories(registry, packages));
  for (const line of lines) (exitCode === 0 ? print : complain)(line);
  Deno.exit(exitCode);
}

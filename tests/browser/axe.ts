import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { projectRoot } from "../../local/project.ts";

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Nothing that axe calls serious or critical, contrast AA included. https://github.com/dequelabs/axe-core */
export async function assertAccessible(page: Page): Promise<void> {
  const script = await Deno.readTextFile(join(projectRoot, "node_modules/axe-core/axe.min.js"));
  // By the debugger's door: the page's own policy lets no script in.
  await page.evaluate(`${script}; undefined`);
  const violations: Violation[] = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] })
      .then((result) => result.violations)`,
  );
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(
    serious.map(({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `${node.html}\n${node.failureSummary}`).join("\n")}`
    ),
    [],
  );
}

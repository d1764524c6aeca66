/**
 * The API is what it was: every request of `tests/replay` is answered as it was recorded, through the one table of names.
 * Names, fields that were added since (`added_fields.ts`) and what is meant to be otherwise (`changed.ts`), and nothing else,
 * differ.
 */
import { strict as assert } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { withoutAdded } from "../replay/added_fields.ts";
import { asRefusedNow, withoutVersion } from "../replay/changed_refusals.ts";
import { CHANGED, changedAnswer, withoutChance } from "../replay/changed.ts";
import { NEW_TABLES, NEW_VERBS, RENAMED } from "../replay/names.ts";
import { type Answer, describe, play } from "../replay/play.ts";
import { readRecord } from "../replay/recorded.ts";
import { isDropped, renamedAnswer } from "../replay/renaming.ts";
import { script } from "../replay/script.ts";
import type { Request } from "../replay/steps.ts";
import { testDatabase } from "../support/postgres.ts";

const { answers, recordedOn } = await readRecord();
const requests = script.filter((step): step is Request => typeof step !== "function");

Deno.test("the record answers every request of the script", () => {
  assert.deepEqual(answers.map(({ request }) => request), requests.map(describe));
});

Deno.test("at least 200 requests are replayed, a third of them refused", () => {
  const replayed = answers.filter((_, i) => !isDropped(RENAMED, requests[i]?.path ?? ""));
  assert(replayed.length >= 200, String(replayed.length));
  assert(replayed.filter(isRefusal).length * 3 >= replayed.length);
});

Deno.test("everything that is meant to be answered otherwise was recorded otherwise", () => {
  for (const { because, requests: fits, change } of CHANGED) {
    const changed = answers.filter((answer) =>
      fits.test(answer.request) && !isDeepStrictEqual(change(answer), answer)
    );
    assert(changed.length > 0, because);
  }
});

Deno.test("every recorded request is answered as it was", async () => {
  const now = await play(script, RENAMED);
  const different: string[] = [];
  for (const [i, answer] of now.entries()) {
    const recorded = answers[i];
    assert(recorded);
    if (answer === null) continue;
    try {
      assert.deepEqual(
        withoutChance(withoutVersion(withoutAdded(answer))),
        withoutChance(changedAnswer(asRefusedNow(renamedAnswer(RENAMED, recorded)))),
      );
    } catch (error) {
      different.push(`${i + 1}. ${recorded.request}\n${error instanceof Error ? error.message : error}`);
    }
  }
  assert.equal(
    different.length,
    0,
    `${different.length} answers differ from those of ${recordedOn}:\n${different.slice(0, 20).join("\n")}`,
  );
});

Deno.test("the table of names has every table and verb of today", async () => {
  await using database = await testDatabase();
  const { tables, verbs, dropped } = RENAMED;
  const now = await database.sql`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    union all select proname from pg_proc p where pronamespace = 'public'::regnamespace and prokind = 'f'
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') and prorettype <> 'trigger'::regtype`;
  // A verb of today had another name then, or does what a verb did that is gone.
  const substitutes = Object.values(dropped).map(({ verb }) => verb);
  const known = new Set([
    ...Object.values(tables),
    ...Object.values(verbs),
    ...substitutes,
    ...NEW_TABLES,
    ...NEW_VERBS,
  ]);
  assert.deepEqual(now.map(({ name }) => name).sort(), [...known].sort());
  for (const verb of Object.keys(dropped)) assert(!(verb in verbs), verb);
});

/** By status, or by the outcome of a verb, which is in capitals then. */
function isRefusal({ status, body }: Answer): boolean {
  const outcome = typeof body === "object" && body !== null && "outcome" in body ? String(body.outcome) : "";
  return status >= 400 || /^[A-Z]/.test(outcome);
}

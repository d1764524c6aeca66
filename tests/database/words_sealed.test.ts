import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { sealedTexts } from "../support/opt_out_texts.ts";
import { emptyDbTest } from "./db_test.ts";

/** As a text is heard when it is stored: a keyword first, then the lexicon. */
async function heard(sql: Sql, body: string): Promise<string> {
  const [row] = await sql`select case when sms_private.keyword_of(${body}, null, false) = 'out' then 'sure'
    else sms_private.read_opt_out(${body}) end as heard`;
  return row?.heard;
}

emptyDbTest(
  "the lexicon hears so many opt-outs of the sealed half, which its writer did not see",
  async ({ sql }) => {
    const found: Record<string, string[]> = {};
    for (const { id, text, opt_out, kind } of await sealedTexts()) {
      (found[`${opt_out ? "opt-out" : "other"}: ${await heard(sql, text)}`] ??= []).push(
        `${id} (${kind}) ${text}`,
      );
    }
    const counts = Object.fromEntries(Object.entries(found).map(([what, texts]) => [what, texts.length]));
    // The figures of docs/results/2026-12-01-opt-out-words.md.
    assert.deepEqual(counts, FIGURES, JSON.stringify(found["opt-out: none"] ?? []));
  },
);

const FIGURES = {
  "opt-out: sure": 89,
  "opt-out: doubt": 37,
  "opt-out: none": 24,
  "other: none": 121,
  "other: doubt": 28,
  "other: sure": 1,
};

import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { projectRoot } from "../../../local/project.ts";
import { describeError, scrub } from "../../../supabase/functions/_shared/sms/log.ts";
import { fieldPart } from "../../../supabase/functions/_shared/sms/model/quirks.ts";
import { cleanText } from "../../../supabase/functions/_shared/sms/texts/clean_text.ts";
import { countSegments } from "../../../supabase/functions/_shared/sms/texts/segments.ts";
import { Pattern } from "../../support/pattern_work.ts";
import { patternsIn, patternsRunBy } from "../../support/patterns_in_source.ts";

/** Characters that some pattern of ours knows. One of each kind is enough. */
const ALPHABET = [
  ...` a1-"'()[]<>{}:/\\.|*_\`~#+=@&!?,;%$A\n\r\t\u0000é—`,
  ..."“”‘’",
  ..."\u0301\u200c\u200d\ufe0f\u200b\ud800",
  ..."اक👍明😀🏽１",
];
const LENGTH = 60;

/**
 * Patterns whose work grows with the square of the text, and that get no long text: how long it may be, and who cuts it.
 * What is asserted of them is the work for that length.
 */
const CUT: { begins: string; longest: number; by: string }[] = [
  { begins: "/(\\b[0-9a-f]{8}-", longest: 2_000, by: "scrub() cuts a value before it looks" },
  { begins: "/^[\"'`([<{*_\\s]+|", longest: 40, by: "isNothing() looks at short texts alone" },
  { begins: "/\\/+$/", longest: 500, by: "addresses in the settings are the operator's" },
];
const MOST_LOOKS_OF_A_CUT_TEXT = 3_000_000;

interface Growth {
  factor: number;
  text: (length: number) => string;
  shown: string;
}

/** One character of each kind that the pattern tells apart. */
function lettersOf({ characters }: Pattern): string[] {
  const named = characters.map(({ source }) => source).filter((source) => /^.$/su.test(source));
  const kinds = new Map<string, string>();
  for (const letter of [...named, ...ALPHABET]) {
    const kind = characters.map(({ fits }) => fits(letter) ? 1 : 0).join("");
    if (kind.includes("1") && !kinds.has(kind)) kinds.set(kind, letter);
  }
  return [...kinds.values()].slice(0, 16);
}

/** The worst text for a pattern: a beginning that fits, then one unit again and again, then what may not fit. */
function worstOf(pattern: Pattern): Growth {
  const letters = lettersOf(pattern);
  const sample = pattern.sample(ALPHABET);
  const begins = [...new Set(["", ...Array.from(sample, (_, at) => sample.slice(0, at + 1))])].slice(0, 14);
  const units = [
    ...letters.map((unit) => [begins, unit] as const),
    ...letters.flatMap((one) => letters.map((other) => [[""], one + other] as const)),
    [["", " "], sample || "x"] as const,
    [["", " "], `${sample}-`] as const,
    ...begins.map((unit) => [[""], unit || "x"] as const),
  ];
  let worst: Growth = { factor: 0, text: () => "", shown: "" };
  for (const [starts, unit] of units) {
    for (const start of starts) {
      for (const end of ["", "\u0000"]) {
        const text = (length: number) => start + unit.repeat(Math.ceil(length / unit.length)) + end;
        const once = pattern.work(text(LENGTH));
        // A line through the text costs a few looks a character.
        if (once < 4 * LENGTH) continue;
        const factor = pattern.work(text(2 * LENGTH)) / once;
        if (factor > worst.factor) {
          worst = { factor, text, shown: JSON.stringify([start, unit, end]) };
        }
      }
    }
  }
  return worst;
}

/** Of twice the text. What is linear is at 2, the square at 4. */
const MOST_GROWTH = 2.7;

async function* functionSources(): AsyncGenerator<string> {
  async function* walk(folder: string): AsyncGenerator<string> {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory) yield* walk(path);
      else if (entry.name.endsWith(".ts")) yield path;
    }
  }
  yield* walk(join(projectRoot, "supabase/functions"));
}

Deno.test("no pattern of the functions takes four times as long for twice the text", async () => {
  const patterns = new Map<string, { regExp: RegExp; where: string }>();
  for await (const path of functionSources()) {
    for (const regExp of patternsIn(await Deno.readTextFile(path))) {
      patterns.set(String(regExp), { regExp, where: relative(projectRoot, path) });
    }
  }
  // Those that are put together.
  const built = patternsRunBy(() => {
    scrub("x");
    describeError(new Error("x"));
    cleanText("x");
    countSegments("{€} x");
    for (const name of ["store", "reasoning_effort"]) fieldPart(name).isMeant("x");
  });
  for (const regExp of built) patterns.set(String(regExp), { regExp, where: "put together" });
  assert(patterns.size > 90, `${patterns.size} patterns are found`);
  assert([...patterns.keys()].some((source) => source.includes("eyJ")), "the log's pattern is among them");
  const problems: string[] = [];
  for (const [source, { regExp, where }] of patterns) {
    const pattern = new Pattern(regExp);
    const { factor, text, shown } = worstOf(pattern);
    if (factor <= MOST_GROWTH) continue;
    const cut = CUT.find(({ begins }) => source.startsWith(begins));
    const looks = cut && pattern.work(text(cut.longest));
    if (looks === undefined) problems.push(`${where}: ${source} ${factor.toFixed(1)} for ${shown}`);
    else if (looks > MOST_LOOKS_OF_A_CUT_TEXT) {
      problems.push(`${where}: ${source} ${looks} looks for ${shown}`);
    }
  }
  assert.deepEqual(problems, []);
});

Deno.test("the count of a pattern's work sees squares, and takes lines for lines", () => {
  const factorOf = (regExp: RegExp) => worstOf(new Pattern(regExp)).factor;
  for (const slow of [/ +$/, /\s*—\s*/g, /(?<=a*)b/g, /"[^]*"x/g, /^ *\|?( *-{3,} *\|)+$/]) {
    assert(factorOf(slow) > 3, String(slow));
  }
  for (const quick of [/^ +$/, /[ab]{2,5}c/g, /(["'])x\1/g, /^(?:a|b)+$/, /(?<!\w)\d+/g, /a.{0,200}b/g]) {
    assert(factorOf(quick) <= MOST_GROWTH, String(quick));
  }
});

Deno.test("the count of a pattern's work finds what the engine finds", () => {
  const texts = ["", "abcabc", "a-b  c—d", '"x" and "y"', "+1 (415) 555-0101", "اب\u200cج", "é\u0301"];
  for (const regExp of [/b(?=c)/, /(?<=a)b/, /(.)\1/, /\bc/, /[^a]+?c/, /"(.*)"/s, /\p{L}+/u, /^a|c$/]) {
    for (const text of texts) {
      assert.equal(new Pattern(regExp).finds(text), regExp.test(text), `${regExp} in ${text}`);
    }
  }
});

Deno.test("what is quoted in an error is left out, from the first mark to the last", () => {
  assert.equal(describeError(new Error('bad "one" and “two” here')), 'Error: bad "…" here');
  assert.equal(describeError(new Error("it's odd")), "Error: it's odd");
  assert.equal(describeError(new Error("”no beginning")), "Error: ”no beginning");
  const open = describeError(new Error("‘".repeat(60_000)));
  assert(open.length <= 310, "beginnings without an end are cut");
});

Deno.test("a row of marks is no rule and no table, and a rule with blanks around it is one", async () => {
  const { plainWords } = await import("../../../supabase/functions/_shared/sms/texts/plain_words.ts");
  for (const rule of ["---", "  * * *  ", "| --- | :---: |", "--- | ---", " |---|", ":---|", "|  ---|--- "]) {
    assert.equal(plainWords(`One\n${rule}\nTwo`), "One\nTwo", rule);
  }
  for (const words of ["--", "- -", "| a |", "-- | --", "---|x"]) {
    assert.notEqual(plainWords(`One\n${words}\nTwo`), "One\nTwo", words);
  }
});

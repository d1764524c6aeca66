/**
 * Builds from before `--json` (604c1c9 is one): the sizes of their benchmarks are changed in their source, and their
 * figures are read from what they print. To be removed when nobody compares with them any more.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type Figures, overloadFigures } from "../figures.ts";

type Edit = readonly [file: string, from: string, to: string];

/** A tenth of a millisecond is much of what takes half a one. */
const FINER = ["claims.ts", "reads.ts", "stats.ts"].map((file): Edit => [file, ".toFixed(1)", ".toFixed(3)"]);

function smaller(scale: number): readonly Edit[] {
  const rows = (count: number) => String(Math.max(1, Math.round(count * scale)));
  return [
    ["claims.ts", "[100, 50_000]", `[100, ${rows(50_000)}]`],
    ["reads.ts", "conversations: 50_000", `conversations: ${rows(50_000)}`],
    ["reads.ts", "long: [20, 10_000]", `long: [20, ${rows(10_000)}]`],
    ["reads.ts", "conversations: 10_000", `conversations: ${rows(10_000)}`],
    ["stats.ts", "texts: 1_000_000", `texts: ${rows(1_000_000)}`],
  ];
}

/** Edits a worktree that is thrown away afterwards. */
export async function prepareBuild(folder: string, scale: number): Promise<void> {
  for (const [file, from, to] of [...FINER, ...scale === 1 ? [] : smaller(scale)]) {
    const path = join(folder, "bench", file);
    const source = await Deno.readTextFile(path);
    const edited = source.replaceAll(from, to);
    assert.notEqual(edited, source, `bench/${file} of the other build has ${from}`);
    await Deno.writeTextFile(path, edited);
  }
}

/** What a benchmark printed, by the names that today's builds give the figures. */
export function readPrinted(benchmark: string, printed: string): Figures {
  switch (benchmark) {
    case "claims":
      return readClaims(printed);
    case "overload":
      return overloadFigures(JSON.parse(printed.slice(printed.indexOf("{"))));
    case "reads":
      return readReads(printed);
    default:
      return readStats(printed);
  }
}

const TIME = /([\d.]+) ms/g;
const timesIn = (text: string): number[] => [...text.matchAll(TIME)].map(([, time]) => Number(time));

/** `200 jobs waiting: claim_replies 3.125 ms, claim_deliveries 4.250 ms`, with the short queue first. */
function readClaims(printed: string): Figures {
  const lines = printed.split("\n").filter((line) => line.includes(" jobs waiting: "));
  return Object.fromEntries(lines.flatMap((line, i) => {
    const [replies = NaN, deliveries = NaN] = timesIn(line);
    const queue = i === 0 ? "short queue" : "long queue";
    return [[`claim of replies, ${queue}`, replies], [`claim of deliveries, ${queue}`, deliveries]];
  }));
}

/** `list   1.500 ms   1.700 ms   0.86 ×   10.300 ms   10.200 ms   1.01 ×`: the verb's, then those over HTTP. */
function readReads(printed: string): Figures {
  return Object.fromEntries(
    printed.split("\n").flatMap((line) => {
      const [what] = line.split(/\s*[\d.]+ ms/, 1);
      const [largeVerb = NaN, smallVerb = NaN, largeHttp = NaN, smallHttp = NaN] = timesIn(line);
      if (what === undefined || Number.isNaN(smallHttp)) return [];
      return [
        [`${what}, verb, large`, largeVerb],
        [`${what}, verb, small`, smallVerb],
        [`${what}, HTTP, large`, largeHttp],
        [`${what}, HTTP, small`, smallHttp],
      ];
    }),
  );
}

const TENANTS = ["small", "large", "large over two years"];
const VERBS: Readonly<Record<string, string>> = {
  receive_message: "message received",
  record_status: "status recorded",
};

/** A line a question and way (`verb`, `HTTP`) with a time a tenant; then what counting costs two verbs. */
function readStats(printed: string): Figures {
  const figures: Figures = {};
  let question = "";
  for (const line of printed.split("\n")) {
    const [, named = "", way] = /^(.*?)\s+(verb|HTTP) [\d.]+ ms/.exec(line) ?? [];
    question = named || question;
    if (way) timesIn(line).forEach((time, i) => figures[`${question}, ${way}, ${TENANTS[i]}`] = time);
    const [, verb = ""] = /^(\w+): without and with figures/.exec(line) ?? [];
    const [without = NaN, withFigures = NaN] = timesIn(line);
    const done = VERBS[verb];
    if (done) {
      Object.assign(figures, { [`${done}, not counted`]: without, [`${done}, counted`]: withFigures });
    }
  }
  return figures;
}

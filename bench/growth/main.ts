/**
 * Does anything become slow as messages pile up? The pipeline's verbs and what people read, with many messages of many
 * users (one of them has a tenth) and with 10,000, in two databases of one server, in turn: the ratio is what counts. Caps
 * are lifted, so that no verb is refused.
 *
 * `deno task bench growth [--messages=1000000] [--keep] [--pairs=9] [--texts=200] [--rounds=100]`: `--keep` leaves the
 * databases to the next run, which then need not fill them. A million messages take some minutes and 2 GB.
 */
import { print } from "../../local/print.ts";
import { UsageError } from "../../local/project.ts";
import { option, tell } from "../figures.ts";
import { inTurn } from "../measure/pairs.ts";
import { medians, READS, sideOf, throughHttp, throughVerb } from "../measure/readers.ts";
import { openGrown, openServer } from "./databases.ts";
import { readGrown } from "./fill.ts";
import { openPipeline } from "./pipeline.ts";
import { shapeOf } from "./sizes.ts";
import { type Pair, type ReadTimes, render, summarize } from "./told.ts";

const SMALL = 10_000;

const messages = option("messages", 1_000_000);
const texts = option("texts", 200);
const rounds = option("rounds", 100);
if (!(messages > SMALL)) throw new UsageError(`--messages must be more than ${SMALL}`);

await using server = await openServer({ keep: Deno.args.includes("--keep") });
const shapes = { large: shapeOf(messages), small: shapeOf(SMALL) };
await using small = await openGrown(server, shapes.small);
await using large = await openGrown(server, shapes.large);
const grown = {
  large: await readGrown(large.sql, shapes.large),
  small: await readGrown(small.sql, shapes.small),
};

async function measurePipeline(): Promise<Pair[]> {
  using inLarge = await openPipeline(large.sql, grown.large);
  using inSmall = await openPipeline(small.sql, grown.small);
  const sides = [["large", inLarge], ["small", inSmall]] as const;
  const pairs: Pair[] = [];
  // The first pair is the warm-up.
  for (let pair = -1; pair < option("pairs", 9); pair++) {
    const round: Partial<Record<keyof Pair, Pair[keyof Pair]>> = {};
    for (const [side, pipeline] of inTurn(sides, pair + 1)) round[side] = await pipeline.round(texts);
    if (pair >= 0) pairs.push(round as Pair);
  }
  return pairs;
}

async function measureReads(): Promise<ReadTimes[]> {
  const sides = [await sideOf(large, grown.large.largest), await sideOf(small, grown.small.largest)];
  const times: ReadTimes[] = [];
  for (const read of READS) {
    for (const [way, through] of [["verb", throughVerb], ["HTTP", throughHttp]] as const) {
      const [inLarge = NaN, inSmall = NaN] = await medians(
        sides.map((side) => () => through(side, read)),
        { rounds },
      );
      times.push({ what: read.what, way, large: inLarge, small: inSmall });
    }
  }
  for (const { session } of sides) session.release();
  return times;
}

print(`The largest tenant has ${grown.large.largest.messages} and ${grown.small.largest.messages} messages`);
const measured = { texts, pairs: await measurePipeline(), reads: await measureReads() };
print(render(measured));
const { figures, ratios = {} } = summarize(measured);
tell(figures, { ratios, counts: { "messages, large": messages, "messages, small": SMALL } });

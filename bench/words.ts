/**
 * What does it cost Postgres to read a text for an opt-out? CPU time of the session's process, over the open half of the corpus,
 * its languages shuffled: each language's patterns are compiled once a session, and the session keeps the last 32 it used.
 * The mix is of a business that does not annoy its customers: 93 % ordinary texts, 5 % near misses, 2 % opt-outs.
 *
 * `deno task bench words`. Fails above 0.2 ms for a text of the mix.
 */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import { connect, createTestDatabase } from "../local/database.ts";
import { startPostgres } from "../local/postgres.ts";
import { print } from "../local/print.ts";
import { openTexts, type OptOutText } from "../tests/support/opt_out_texts.ts";
import { scaled, tell } from "./figures.ts";
import { readProcess } from "./measure/processes.ts";

const BUDGET_MS = 0.2;
const KINDS: readonly [what: string, share: number, of: (text: OptOutText) => boolean][] = [
  ["an ordinary text", 0.93, ({ kind }) => kind === "ordinary"],
  ["a near miss", 0.05, ({ opt_out, kind }) => !opt_out && kind !== "ordinary"],
  ["an opt-out", 0.02, ({ opt_out }) => opt_out],
];

/** Always the same order: by a multiplicative hash of the place. */
const shuffled = <T>(all: readonly T[]): T[] =>
  all.map((one, n) => [one, (n * 2_654_435_761) % 4_294_967_296] as const).sort((a, b) => a[1] - b[1])
    .map(([one]) => one);

async function costOf(session: Sql, texts: readonly string[]): Promise<number> {
  const [row] = await session`select pg_backend_pid() as pid`;
  const cpu = () => readProcess(row?.pid)?.ownMs ?? NaN;
  const rounds = Math.ceil(scaled(20_000) / texts.length);
  const read = (times: number) =>
    session`select count(sms_private.read_opt_out(body)) from generate_series(1, ${times}) round,
      unnest(${session.array([...texts], 1009)}::text[]) body`;
  await read(1);
  const before = cpu();
  await read(rounds);
  return (cpu() - before) / (rounds * texts.length);
}

await using server = await startPostgres({ ephemeral: true, data: "in memory" });
await using database = await createTestDatabase(server);
await database.sql.unsafe("vacuum analyze");
const session = connect(database.url, 1);
const all = shuffled(await openTexts());
const figures: Record<string, number> = {};
let mix = 0;
for (const [what, share, belongs] of KINDS) {
  const cost = await costOf(session, all.filter(belongs).map(({ text }) => text));
  figures[`lexicon: ${what}`] = cost;
  mix += share * cost;
}
const english = all.filter(({ opt_out, language }) => opt_out && language === "en");
figures["lexicon: an opt-out, one language"] = await costOf(session, english.map(({ text }) => text));
figures["lexicon: the longest text"] = await costOf(session, ["please do not stop the texts ".repeat(600)]);
figures["lexicon: a text of the mix"] = mix;
for (const [what, cost] of Object.entries(figures)) print(`${cost.toFixed(3)} ms  ${what}`);
tell(figures);
await session.end();
assert(!(mix > BUDGET_MS), `A text costs ${mix.toFixed(3)} ms, and may cost ${BUDGET_MS} ms.`);

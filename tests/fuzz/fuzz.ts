/** Sends requests that nobody would send, several at once, and looks after each handful whether all that must be true is true. */
import * as fc from "fast-check";
import type { ServerAddress } from "../../local/database.ts";
import { formRequest } from "./form_requests.ts";
import { contractRequest, rawRequest } from "./http_requests.ts";
import { tablesWith } from "../support/secrets.ts";
import { busiest, changedTables, cpuOf, judge, judgeLines, type Problem, stateOf } from "./oracles.ts";
import { type FuzzRequest, placeOf, shown } from "./request.ts";
import { send } from "./send.ts";
import { type Callable, callables, sqlRequest } from "./sql_requests.ts";
import { raiseWorld, type World } from "./world.ts";

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  readonly server?: ServerAddress;
  readonly onProgress?: (line: string) => void;
}

export interface Finding extends Problem {
  /** The smallest requests that still show it, one a line. */
  readonly smallest: readonly string[];
}

export interface FuzzResult {
  readonly seed: number;
  readonly requests: number;
  readonly findings: readonly Finding[];
  /** How often each answer came, by kind of request and status. */
  readonly answers: Readonly<Record<string, number>>;
  /** What was raised inside of verbs and triggers, by SQLSTATE. */
  readonly raised: Readonly<Record<string, number>>;
  /** The most CPU time that a handful of requests took in one process, in milliseconds. */
  readonly mostCpuMs: number;
  readonly seconds: number;
}

/** At once. */
const HANDFUL = 24;
/** A line after so many requests. */
const PROGRESS = 1_000;
/** Tries at making a failing handful smaller, each of which sends it again. */
const MOST_TRIES = 300;

export async function runFuzz(
  { requests, seed, server, onProgress = () => {} }: FuzzOptions,
): Promise<FuzzResult> {
  await using world = await raiseWorld(server);
  const verbs = await callables(world.stack.sql);
  const startedAt = performance.now();
  const fuzz = new Fuzz(world, verbs, onProgress);
  await fuzz.begin();
  for (let round = 0; fuzz.sent < requests; round++) {
    await fuzz.round(seed * 1_000 + round, requests - fuzz.sent);
  }
  await fuzz.end();
  return {
    seed,
    requests: fuzz.sent,
    findings: fuzz.findings,
    answers: sorted(fuzz.answers),
    raised: sorted(fuzz.raised),
    mostCpuMs: fuzz.mostCpuMs,
    seconds: Math.round((performance.now() - startedAt) / 1_000),
  };
}

const sorted = (counts: Map<string, number>) =>
  Object.fromEntries([...counts].sort(([one], [other]) => one < other ? -1 : 1));

/** A handful that showed something. */
class Found extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ place, what }) => `${place}: ${what}`).join("\n"));
  }
}

class Fuzz {
  sent = 0;
  mostCpuMs = 0;
  readonly findings: Finding[] = [];
  readonly answers = new Map<string, number>();
  readonly raised = new Map<string, number>();
  readonly #known = new Set<string>();
  readonly #verbs: ReadonlyMap<string, Callable>;
  readonly #handful: fc.Arbitrary<FuzzRequest[]>;
  #state = "";
  #pids = new Map<string, number | null>();

  constructor(
    private readonly world: World,
    verbs: readonly Callable[],
    private readonly onProgress: (line: string) => void,
  ) {
    this.#verbs = new Map(verbs.map((verb) => [verb.what, verb]));
    const { pools } = world;
    this.#handful = fc.array(
      fc.oneof(
        { arbitrary: contractRequest(pools), weight: 7 },
        { arbitrary: formRequest(pools), weight: 6 },
        { arbitrary: sqlRequest(verbs, pools), weight: 6 },
        { arbitrary: rawRequest(), weight: 1 },
      ),
      { minLength: 1, maxLength: HANDFUL, size: "max" },
    );
  }

  async begin(): Promise<void> {
    this.#state = await stateOf(this.world);
    for (const { function: name } of this.world.newLines()) {
      this.#pids.set(name, await this.world.stack.functions.pid(name));
    }
  }

  /** Goes on until so many more are sent, or something new is found; that is made smaller first. */
  async round(seed: number, more: number): Promise<void> {
    const enough = this.sent + more;
    let tries = 0;
    let isSmaller = false;
    const property = fc.asyncProperty(this.#handful, async (requests) => {
      if (isSmaller && ++tries > MOST_TRIES) return;
      if (!isSmaller && this.sent >= enough) return;
      if (!isSmaller) this.#countSent(requests.length);
      const problems = (await this.#play(requests)).filter(({ place, what }) =>
        !this.#known.has(`${place} ${what}`)
      );
      if (problems.length === 0) return;
      isSmaller = true;
      throw new Found(problems);
    });
    const result = await fc.check(property, { seed, numRuns: Math.max(1, Math.ceil(more / 4)) });
    if (!result.failed) return;
    const { errorInstance } = result;
    if (!(errorInstance instanceof Found)) throw errorInstance;
    const [smallest = []] = result.counterexample ?? [];
    for (const problem of errorInstance.problems) {
      this.#known.add(`${problem.place} ${problem.what}`);
      this.findings.push({ ...problem, smallest: smallest.map(shown) });
    }
  }

  #countSent(count: number): void {
    const before = this.sent;
    this.sent += count;
    if (Math.floor(before / PROGRESS) < Math.floor(this.sent / PROGRESS)) {
      this.onProgress(`${this.sent} requests, ${this.findings.length} findings`);
    }
  }

  async #play(requests: readonly FuzzRequest[]): Promise<Problem[]> {
    const { world } = this;
    const functions = [...this.#pids.keys()];
    const cpuBefore = await cpuOf(world, functions);
    const answered = await Promise.all(requests.map(async (request) => {
      const sent = await send(world, this.#verbs, request).catch((error) => error);
      if (sent instanceof Error) return [{ place: placeOf(request), what: `no answer: ${sent.name}` }];
      this.#count(request, sent.answer.status, sent.answer.code);
      return judge(world, request, sent);
    }));
    const { problems: busy, mostMs } = busiest(cpuBefore, await cpuOf(world, functions));
    this.mostCpuMs = Math.max(this.mostCpuMs, mostMs);
    return [
      ...answered.flat(),
      ...busy,
      ...judgeLines(world, world.newLines()),
      ...await this.#changesOfV(),
      ...await this.#deaths(),
    ];
  }

  async #changesOfV(): Promise<Problem[]> {
    const before = this.#state;
    this.#state = await stateOf(this.world);
    if (before === this.#state) return [];
    return [{ place: "the third tenant", what: `its rows changed: ${changedTables(before, this.#state)}` }];
  }

  async #deaths(): Promise<Problem[]> {
    const dead: Problem[] = [];
    for (const [name, pid] of this.#pids) {
      const now = await this.world.stack.functions.pid(name);
      if (now === pid) continue;
      this.#pids.set(name, now);
      dead.push({ place: name, what: "its process ended" });
    }
    return dead;
  }

  #count(request: FuzzRequest, status: number, code: string): void {
    const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
    add(
      this.answers,
      request.kind === "sql" ? `sql ${status}` : `${placeOf(request).replace(/^[A-Z]+ /, "")} ${status}`,
    );
    if (request.kind === "sql" && code.endsWith(" inside")) add(this.raised, `${request.what} ${code}`);
  }

  /** The third tenant goes on as if nothing had been. */
  async end(): Promise<void> {
    const { stack, carrier, v } = this.world;
    const from = "+14155559999";
    const received = await carrier.text({ from, to: v.number, body: "Are you still there?" });
    const isTaken = received.ok;
    if (isTaken) {
      await (await stack.tick()).body?.cancel();
      await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: from }).length > 0, {
        timeoutMs: 60_000,
      }).catch(() => {});
    }
    const answers = carrier.ledger.outbound({ to: from }).length;
    if (!isTaken || answers !== 1) {
      const what = isTaken
        ? `a text after the storm got ${answers} answers`
        : "a text after the storm was refused";
      this.findings.push({ place: "the third tenant", what, smallest: [] });
    }
    for (const table of await tablesWith(stack.sql, this.world.secrets)) {
      this.findings.push({ place: table, what: "a row has a secret, which a dump would have", smallest: [] });
    }
    const shown = JSON.stringify([this.findings, [...this.answers], [...this.raised]]);
    if (this.world.secrets.some((secret) => shown.includes(secret))) {
      this.findings.splice(0, this.findings.length, {
        place: "this result",
        what: "it has a secret",
        smallest: [],
      });
    }
  }
}

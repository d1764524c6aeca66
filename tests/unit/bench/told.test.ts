import { strict as assert } from "node:assert";
import { summarize as summarizeAck } from "../../../bench/ack/told.ts";
import { render as renderCold, summarize as summarizeCold } from "../../../bench/cold/told.ts";
import type { Run as CycleRun } from "../../../bench/cycle/run.ts";
import { render, summarize as summarizeCycle } from "../../../bench/cycle/told.ts";
import { readTold } from "../../../bench/figures.ts";
import { render as renderMemory, summarize as summarizeMemory } from "../../../bench/memory/told.ts";
import { namesIn } from "../../../bench/names.ts";
import { type Pair, summarize as summarizeSql } from "../../../bench/sql/told.ts";
import { writesBetween } from "../../../bench/sql/writes.ts";

const run = (lastAnswerMs: number, more: Partial<CycleRun> = {}): CycleRun => ({
  lastAckMs: lastAnswerMs / 2,
  lastAnswerMs,
  lastCallbackMs: null,
  refused: 0,
  missing: 0,
  doubled: 0,
  cpu: { worker: 2, status: 1, peer: 3 },
  ...more,
});

Deno.test("cycle compares pair by pair, with the same case of the peer and with its best one", () => {
  const measured = [
    {
      case: { numbers: 100, callbacks: false },
      ours: [run(2_000), run(6_000)],
      peer: [run(1_000), run(3_000, { missing: 2 })],
    },
    {
      case: { numbers: 1, callbacks: false },
      ours: [run(1_000), run(3_000)],
      // Once, because it takes long.
      peer: [run(9_000, { missing: 912 })],
    },
  ];
  const { figures, ratios, counts } = summarizeCycle(measured, 1_000);
  assert.deepEqual(ratios, {
    "100 numbers, no callbacks: last answer, ours to peer": 2,
    "100 numbers, no callbacks: acknowledgements a second, ours to peer": 0.5,
    "1 number, no callbacks: last answer, ours to peer": 1 / 9,
    "1 number, no callbacks: acknowledgements a second, ours to peer": 9,
    "1 number, no callbacks: last answer, ours to peer at 100 numbers, no callbacks": 1,
  });
  assert.equal(figures["100 numbers, no callbacks, ours: one acknowledgement"], 2);
  assert.equal(counts?.["1 number, no callbacks, peer: texts without an answer, at most"], 912);
  assert.match(render(measured, 1_000), /\| 100 numbers, no callbacks \| peer \|.*\| 0 to 2 \| 0 \|/);
  assert.match(render(measured, 1_000), /\| 1 number, no callbacks \| peer \|.*\| 912 \| 0 \|/);
});

Deno.test("cycle tells the CPU of a system's own processes, and of status only with callbacks", () => {
  const cpuOf = (ours: CycleRun) => {
    const { figures } = summarizeCycle(
      [{ case: { numbers: 1, callbacks: true }, ours: [ours], peer: [] }],
      10,
    );
    return Object.keys(figures).filter((name) => name.includes("CPU")).map((name) =>
      name.split("CPU of ")[1]
    );
  };
  assert.deepEqual(cpuOf(run(1)), ["worker, a text"]);
  assert.deepEqual(cpuOf(run(1, { lastCallbackMs: 5 })), ["worker, a text", "status, a text"]);
});

Deno.test("ack compares acknowledgements a second, so that less time is more", () => {
  const ofTime = (milliseconds: number) => [{ milliseconds, each: [1, 2, 3, milliseconds] }];
  const { figures, ratios } = summarizeAck({
    "floor": ofTime(100),
    "held": ofTime(125),
    "model of 0 s": ofTime(200),
    "model of 10 s": ofTime(400),
  });
  assert.equal(figures["held: one acknowledgement"], 31.25);
  assert.equal(ratios["acknowledgements a second, held to floor"], 0.8);
  assert.equal(ratios["acknowledgements a second, model of 0 s to floor"], 0.5);
  assert(Number(ratios["p95, model of 10 s to model of 0 s"]) > 1.9);
});

const writes = (inserts: number, updates: number, hot: number, deletes: number) => ({
  inserts,
  updates,
  hot,
  deletes,
});
const cost = (milliseconds: number, table: Record<string, ReturnType<typeof writes>>) => ({
  milliseconds,
  cpu: milliseconds / 2,
  writes: table,
});

Deno.test("sql adds up its steps, by table and for each text", () => {
  const nothing = cost(0, {});
  const verbs = {
    receive: cost(20, { messages: writes(10, 0, 0, 0) }),
    claim: nothing,
    finish: cost(20, { messages: writes(10, 20, 5, 0), jobs: writes(0, 0, 0, 10) }),
    deliver: nothing,
    record: nothing,
    fold: nothing,
  };
  const pair: Pair = { verbs, bare: cost(10, { messages: writes(20, 20, 20, 0) }) };
  const again = { ...verbs, receive: nothing };
  const { figures, ratios, counts } = summarizeSql([pair], again, 10);
  assert.equal(figures["rows written a text, rows"], 5);
  assert.equal(figures["CPU a text"], 2);
  assert.equal(ratios["CPU, verbs to bare"], 4);
  assert.equal(counts["share of updates that are HOT"], 0.25);
  assert.equal(counts["rows written a text, known contact"], 4);
});

Deno.test("writesBetween() takes a table that is new as it is, and leaves out what did not change", () => {
  const before = { messages: writes(1, 1, 1, 0), jobs: writes(5, 0, 0, 5) };
  const after = { messages: writes(3, 2, 1, 0), jobs: writes(5, 0, 0, 5), stats: writes(1, 0, 0, 0) };
  assert.deepEqual(writesBetween(before, after), { messages: writes(2, 1, 0, 0), stats: writes(1, 0, 0, 0) });
});

Deno.test("benchmarks are named one by one or by --only, and what there is not is refused", () => {
  const known = ["ack", "cycle"];
  assert.deepEqual(namesIn(["ack", "--pairs=2"], known), {
    names: ["ack"],
    only: false,
    options: ["--pairs=2"],
  });
  assert.deepEqual(namesIn(["--json", "--only", "ack,cycle"], known), {
    names: known,
    only: true,
    options: ["--json"],
  });
  assert.deepEqual(namesIn(["--only=cycle"], known), { names: ["cycle"], only: true, options: [] });
  assert.deepEqual(namesIn(["all"], known).names, known);
  assert.throws(() => namesIn(["--only", "acks"], known), /No benchmark acks; there are ack, cycle, and all/);
  assert.throws(() => namesIn(["--only"], known), /No benchmark without a name/);
});

Deno.test("readTold() reads the last line that a benchmark told, among what it printed", () => {
  const printed =
    '# ack\n{"figures":{"floor":2}}\n| floor |\n{"figures":{"floor":1},"ratios":{"held to floor":0.8}}\n';
  assert.deepEqual(readTold(printed), { figures: { floor: 1 }, ratios: { "held to floor": 0.8 } });
  assert.throws(() => readTold("# ack\n"), /No figures in:\n# ack/);
});

Deno.test("cold compares each function with the bare one beside it, start by start", () => {
  const all = {
    "sms-webhook": { function: [300, 900, 280], bare: [200, 600, 200] },
    "sms-stats": { function: [200], bare: [100] },
  };
  const { figures, ratios } = summarizeCold(all);
  assert.equal(ratios["sms-webhook: first answer, to a bare function's"], 1.5);
  assert.equal(ratios["sms-stats: first answer, to a bare function's"], 2);
  assert.equal(figures["bare function: first answer"], 200);
  assert.match(renderCold(all), /\| sms-webhook \| 300 \| 200 \| 1\.50 × \|/);
});

Deno.test("memory is told beside its budget of 128 MB", () => {
  const peaks = { "memory of worker at most, MB": 96 };
  assert.deepEqual(summarizeMemory(peaks), { "memory of worker at most, MB to 128": 0.75 });
  assert.match(renderMemory(peaks), /\| memory of worker at most, MB \| 96 \| 0\.75 × \|/);
});

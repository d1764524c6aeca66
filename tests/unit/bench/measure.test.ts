import { strict as assert } from "node:assert";
import { inTurn, markdown, medianRatio } from "../../../bench/measure/pairs.ts";
import { below, parseStat, processTree } from "../../../bench/measure/processes.ts";
import { cpuBetween, roleOf, sumByRole } from "../../../bench/measure/roles.ts";

/** As proc(5) has it: pid (comm) state ppid … utime stime cutime cstime … */
const stat = (name: string) => `7 (${name}) S 3 7 7 0 -1 4194560 100 0 0 0 250 50 30 20 20 0 1 0 1000 0 0`;

Deno.test("parseStat() reads times in milliseconds, whatever the process is called", () => {
  const expected = { parent: 3, ownMs: 3_000, endedChildrenMs: 500 };
  assert.deepEqual(parseStat(stat("deno")), expected);
  assert.deepEqual(parseStat(stat("a) b (c")), expected);
});

const process = (pid: number, parent: number, command: string, ownMs = 10, endedChildrenMs = 5) => ({
  pid,
  parent,
  command,
  ownMs,
  endedChildrenMs,
});

Deno.test("below() finds a process and what it started, in any order, and nothing beside it", () => {
  const all = [
    process(4, 3, "child of child"),
    process(2, 1, "it"),
    process(3, 2, "child"),
    process(5, 1, "beside"),
  ];
  assert.deepEqual(below(all, 2).map(({ pid }) => pid), [2, 3, 4]);
});

const deno = "/usr/bin/deno serve --no-config";

Deno.test("roleOf() knows functions, the API, the peer and Postgres, and leaves the guarding shells out", () => {
  const roles = [
    `${deno} /x/supabase/functions/sms-worker/index.ts`,
    `${deno} /x/supabase/functions/sms-webhook/index.ts`,
    `${deno} /x/supabase/functions/sms-status/index.ts`,
    "/usr/bin/deno run -A /x/bench/measure/stack.ts",
    "node /tmp/bench-peer-1/server.mjs",
    "/var/tmp/x/bin/postgres -D /var/tmp/x/cluster -c port=1",
    "postgres: supabase_admin test_1 127.0.0.1(1) idle",
    `/bin/sh -c exec guard ${deno} /x/supabase/functions/sms-worker/index.ts`,
    "npm ci",
  ].map((command) => roleOf({ pid: 1, command }));
  assert.deepEqual(roles, ["worker", "webhook", "status", "API", "peer", "Postgres", "Postgres", null, null]);
  assert.equal(roleOf({ pid: Deno.pid, command: "deno" }), "look-alikes");
});

Deno.test("of Postgres' ended sessions the CPU time counts too, of others only their own", () => {
  const server = process(1, 0, "/x/bin/postgres -D /x");
  const session = process(2, 1, "postgres: checkpointer", 7, 0);
  const worker = process(3, 0, `${deno} /x/sms-worker/index.ts`);
  assert.deepEqual(sumByRole([server, session, worker]), { Postgres: 22, worker: 10 });
});

Deno.test("cpuBetween() is the difference a text, and all of it for a process that started meanwhile", () => {
  assert.deepEqual(cpuBetween({ worker: 100 }, { worker: 300, status: 50 }, 10), { worker: 20, status: 5 });
  assert.deepEqual(cpuBetween(null, { worker: 300 }, 10), {});
});

Deno.test("processTree() finds this process where the system tells", () => {
  const tree = processTree();
  assert(Deno.build.os === "linux" ? tree?.some(({ pid }) => pid === Deno.pid) : tree === null);
});

Deno.test("pairs are compared pair by pair, and take turns at being first", () => {
  assert.equal(medianRatio([10, 80, 10], [10, 40, 20]), 1);
  assert.deepEqual([0, 1, 2].map((pair) => inTurn(["ours", "peer"], pair)[0]), ["ours", "peer", "ours"]);
  assert.equal(markdown(["a", "b"], [["1", "2"]]), "| a | b |\n| --- | --- |\n| 1 | 2 |");
});

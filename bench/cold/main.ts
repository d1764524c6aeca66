/**
 * How long does somebody wait whose request is a function's first? From the start of the process to the answer, each function
 * in turn with one that has nothing in it and is served the same way.
 *
 * `deno task bench cold [--pairs=7]`
 */
import { strict as assert } from "node:assert";
import { print } from "../../local/print.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { makeRoot } from "../ack/root.ts";
import { option, tell } from "../figures.ts";
import { inTurn } from "../measure/pairs.ts";
import { type Ask, BARE, requestsOf } from "./requests.ts";
import { render, type StartsByFunction, summarize } from "./told.ts";

/** Milliseconds from the request, for which the process is started, to its whole answer. */
async function start(stack: Stack, name: string, ask: Ask): Promise<number> {
  await stack.functions.kill(name);
  const request = await ask();
  const started = performance.now();
  const response = await fetch(request);
  const answer = await response.text();
  const milliseconds = performance.now() - started;
  // A status of a message that is not there is answered 404; whom nobody let in got no further than the door.
  const { status } = response;
  assert(status < 500 && status !== 401 && status !== 403, `${name} answered ${status}: ${answer}`);
  return milliseconds;
}

async function measure(stack: Stack, pairs: number): Promise<StartsByFunction> {
  const { [BARE]: bare, ...functions } = requestsOf(stack);
  assert(bare);
  const all: Record<string, { function: number[]; bare: number[] }> = {};
  for (const [name, ask] of Object.entries(functions)) {
    const starts = all[name] = { function: [] as number[], bare: [] as number[] };
    const sides = [["function", name, ask], ["bare", BARE, bare]] as const;
    // The first pair fills the caches of compiled code.
    for (let pair = -1; pair < pairs; pair++) {
      for (const [side, which, request] of inTurn(sides, pair + 1)) {
        const milliseconds = await start(stack, which, request);
        if (pair >= 0) starts[side].push(milliseconds);
      }
    }
    await stack.functions.kill(name);
  }
  return all;
}

const functionsRoot = await makeRoot({ [BARE]: new URL("bare.ts", import.meta.url) });
try {
  await using stack = await startStack({ worker: false, database: "straight", functionsRoot });
  const all = await measure(stack, option("pairs", 7));
  const { figures, ratios } = summarize(all);
  print(render(all));
  tell(figures, { ratios });
} finally {
  await Deno.remove(functionsRoot, { recursive: true });
}

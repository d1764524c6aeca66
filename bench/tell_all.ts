/** `--json --only`: each benchmark in a process of its own, and what they told as one JSON object. */
import { join } from "node:path";
import { stopRequested } from "../local/interrupt.ts";
import { type GuardedProcess, spawnGuarded } from "../local/guard.ts";
import { complain, print } from "../local/print.ts";
import { projectRoot } from "../local/project.ts";
import { readTold, type Told } from "./figures.ts";

/** What people read goes to standard error. Exits 1 if a benchmark fails. */
export async function tellAll(names: readonly string[], options: readonly string[]): Promise<void> {
  const stopped = stopRequested();
  const told: Record<string, Told> = {};
  for (const name of names) {
    const child = start([name, ...options]);
    const printed = await Promise.race([read(child), stopped]);
    await (printed === null ? child.stop() : null);
    if (printed === null || !(await child.status).success) Deno.exit(1);
    told[name] = readTold(printed);
  }
  print(JSON.stringify(told, null, 2));
  Deno.exit(0);
}

function start(args: string[]): GuardedProcess {
  const program = join(projectRoot, "bench/main.ts");
  return spawnGuarded([
    "/bin/sh",
    "-c",
    'exec "$0" "$@" 2>&1',
    Deno.execPath(),
    "run",
    "-A",
    program,
    ...args,
  ], {
    env: { ...Deno.env.toObject(), NO_COLOR: "1" },
    cwd: projectRoot,
    stopSignal: "TERM",
    stdout: "piped",
  });
}

/** Passes its lines on as they come. @returns all of them */
async function read(child: GuardedProcess): Promise<string> {
  let printed = "";
  let rest = "";
  for await (const chunk of child.stdout?.pipeThrough(new TextDecoderStream()) ?? []) {
    printed += chunk;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.filter((line) => !line.startsWith('{"figures":')).forEach(complain);
  }
  return printed;
}

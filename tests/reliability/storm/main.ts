/** `deno task storm [--messages N] [--seed S] [--restore WAY] [--json]`: exits 0 only if nothing was lost, doubled, stuck or misreported. */
import { parseArgs } from "node:util";
import { complain, print } from "../../../local/print.ts";
import type { Tally } from "./judge.ts";
import { type BackupWay, runRestoredStorm } from "./restore.ts";
import { isClean, runStorm } from "./storm.ts";

const HELP =
  `deno task storm [--messages N] [--seed S] [--database WAY] [--deno VERSION] [--restore WAY] [--json] [--log FILE]
  --messages N  texts of contacts and of programs, together (default 10000)
  --seed S      the same messages and faults as the last time (default: any)
  --database WAY  direct: the functions call Postgres themselves (default); api: through the API
  --deno VERSION  what the functions run on (default: this Deno); hosted projects have 2.1.4
  --restore WAY a backup is taken in the middle and restored at the end: files (a copy of the stopped server) or rows (COPY)
  --json        only the ledger, as one line of JSON, on standard output
  --log FILE    what the functions print`;

interface Options {
  messages: number;
  seed: number;
  database: "direct" | "api";
  restore: BackupWay | undefined;
  deno: string | undefined;
  json: boolean;
  log: string | undefined;
}

function optionsOf(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      messages: { type: "string", default: "10000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
      database: { type: "string", default: "direct" },
      deno: { type: "string" },
      restore: { type: "string" },
      json: { type: "boolean", default: false },
      log: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [messages, seed] = [Number(values.messages), Number(values.seed)];
  if (values.help || !Number.isInteger(messages) || messages < 1 || !Number.isInteger(seed)) return null;
  const { database, restore, deno, json, log } = values;
  if (database !== "direct" && database !== "api") return null;
  if (restore !== undefined && restore !== "files" && restore !== "rows") return null;
  return { messages, seed, database, restore, deno, json, log };
}

function show({ complaints, reasons, ...counts }: Tally): void {
  for (const [name, value] of Object.entries(counts)) print(`${name.padEnd(16)} ${value}`);
  for (const [reason, times] of Object.entries(reasons)) print(`  set aside: ${reason} ${times}`);
  for (const complaint of complaints) print(complaint);
}

const options = (() => {
  try {
    return optionsOf(Deno.args);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    return null;
  }
})();
if (options === null) {
  complain(HELP);
  Deno.exit(2);
}
const { messages, seed, database, restore, deno, json, log } = options;
// The stack outlives errors of its database's connections (local/driver_guard.ts). One that ends the storm is told here.
const failed = (error: unknown): never => {
  complain(
    `The storm did not come to its end: ${
      error instanceof Error ? error.stack ?? error.message : String(error)
    }`,
  );
  Deno.exit(1);
};
const heard = { onProgress: json ? () => {} : complain, onStory: complain };
const storm = restore ? runRestoredStorm({ messages, seed, way: restore, ...heard }) : runStorm({
  messages,
  seed,
  database,
  deno,
  ...heard,
  onLog: (line) => {
    if (log !== undefined) Deno.writeTextFileSync(log, `${line}\n`, { append: true });
  },
});
const tally = await storm.catch(failed);
if (json) print(JSON.stringify(tally));
else show(tally);
if (!isClean(tally)) {
  complain(
    `Run it again: deno task storm --messages ${messages} --seed ${seed}${
      restore ? ` --restore ${restore}` : ""
    }`,
  );
}
Deno.exit(isClean(tally) ? 0 : 1);

/** `deno task fuzz [--requests N] [--seed S] [--json]`: exits 0 only if nothing was found. */
import { parseArgs } from "node:util";
import { complain, print } from "../../local/print.ts";
import { type FuzzResult, runFuzz } from "./fuzz.ts";

const HELP = `deno task fuzz [--requests N] [--seed S] [--json]
  --requests N  how many requests (default 3000)
  --seed S      the same requests as the last time (default: any); ids and tokens differ
  --json        the result as one line of JSON, on standard output`;

function optionsOf(args: string[]): { requests: number; seed: number; json: boolean } | null {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: "string", default: "3000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  if (values.help || !Number.isInteger(requests) || requests < 1 || !Number.isInteger(seed)) return null;
  return { requests, seed, json: values.json };
}

export function show({ findings, answers, raised, ...rest }: FuzzResult): string {
  return [
    ...Object.entries(rest).map(([name, value]) => `${name.padEnd(12)} ${value}`),
    ...Object.entries(answers).map(([name, times]) => `  ${String(times).padStart(7)}  ${name}`),
    ...(Object.keys(raised).length > 0
      ? ["raised inside of verbs and triggers (400 and 409 over the API):"]
      : []),
    ...Object.entries(raised).map(([name, times]) => `  ${String(times).padStart(7)}  ${name}`),
    ...findings.flatMap(({ place, what, smallest }) => [
      `FOUND ${place}: ${what}`,
      "  the smallest requests that show it:",
      ...smallest.map((request) => `    ${request}`),
    ]),
  ].join("\n");
}

if (import.meta.main) {
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
  const { json, ...fuzz } = options;
  const result = await runFuzz({ ...fuzz, onProgress: json ? () => {} : complain });
  print(json ? JSON.stringify(result) : show(result));
  if (result.findings.length > 0) {
    complain(`Run it again: deno task fuzz --requests ${fuzz.requests} --seed ${fuzz.seed}`);
  }
  Deno.exit(result.findings.length === 0 ? 0 : 1);
}

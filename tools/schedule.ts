/**
 * `deno task schedule`: has the project's database wake the worker every ten seconds (docs/operations.md). It is what the doctor
 * offers where nothing wakes the worker: the doctor itself only reads.
 */
import { z } from "zod";
import { complain, print } from "../local/print.ts";
import { UsageError } from "../local/project.ts";
import { type DoctorOptions, parseDoctorOptions } from "./doctor/options.ts";

const USAGE = [
  "deno task schedule [--url URL] [--secret-key KEY] [--worker-key KEY] [--yes]: has the database wake the worker every ten seconds.",
  "",
  "The flags, and where the address and the keys are taken from without them, are those of `deno task doctor`.",
  "--yes does not ask.",
].join("\n");

const TIMEOUT_MS = 20_000;
const Answer = z.object({
  outcome: z.string().optional(),
  missing: z.array(z.string()).optional(),
  message: z.string().optional(),
}).catch({});

/**
 * @param isWanted asks the person; nothing is changed unless they say yes
 * @returns what was done
 * @throws UsageError with what to do
 */
export async function scheduleWorker(
  { url, secretKey, workerKey }: Pick<DoctorOptions, "url" | "secretKey" | "workerKey">,
  isWanted: (question: string) => boolean,
): Promise<string> {
  if (url === null || secretKey === null) {
    throw new UsageError(
      "Give --url and --secret-key, or set SUPABASE_URL and SUPABASE_SECRET_KEYS. Nothing was changed.",
    );
  }
  const key = workerKey ?? secretKey;
  // A key that the worker does not take would be kept, and each wake refused.
  const tried = await ask(`${url}/functions/v1/sms-worker`, { headers: { apikey: key } });
  if (tried.status !== 200) {
    const why = tried.body.message ?? `It answered ${tried.status}.`;
    throw new UsageError(`sms-worker at ${url} does not take this key. ${why} Nothing was changed.`);
  }
  const named = workerKey === null ? "the secret key" : "the secret key named worker";
  if (
    !isWanted(
      `The database of ${url} will wake the worker every ten seconds, with ${named}, which is kept in Vault. Do it?`,
    )
  ) {
    return "Nothing was changed.";
  }
  const { status, body } = await ask(`${url}/rest/v1/rpc/sms_schedule_worker`, {
    method: "POST",
    headers: { apikey: secretKey, "content-type": "application/json" },
    body: JSON.stringify({ functions_url: `${url}/functions/v1`, worker_key: key }),
  });
  if (body.outcome === "scheduled") {
    return "It is scheduled. In a minute `deno task doctor` shows whether it reaches the worker.";
  }
  if (body.outcome === "SCHEDULER_UNAVAILABLE") {
    throw new UsageError(
      `This database lacks ${body.missing?.join(", ") ?? "an extension"}: any other scheduler may POST to ` +
        "/functions/v1/sms-worker every ten seconds (docs/operations.md). Nothing was changed.",
    );
  }
  throw new UsageError(
    `The database refused: ${body.outcome ?? body.message ?? status}. Nothing was changed.`,
  );
}

async function ask(
  url: string,
  init: RequestInit,
): Promise<{ status: number; body: z.infer<typeof Answer> }> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: Answer.parse(jsonOr(text)) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${new URL(url).host} cannot be reached: ${said}.`, { cause: error });
  }
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Yes is what most people want who typed this: Enter says it. */
function askPerson(question: string): boolean {
  if (!Deno.stdin.isTerminal()) {
    throw new UsageError("There is nobody to ask: give --yes, or run it in a terminal. Nothing was changed.");
  }
  const answer = prompt(`${question} [Y/n]`);
  return answer !== null && /^(y(es)?)?$/i.test(answer.trim());
}

async function main(given: string[]): Promise<void> {
  const yes = given.includes("--yes") || given.includes("-y");
  const args = given.filter((arg) => arg !== "--yes" && arg !== "-y");
  const options = parseDoctorOptions({
    args,
    env: (name) => Deno.env.get(name),
    cwd: Deno.env.get("INIT_CWD") ?? Deno.cwd(),
  });
  print(options === null ? USAGE : await scheduleWorker(options, yes ? () => true : askPerson));
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    complain("`deno task schedule --help` lists the flags.");
    Deno.exitCode = 2;
  }
}

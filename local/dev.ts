/** `deno task dev`: the whole project on this machine. The last line printed is `ready {json}`. */
import { join } from "node:path";
import { parseEnv } from "node:util";
import { VERSION } from "../supabase/functions/_shared/sms/version.ts";
import { parseDevOptions, USAGE } from "./dev_options.ts";
import { readIfThere } from "./files.ts";
import { checkGivenSettings } from "./given_settings.ts";
import { stopRequested } from "./interrupt.ts";
import { MigrationError } from "./migrations.ts";
import { MODEL_NOTICE } from "./model/mod.ts";
import { complain, print } from "./print.ts";
import { projectRoot, UsageError } from "./project.ts";
import { warnOfAddress } from "./public_address.ts";
import { type Stack, startStack } from "./stack.ts";

async function main(): Promise<number> {
  const options = parseDevOptions(Deno.args);
  if (!options) {
    print(USAGE);
    return 0;
  }
  const stopped = stopRequested();
  const environment = await readEnvironment();
  checkGivenSettings(environment);
  const warning = warnOfAddress({ ...options, environment });
  if (warning !== null) complain(warning);
  const starting = startStack({ ...options, web: true, environment });
  // Ctrl-C while it starts: nothing half-started may stay.
  const stack = await Promise.race([starting, stopped]);
  if (stack) {
    announce(stack);
    await stopped;
  }
  await (await starting.catch(() => null))?.stop();
  return 0;
}

/** The terminal's environment wins over `supabase/functions/.env`, which `supabase start` reads as well, and `.env`. */
async function readEnvironment(): Promise<Record<string, string | undefined>> {
  const files = [".env", "supabase/functions/.env"].map((file) => readIfThere(join(projectRoot, file)));
  const [general, functions] = (await Promise.all(files)).map((text) => parseEnv(text ?? ""));
  return { ...general, ...functions, ...Deno.env.toObject() };
}

function announce(stack: Stack): void {
  const { ready } = stack;
  stack.functions.onLog((line) => complain(`[${line.function}] ${line.text}`));
  print(`Inbox      ${ready.webUrl}`);
  if (stack.carrier) {
    print("           One click signs in; then text the assistant from the phone beside it.");
  }
  print(`API        ${ready.apiUrl}`);
  print(`Functions  ${ready.functionsUrl}`);
  print(`Database   ${ready.dbUrl}`);
  print(`Sign in as ${ready.user.email} with the password ${ready.user.password}`);
  if (ready.number && stack.carrier) {
    print(`Texts to ${ready.number} are answered by the assistant ${ready.assistantId}`);
  } else if (ready.number) {
    print(`Number     ${ready.number}, which has to be one of your Twilio account (--number).`);
    print("           It is answered once Twilio is set up for it: docs/local-stack.md says how.");
  }
  print(
    stack.carrier
      ? `Carrier    ${ready.carrier.url} (a Twilio look-alike)`
      : `Carrier    ${ready.carrier.url}`,
  );
  print(stack.model ? `Model      ${ready.model.url}. ${MODEL_NOTICE}` : `Model      ${ready.model.url}`);
  print(`This is supabase-sms ${VERSION}. Ctrl-C stops everything.`);
  print(`ready ${JSON.stringify({ ...ready, workerKey: stack.workerKey })}`);
}

try {
  Deno.exit(await main());
} catch (error) {
  if (error instanceof MigrationError) {
    complain(error.message);
    Deno.exit(1);
  }
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  complain("`deno task dev --help` lists the flags.");
  Deno.exit(2);
}

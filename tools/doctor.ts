/** `deno task doctor`: whether supabase-sms is well in a project, what is not, and what mends it (docs/doctor.md). Reads only. */
import { complain, print } from "../local/print.ts";
import { UsageError } from "../local/project.ts";
import { examine } from "./doctor/examine.ts";
import { parseDoctorOptions, USAGE } from "./doctor/options.ts";
import { describe } from "./doctor/report.ts";

async function main(): Promise<number> {
  const options = parseDoctorOptions({
    args: Deno.args,
    env: (name) => Deno.env.get(name),
    // `deno task` runs in the clone; INIT_CWD is where the person is.
    cwd: Deno.env.get("INIT_CWD") ?? Deno.cwd(),
  });
  if (options === null) {
    print(USAGE);
    return 0;
  }
  const report = await examine(options);
  if (options.json) print(JSON.stringify(report));
  else describe(report).forEach(print);
  return report.ok ? 0 : 1;
}

try {
  Deno.exit(await main());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  complain("`deno task doctor --help` lists the flags.");
  Deno.exit(2);
}

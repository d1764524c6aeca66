import { join } from "node:path";
import { type CliResult, supabase } from "../../local/supabase_cli.ts";
import { type ManagementApi, startManagementApi, type Upload } from "./management_api.ts";

const PROJECT_REF = "abcdefghijklmnopqrst";
const TOKEN = `sbp_${"0123456789".repeat(4)}`;

export interface Deployment {
  result: CliResult;
  uploads: Upload[];
  refused: string[];
}

/** A stand-in for the management API, and what the CLI is told so that it takes it for Supabase's. */
export interface StandIn extends AsyncDisposable {
  api: ManagementApi;
  flags: string[];
  env: Record<string, string>;
}

export async function standIn(): Promise<StandIn> {
  const api = startManagementApi(PROJECT_REF, TOKEN);
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-profile-" });
  return {
    api,
    flags: ["--yes", "--profile", await writeProfile(folder, api.url), `--remote=${PROJECT_REF}`],
    env: { SUPABASE_ACCESS_TOKEN: TOKEN },
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The real CLI deploys all functions of a project, to the stand-in. */
export async function deployFunctions(project: string): Promise<Deployment> {
  await using platform = await standIn();
  const { api, flags, env } = platform;
  const result = await supabase(["functions", "deploy", "--use-api", ...flags], {
    project,
    env,
    deadline: 60_000,
  });
  return { result, uploads: api.uploads, refused: api.refused };
}

/** What `--profile` takes: a file whose extension says its format (CLI 3.1.0: json, toml or yaml). */
async function writeProfile(folder: string, url: string): Promise<string> {
  const file = join(folder, "profile.json");
  const profile = { name: "stand-in", api_url: url, dashboard_url: url, project_host: "supabase.localhost" };
  await Deno.writeTextFile(file, JSON.stringify(profile));
  return file;
}

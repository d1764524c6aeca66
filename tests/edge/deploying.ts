import { join } from "node:path";
import { type CliResult, supabase } from "../../local/supabase_cli.ts";
import { startManagementApi, type Upload } from "./management_api.ts";

const PROJECT_REF = "abcdefghijklmnopqrst";
const TOKEN = `sbp_${"0123456789".repeat(4)}`;

export interface Deployment {
  result: CliResult;
  uploads: Upload[];
  refused: string[];
}

/** The real CLI deploys all functions of a project, to a stand-in for the management API. */
export async function deployFunctions(project: string): Promise<Deployment> {
  await using api = startManagementApi(PROJECT_REF, TOKEN);
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-profile-" });
  try {
    const profile = await writeProfile(folder, api.url);
    const command = [
      "functions",
      "deploy",
      "--use-api",
      "--yes",
      "--profile",
      profile,
      `--remote=${PROJECT_REF}`,
    ];
    const env = { SUPABASE_ACCESS_TOKEN: TOKEN };
    const result = await supabase(command, { project, env, deadline: 60_000 });
    return { result, uploads: api.uploads, refused: api.refused };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What `--profile` takes: a file whose extension says its format (CLI 3.1.0: json, toml or yaml). */
async function writeProfile(folder: string, url: string): Promise<string> {
  const file = join(folder, "profile.json");
  const profile = { name: "stand-in", api_url: url, dashboard_url: url, project_host: "supabase.localhost" };
  await Deno.writeTextFile(file, JSON.stringify(profile));
  return file;
}

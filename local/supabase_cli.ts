import { join } from "node:path";
import { spawnGuarded } from "./guard.ts";
import { localFolder, projectRoot } from "./project.ts";

/** The CLI is run by npx: Deno's resolver insists on all its platform packages, and a registry may lack one. */
const PACKAGE = "supabase@3.1.0";

export interface CliOptions {
  /** The folder that holds `supabase/`. Default: this project. */
  project?: string;
  env?: Record<string, string>;
  /** Milliseconds after which the CLI is killed. Default 120,000. */
  deadline?: number;
}

export interface CliResult {
  success: boolean;
  stdout: string;
  stderr: string;
}

/** Runs the Supabase CLI: no telemetry, no update check, no Docker, nothing read or kept in the home folder. */
export async function supabase(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const project = options.project ?? projectRoot;
  const child = spawnGuarded(["npx", "-y", PACKAGE, ...args, "--workdir", project], {
    env: { ...Deno.env.toObject(), ...QUIET, ...options.env },
    cwd: project,
    stopSignal: "TERM",
    stdout: "piped",
    stderr: "piped",
  });
  const deadline = options.deadline ?? 120_000;
  let late = "";
  const timer = setTimeout(() => {
    late = `\nsupabase ${args.slice(0, 2).join(" ")} was not done after ${deadline / 1000} s.`;
    void child.kill();
  }, deadline);
  const awake = setInterval(() => {}, 60_000); // a guarded child alone does not keep us waiting
  try {
    const [stdout, stderr, status] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      child.status,
    ]);
    return { success: status.success, stdout, stderr: stderr + late };
  } finally {
    clearTimeout(timer);
    clearInterval(awake);
  }
}

/** No telemetry, no update check, no Docker, nothing read or kept in the home folder. */
export const QUIET = {
  SUPABASE_HOME: join(localFolder, "supabase-cli"),
  SUPABASE_NO_KEYRING: "1",
  SUPABASE_NO_UPDATE_NOTIFIER: "1",
  SUPABASE_TELEMETRY_DISABLED: "1",
  NO_COLOR: "1",
  // Whatever needs Docker fails here as it does on a machine without it.
  DOCKER_HOST: "tcp://127.0.0.1:1",
};

async function text(stream: ReadableStream<Uint8Array> | null): Promise<string> {
  return stream ? await new Response(stream).text() : "";
}

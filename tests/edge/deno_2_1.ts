import { join } from "node:path";
import { spawnGuarded } from "../../local/guard.ts";
import { localFolder, projectRoot } from "../../local/project.ts";

/** What hosted Supabase runs functions on. */
const DENO = "deno@2.1.4";

/** Its own cache and lock: the formats differ from ours, and a second run is fast. */
const cache = join(localFolder, "deno-2.1");

/** What the platform sets, for a project whose API cannot be reached. */
const PLATFORM = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: "sb_publishable_test" }),
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_test" }),
  SUPABASE_JWKS: JSON.stringify({ keys: [] }),
  SMS_CREDENTIALS_KEY: btoa("0".repeat(32)),
};

export interface ServedFunction extends AsyncDisposable {
  url: string;
  /** All it has written so far. */
  output(): string;
}

export interface ServeOptions {
  /** The folder that holds `supabase/`. Default: this project. */
  root?: string;
  /** Its path from there. Default: `import_map.json`. */
  importMap?: string;
  /** Milliseconds after which it is ended. Default: 60,000. */
  deadline?: number;
}

/**
 * Serves a function as the platform does: Deno 2.1, no config file, the import map alone.
 *
 * @throws Error with its output, if it ends before it listens
 */
export async function serveOnDeno21(name: string, options: ServeOptions = {}): Promise<ServedFunction> {
  const { root = projectRoot, importMap = "import_map.json", deadline = 60_000 } = options;
  await Deno.mkdir(cache, { recursive: true });
  const command = ["npx", "-y", DENO, "serve", "--no-config", "--import-map", importMap];
  const lock = ["--lock", join(cache, `${name}.lock`)];
  const where = ["--host", "127.0.0.1", "--port", "0", `supabase/functions/${name}/index.ts`];
  const child = spawnGuarded([...command, ...lock, "--allow-all", ...where], {
    env: { ...machineEnvironment(), ...PLATFORM, DENO_DIR: cache, NO_COLOR: "1" },
    cwd: root,
    stopSignal: "TERM",
    stdout: "piped",
    stderr: "piped",
  });
  let output = "";
  const listening = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array> | null) => {
    for await (const text of stream?.pipeThrough(new TextDecoderStream()) ?? []) {
      output += text;
      const url = /Listening on (http:\S+?)\/?\s/.exec(output)?.[1];
      if (url) listening.resolve(url);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const awake = setInterval(() => {}, 60_000); // a guarded child alone does not keep us waiting
  // It lives no longer than this, whatever the test does.
  const timer = setTimeout(() => void child.kill(), deadline);
  const stop = async () => {
    await child.kill();
    await reading;
    clearTimeout(timer);
    clearInterval(awake);
  };
  const url = await Promise.race([listening.promise, child.status.then(() => null)]);
  if (url !== null) return { url, output: () => output, [Symbol.asyncDispose]: stop };
  await stop();
  throw new Error(`${name} does not start under ${DENO}:\n${output}`);
}

/** This machine's environment without what would configure the function or Deno. */
function machineEnvironment(): Record<string, string> {
  const entries = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !/^(SUPABASE|TWILIO|OPENAI|DENO)_/.test(name)
  );
  // Where a machine has its own certificate store, packages come through it.
  return { ...Object.fromEntries(entries), DENO_TLS_CA_STORE: "system,mozilla" };
}

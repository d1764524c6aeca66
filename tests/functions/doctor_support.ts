/** A project as `deno task add` leaves it, in a folder of its own, and a front before the stack that can answer otherwise. */
import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { freePort } from "../../local/ports.ts";
import { projectRoot } from "../../local/project.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";
import { CREDENTIALS_KEY } from "./support.ts";

export interface Folder extends AsyncDisposable {
  readonly path: string;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export async function projectFolder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "sms_doctor_" });
  const hashes: Record<string, string> = {};
  const copy = async (from: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(projectRoot, from))) {
      const file = join(from, name);
      if (isDirectory) await copy(file);
      else {
        const text = await Deno.readTextFile(join(projectRoot, file));
        await Deno.mkdir(dirname(join(path, file)), { recursive: true });
        await Deno.writeTextFile(join(path, file), text);
        hashes[file] = createHash("sha256").update(text).digest("hex");
      }
    }
  };
  for (const folder of ["supabase/functions", "supabase/migrations"]) await copy(folder);
  for (const file of ["supabase/config.toml", "import_map.json"]) {
    await Deno.copyFile(join(projectRoot, file), join(path, file));
  }
  const files = Object.fromEntries(
    Object.entries(hashes).filter(([file]) => file.startsWith("supabase/functions/")),
  );
  await Deno.writeTextFile(join(path, "supabase-sms.json"), JSON.stringify({ version: VERSION, files }));
  await Deno.writeTextFile(join(path, "supabase/functions/.env"), `SMS_CREDENTIALS_KEY=${CREDENTIALS_KEY}\n`);
  // Somebody's own function is none of our business.
  await Deno.mkdir(join(path, "supabase/functions/order-ready"));
  await Deno.writeTextFile(join(path, "supabase/functions/order-ready/index.ts"), "export default {};\n");
  return {
    path,
    read: (file) => Deno.readTextFile(join(path, file)),
    write: (file, text) => Deno.writeTextFile(join(path, file), text),
    remove: (file) => Deno.remove(join(path, file), { recursive: true }),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Everything below a folder, so that a change would be seen. */
export async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const visit = async (at: string): Promise<void> => {
    const names = (await Array.fromAsync(Deno.readDir(at))).sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { name, isDirectory } of names) {
      const path = join(at, name);
      hash.update(`\0${relative(folder, path)}`);
      if (isDirectory) await visit(path);
      else hash.update(await Deno.readFile(path));
    }
  };
  await visit(folder);
  return hash.digest("hex");
}

type Instead = (request: Request, passOn: () => Promise<Response>) => Response | Promise<Response>;

export interface Front {
  readonly url: string;
  /** Where `/v1/…` goes, and everything else. Set when the stack is up. */
  readonly to: { model: string; api: string };
  /** Answers requests for a path otherwise, until the work is done. */
  answering<T>(path: RegExp, instead: Instead, work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export function startFront(): Front {
  const port = freePort();
  const to = { model: "", api: "" };
  let faults: { path: RegExp; instead: Instead }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const body = ["GET", "HEAD"].includes(request.method) ? null : await request.arrayBuffer();
    const base = pathname.startsWith("/v1/") ? to.model : to.api;
    const passOn = async () => {
      const answer = await fetch(base + pathname + search, {
        method: request.method,
        headers,
        body,
        redirect: "manual",
      });
      return new Response(answer.body, answer);
    };
    const fault = faults.find(({ path }) => path.test(pathname));
    return await (fault ? fault.instead(request, passOn) : passOn());
  });
  return {
    url: `http://127.0.0.1:${port}`,
    to,
    async answering(path, instead, work) {
      faults = [{ path, instead }];
      try {
        return await work();
      } finally {
        faults = [];
      }
    },
    stop: () => server.shutdown(),
  };
}

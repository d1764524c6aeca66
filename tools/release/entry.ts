/**
 * supabase-sms, without a clone: `deno run -A https://…/supabase-sms.ts add DIR`. The archive is beside this file, on any static
 * host or in a folder. Made by `deno task release`.
 */
const ARCHIVE = "{ARCHIVE}";
const SHA256 = "{SHA256}";
/** The tools of this release, with where they begin. */
const TOOLS: Record<string, string> = JSON.parse("{TOOLS}");

const [tool = "", ...args] = Deno.args;
const entry = TOOLS[tool];
if (entry === undefined) {
  stop(`Name one of the tools: ${Object.keys(TOOLS).join(", ")}. Each of them has --help.`);
}
const folder = await Deno.makeTempDir({ prefix: "supabase-sms-" });
let code = 1;
try {
  await unpackInto(folder, await download(new URL(ARCHIVE, import.meta.url)));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--no-lock",
      "--config",
      `${folder}/deno.json`,
      `${folder}/${entry}`,
      ...args,
    ],
    env: { INIT_CWD: Deno.cwd() },
  }).spawn();
  code = (await child.status).code;
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(code);

/** Stops unless it is the very archive that this file was made with. */
async function download(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url).catch((error) => stop(`${url} cannot be reached: ${error.message}.`));
  if (!response.ok) stop(`${url} answered ${response.status}: the archive belongs beside this file.`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== SHA256) {
    stop(`${url} is not the archive of this release: its SHA-256 is ${hex}. Nothing was changed.`);
  }
  return bytes;
}

async function unpackInto(folder: string, archive: Uint8Array<ArrayBuffer>): Promise<void> {
  const stream = new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip"));
  const files: Record<string, string> = await new Response(stream).json();
  for (const [path, text] of Object.entries(files)) {
    const file = `${folder}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}

function stop(line: string): never {
  // deno-lint-ignore no-console
  console.error(line);
  Deno.exit(2);
}

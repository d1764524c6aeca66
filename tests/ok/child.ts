import { spawnGuarded } from "../../local/guard.ts";
import { projectRoot } from "../../local/project.ts";

export interface Outcome {
  success: boolean;
  /** What to show when it failed. */
  output: string;
}

/** Runs Deno itself with these arguments; after `deadline` milliseconds it is killed and counts as failed. */
export async function deno(
  args: string[],
  deadline: number,
  env: Record<string, string> = {},
): Promise<Outcome> {
  const child = spawnGuarded(["/bin/sh", "-c", 'exec "$0" "$@" 2>&1', Deno.execPath(), ...args], {
    env: { ...Deno.env.toObject(), NO_COLOR: "1", ...env },
    cwd: projectRoot,
    stopSignal: "TERM",
    stdout: "piped",
  });
  const late = Promise.withResolvers<Outcome>();
  let output = "";
  const timer = setTimeout(() => void giveUp(), deadline);
  const awake = setInterval(() => {}, 60_000); // a guarded child alone does not keep us waiting
  async function giveUp() {
    await child.kill();
    // Not read to its end: a process that outlived its parent may hold the pipe open.
    late.resolve({ success: false, output: `${output}\nStopped: not done after ${deadline / 1000} s.` });
  }
  async function finish(): Promise<Outcome> {
    for await (const text of child.stdout?.pipeThrough(new TextDecoderStream()) ?? []) output += text;
    const { success, signal } = await child.status;
    // A killed child is reported by `giveUp`.
    return signal === "SIGKILL" ? await late.promise : { success, output };
  }
  try {
    return await Promise.race([finish(), late.promise]);
  } finally {
    clearTimeout(timer);
    clearInterval(awake);
  }
}

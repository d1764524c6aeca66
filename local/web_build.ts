import { join } from "node:path";
import { ALL_LIBRARIES, installAllLibraries } from "./libraries.ts";
import { projectRoot } from "./project.ts";

export interface WebBuild {
  /** Emptied first. */
  readonly folder: string;
  /** `stack` is the local stack's build: the only one with its demo sign-in. */
  readonly mode: "production" | "stack";
  /** The name of a list of what was built, which Vite then writes beside it. */
  readonly manifest?: string;
}

/**
 * Builds `web/` with Vite, in a process of its own: it takes about a second, and none of the caller's memory.
 *
 * @throws Error with what Vite said
 */
export async function buildWeb({ folder, mode, manifest }: WebBuild): Promise<void> {
  await installAllLibraries();
  const flags = [
    "--mode",
    mode,
    "--outDir",
    folder,
    "--emptyOutDir",
    ...manifest ? ["--manifest", manifest] : [],
  ];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...ALL_LIBRARIES, "npm:vite", "build", ...flags],
    cwd: join(projectRoot, "web"),
    // Rules out what the terminal's own NODE_ENV would make of React.
    env: { NO_COLOR: "1", NODE_ENV: "production" },
    stdin: "null",
  }).output();
  if (success) return;
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim()).join("\n");
  throw new Error(`The inbox cannot be built:\n${said}`);
}

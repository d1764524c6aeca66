/** What `git clone` of the printed address gets in a test: this project as it stands, also what is not committed. */
import { dirname, join } from "node:path";
import { run } from "../../../local/files.ts";
import { projectRoot } from "../../../local/project.ts";

export interface Origin extends AsyncDisposable {
  /** With it git takes this origin for the printed address. The command stays as it is. */
  readonly env: Record<string, string>;
}

const ADDRESS = "https://github.com/YOUR_ORG/";
/** A clone has the libraries that are here, in place of installing them: that takes a minute and 670 MB. */
const LINK_LIBRARIES = `#!/bin/sh
ln -s '${join(projectRoot, "node_modules")}' node_modules
`;

export async function startOrigin(): Promise<Origin> {
  const folder = await Deno.makeTempDir({ prefix: "supabase-sms-origin-" });
  const repository = join(folder, "supabase-sms");
  const listed = await run("git", ["ls-files", "-co", "--exclude-standard"], { cwd: projectRoot });
  for (const file of listed.split("\n").filter((file) => file !== "")) {
    await Deno.mkdir(dirname(join(repository, file)), { recursive: true });
    // One that was deleted and is still in the index.
    await Deno.copyFile(join(projectRoot, file), join(repository, file)).catch(() => {});
  }
  const git = (...args: string[]) => run("git", args, { cwd: repository });
  await git("init", "-q");
  await git("add", "-A");
  await git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "-m", "As it stands");
  const template = join(folder, "template");
  await Deno.mkdir(join(template, "hooks"), { recursive: true });
  await Deno.writeTextFile(join(template, "hooks/post-checkout"), LINK_LIBRARIES, { mode: 0o755 });
  return {
    env: {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: `url.file://${folder}/.insteadOf`,
      GIT_CONFIG_VALUE_0: ADDRESS,
      GIT_TEMPLATE_DIR: template,
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

import { dirname, join } from "node:path";
import { run } from "../../local/files.ts";
import { projectRoot } from "../../local/project.ts";
import { type Counts, countTests } from "../ok/counts.ts";
import { type Break, breakFile } from "./break.ts";
import { applyTree, copyMigrations } from "./tree.ts";

/** What the tests said of a break. */
export interface Verdict extends Counts {
  /** Names of the tests that failed. */
  readonly failures: string[];
}

const MINUTES = 5;

/** A break names an object of the tree, or a file. */
const isSql = ({ in: place }: Break): boolean =>
  !place.includes("/") || place.startsWith("supabase/schemas/");

/** A copy of the project in a temporary folder, to be broken and mended. */
export class ProjectCopy implements AsyncDisposable {
  /** Test files that passed without a break. */
  readonly #sound = new Map<string, Verdict>();

  private constructor(readonly root: string, private readonly postgresUrl: string) {}

  /** @param postgresUrl the server on which the copy's tests make their databases */
  static async make(postgresUrl: string): Promise<ProjectCopy> {
    const root = await Deno.makeTempDir({ prefix: "sms-breaks-" });
    const listed = await run("git", ["ls-files", "-co", "--exclude-standard"], { cwd: projectRoot });
    for (const file of listed.split("\n")) {
      await Deno.mkdir(dirname(join(root, file)), { recursive: true });
      await Deno.copyFile(join(projectRoot, file), join(root, file));
    }
    await Deno.symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
    return new ProjectCopy(root, postgresUrl);
  }

  /** @throws Error when the break does not fit the code any more */
  async testBroken(broken: Break): Promise<Verdict> {
    const { path, text, before } = await breakFile(this.root, broken);
    await Deno.writeTextFile(path, text);
    try {
      return await this.#testWith(broken);
    } finally {
      await Deno.writeTextFile(path, before);
    }
  }

  /** The same tests without the break: run once. */
  async testSound(broken: Break): Promise<Verdict> {
    const key = `${isSql(broken)} ${broken.caughtBy.join()}`;
    const verdict = this.#sound.get(key) ?? await this.#testWith(broken);
    this.#sound.set(key, verdict);
    return verdict;
  }

  /** A break of the tree needs the tree for a migration. The others get the real ones, of which add and the doctor have tests. */
  async #testWith(broken: Break): Promise<Verdict> {
    if (!isSql(broken)) return await this.test(broken.caughtBy);
    await applyTree(this.root);
    try {
      return await this.test(broken.caughtBy);
    } finally {
      await copyMigrations(projectRoot, this.root);
    }
  }

  private async test(files: readonly string[]): Promise<Verdict> {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", "--config", "deno.all.json", "--parallel", ...files],
      cwd: this.root,
      env: { NO_COLOR: "1", TEST_POSTGRES_URL: this.postgresUrl },
      signal: AbortSignal.timeout(MINUTES * 60_000),
    }).output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const failures = [...output.matchAll(/^(?:\.\/\S+ => )?(.+?) \.\.\. FAILED/gm)].map(([, name]) =>
      name ?? ""
    );
    return { ...countTests(output, success), failures: [...new Set(failures)] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

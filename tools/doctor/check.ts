import type { Subject } from "./subject.ts";

/** What is wrong, in a sentence, and the command or step that mends it. */
export interface Problem {
  readonly what: string;
  readonly mend: string;
}

/** How Node, the driver and Postgres (a wrong password, no such database) say that there is no connection. */
const NOT_CONNECTED = /^(ECONN|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|CONNECT_TIMEOUT|28|3D000)/;
export const PUSH = "npx -y supabase@3.1.0 db push --remote";

/** What keeps several checks from being made, and is wrong itself: the first of them fails, the others are skipped. */
export class Found extends Error {
  override readonly name = "Found";

  constructor(readonly problem: Problem, readonly why: string) {
    super(problem.what);
  }
}

/** A check that cannot be made. It is not a failure: the report says why. */
export class Skip extends Error {
  override readonly name = "Skip";
}

/** Looks at one thing, and changes nothing. @throws Skip, Found */
export type Look = (subject: Subject) => Promise<readonly Problem[]> | readonly Problem[];

export interface Check {
  /** Stable: scripts may ask for it in the JSON. */
  readonly name: string;
  /** What is so where nothing is wrong. */
  readonly title: string;
  readonly look: Look;
}

export interface Result {
  readonly name: string;
  readonly title: string;
  readonly status: "ok" | "failed" | "skipped";
  readonly problems: readonly Problem[];
  /** Why it was skipped. */
  readonly why: string | null;
}

/** A look that fails itself is a failure to report, not the end of the others. Its words may hold an address, never a key. */
export async function make({ name, title, look }: Check, subject: Subject): Promise<Result> {
  try {
    const problems = await look(subject);
    return { name, title, status: problems.length === 0 ? "ok" : "failed", problems, why: null };
  } catch (error) {
    if (error instanceof Skip) return { name, title, status: "skipped", problems: [], why: error.message };
    const found = error instanceof Found ? error : notConnected(error);
    if (found !== null) {
      const { problem: { what, mend }, why } = found;
      if (subject.found.has(why)) return { name, title, status: "skipped", problems: [], why };
      subject.found.add(why);
      const problems = [{ what: subject.withoutSecrets(what), mend }];
      return { name, title, status: "failed", problems, why: null };
    }
    const what = `This check broke: ${error instanceof Error ? error.message : String(error)}`;
    return {
      name,
      title,
      status: "failed",
      problems: [{ what: subject.withoutSecrets(what), mend: "Read it, and tell us." }],
      why: null,
    };
  }
}

function notConnected(error: unknown): Found | null {
  if (!(error instanceof Error && "code" in error && NOT_CONNECTED.test(String(error.code)))) return null;
  return new Found({
    what: `The database cannot be reached: ${error.message}.`,
    mend: "Look at --db: host, port, password. Dashboard > Connect has it (session pooler).",
  }, "the database cannot be reached");
}

/** "a, b, c and 4 more" */
export function listed(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}

import { join } from "node:path";
import { schemaFiles } from "./tree.ts";

/** A deliberate mistake, and the tests that must notice it. */
export interface Break {
  /** The rule that is broken, as a sentence a reader understands without the code. */
  readonly name: string;
  /** A function of the SQL tree (`sms_private.record_twilio_sid`), or a file with its path. */
  readonly in: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files, from the root. At least one test of them fails. */
  readonly caughtBy: readonly string[];
}

/** One file with a mistake in it. */
export interface BrokenFile {
  readonly path: string;
  readonly text: string;
  readonly before: string;
}

/**
 * The file of `root` that the break changes, changed.
 *
 * @throws Error when the text to be replaced is not there, or not once: then the code has changed and the break must follow
 */
export async function breakFile(root: string, { in: place, find, replace }: Break): Promise<BrokenFile> {
  const { path, before, from, to } = place.includes("/")
    ? await wholeFile(root, place)
    : await sqlFunction(root, place);
  const inside = before.slice(from, to);
  const [head, tail, ...more] = inside.split(find);
  if (tail === undefined || more.length > 0) {
    throw new Error(`${place} has this ${tail === undefined ? "nowhere" : "more than once"}: ${find}`);
  }
  return { path, before, text: `${before.slice(0, from)}${head}${replace}${tail}${before.slice(to)}` };
}

async function wholeFile(root: string, place: string) {
  const path = join(root, place);
  const before = await Deno.readTextFile(path);
  return { path, before, from: 0, to: before.length };
}

/** Wherever in the tree it is: files may be split and renamed. */
async function sqlFunction(root: string, name: string) {
  for (const { path, text } of await schemaFiles(root)) {
    const from = text.indexOf(`create function ${name}(`);
    if (from >= 0) {
      return { path, before: text, from, to: text.indexOf("\n$$;", from) + 1 || oneLineEnd(text, from) };
    }
  }
  throw new Error(`There is no function ${name} in the tree`);
}

/** Of a function whose body stands on one line. */
const oneLineEnd = (text: string, from: number) => text.indexOf("$$;", from);

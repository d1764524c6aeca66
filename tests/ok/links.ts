import { dirname, join, normalize } from "node:path";
import { projectRoot } from "../../local/project.ts";

/** Pages that are made by a task or grow by nature. */
const LONG = /^(CHANGELOG\.md|docs\/reference\/|docs\/results\/|tests\/)/;
const MOST_LINES = 150;
const MOST_LINES_OF_README = 120;
// [words](link "title"), ![picture](link), [label]: link, and href or src of HTML.
const LINKS = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"\n]*")?\s*\)/g,
  /^ {0,3}\[[^\]\n]+\]:\s+<?(\S+?)>?\s*$/gm,
  /\b(?:href|src)="([^"]+)"/g,
];
const RULES = /^docs\/rules\//;
// Only the author's machine has these.
const ELSEWHERE = /(?:^|[\s(`"'=:])(?:(?:\.\.\/)+shared\b|\/(?:work|root|home|tmp|Users)\/|file:\/\/)/m;

/** A page as it is in the repository: its path from the root, and its text. */
export interface Page {
  path: string;
  text: string;
}

/**
 * Looks at every Markdown page: links inside the repository lead somewhere, no page is too long, none names a place
 * outside the repository, and every rule in docs/rules links to the code that keeps it.
 *
 * @returns a line for each problem
 */
export async function checkLinks(): Promise<string[]> {
  const files = await trackedFiles();
  // What tools/reference holds becomes part of pages in docs/reference: its links are relative to those.
  const pages = files.filter((path) => path.endsWith(".md") && !path.startsWith("tools/"));
  return problemsOf(
    await Promise.all(
      pages.map(async (path) => ({ path, text: await Deno.readTextFile(join(projectRoot, path)) })),
    ),
    files,
  );
}

/** @param files every path of the repository, so that a link to a folder or a source file counts too */
export function problemsOf(pages: Page[], files: string[]): string[] {
  const known = new Set(files);
  for (const file of files) for (let at = dirname(file); at !== "."; at = dirname(at)) known.add(at);
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));
  return pages.flatMap((page) => [
    ...lengthProblems(page),
    ...linksOf(page).flatMap((link) => linkProblems(page, link, known, anchors)),
    ...ELSEWHERE.test(page.text) ? [`${page.path} names a place outside the repository`] : [],
    ...RULES.test(page.path) ? rulesWithoutSource(page) : [],
  ]);
}

function lengthProblems({ path, text }: Page): string[] {
  const lines = text.trimEnd().split("\n").length;
  const most = path === "README.md" ? MOST_LINES_OF_README : MOST_LINES;
  return lines > most && !LONG.test(path) ? [`${path} has ${lines} lines; ${most} are the most`] : [];
}

function linksOf({ text }: Page): string[] {
  const prose = proseOf(text);
  return LINKS.flatMap((form) => [...prose.matchAll(form)].map(([, link = ""]) => link))
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** Without fenced blocks, also indented ones, and without code in a line: what looks like a link there is none. */
function proseOf(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** A bullet says one rule, and ends with the file that keeps it: `([30_rules/consent])` with that label's link below. */
function rulesWithoutSource({ path, text }: Page): string[] {
  const prose = proseOf(text);
  const labels = new Map(
    [...prose.matchAll(/^\[([^\]\n]+)\]:\s+(\S+)/gm)].map(([, label, link]) => [label, link]),
  );
  const bullets = text.split(/^(?=- )|\n\n|^(?=#)/m).filter((part) => part.startsWith("- "));
  return bullets.filter((bullet) => {
    const links = [...bullet.matchAll(/\]\((\S+?)\)/g)].map(([, link]) => link);
    const named = [...bullet.matchAll(/\[([^\]\n]+)\](?!\()/g)].map(([, label]) => labels.get(label));
    return ![...links, ...named].some((link) => /^(\.\.\/)+(supabase|web)\//.test(link ?? ""));
  }).map((bullet) =>
    `${path} has a rule without a link to its source: ${bullet.slice(2, 60).replace(/\s+/g, " ").trim()}`
  );
}

function linkProblems(page: Page, link: string, known: Set<string>, anchors: Map<string, Set<string>>) {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page.path : normalize(join(dirname(page.path), file)).replace(/\/$/, "");
  if (!known.has(target)) return [`${page.path} links to ${link}, which is not there`];
  if (anchor === undefined || anchors.get(target)?.has(anchor)) return [];
  return [`${page.path} links to ${link}, but that page has no such heading`];
}

/** As GitHub makes them of headings: lower case, no punctuation, blanks to dashes. */
function anchorsOf(text: string): Set<string> {
  const prose = text.replace(/^ *```[\s\S]*?^ *```/gm, "");
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-")
    ),
  );
}

async function trackedFiles(): Promise<string[]> {
  const { stdout, success } = await new Deno.Command("git", {
    args: ["ls-files", "--cached", "--others", "--exclude-standard"],
    cwd: projectRoot,
    stdout: "piped",
  }).output();
  if (!success) throw new Error("git ls-files failed: is this a clone?");
  return new TextDecoder().decode(stdout).split("\n").filter((path) => path !== "");
}

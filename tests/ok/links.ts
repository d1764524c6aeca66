import { dirname, join, normalize } from "node:path";
import { projectRoot } from "../../local/project.ts";

/** Pages that are made by a task or grow by nature. */
const LONG = /^(CHANGELOG\.md|docs\/reference\/|docs\/results\/|tests\/)/;
const MOST_LINES = 150;
const MOST_LINES_OF_README = 120;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
// What nobody has who reads the repository elsewhere.
const ELSEWHERE = /(?:^|[\s(`"'])(?:\.\.\/shared\b|\/(?:work|root|home|tmp)\/)/;

/** A page as it is in the repository: its path from the root, and its text. */
export interface Page {
  path: string;
  text: string;
}

/**
 * Looks at every Markdown page: links inside the repository lead somewhere, no page is too long, and none names a place
 * outside the repository.
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
  ]);
}

function lengthProblems({ path, text }: Page): string[] {
  const lines = text.trimEnd().split("\n").length;
  const most = path === "README.md" ? MOST_LINES_OF_README : MOST_LINES;
  return lines > most && !LONG.test(path) ? [`${path} has ${lines} lines; ${most} are the most`] : [];
}

function linksOf({ text }: Page): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(LINK)].map(([, link = ""]) => link).filter((link) => !/^[a-z]+:/.test(link));
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
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
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

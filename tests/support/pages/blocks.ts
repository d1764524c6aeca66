/** The fenced blocks of the pages, as they are printed. */
import { join } from "node:path";
import { projectRoot } from "../../../local/project.ts";

export interface Block {
  readonly page: string;
  /** Of its first line of code. */
  readonly line: number;
  /** What stands behind the fence: `sh`, `sql`, `ts`, `text` … */
  readonly language: string;
  /** Without the page's indent. */
  readonly code: string;
  /** What the `text` block right below says that it prints; empty if there is none. */
  readonly prints: readonly string[];
}

/** Fences of what nobody runs: what something prints, and pictures. */
export const NOT_RUN: readonly string[] = ["text", "mermaid"];

const FENCED = /^( *)```([^\n]*)\n([\s\S]*?)^\1```$/gm;
/** How much may stand between a command and what it prints. */
const RIGHT_BELOW = /^\n\n$/;

/** @param text of the page */
export function blocksOf(page: string, text: string): Block[] {
  const found = [...text.matchAll(FENCED)].map(([whole, indent = "", language = "", inside = ""], n, all) => {
    const at = all[n]?.index ?? 0;
    const code = inside.split("\n").map((line) => line.startsWith(indent) ? line.slice(indent.length) : line)
      .join("\n");
    return { language: language.trim(), code, at, end: at + whole.length };
  });
  return found.map(({ language, code, at, end }, n) => {
    const next = found[n + 1];
    const printed = next?.language === "text" && language !== "text" &&
      RIGHT_BELOW.test(text.slice(end, next.at));
    return {
      page,
      line: text.slice(0, at).split("\n").length + 1,
      language,
      code,
      prints: printed ? next.code.split("\n").filter((line) => line !== "") : [],
    };
  });
}

export async function readBlocks(page: string): Promise<Block[]> {
  return blocksOf(page, await Deno.readTextFile(join(projectRoot, page)));
}

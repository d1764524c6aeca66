/** Comments that the structure leaves out: pg-delta does not repeat those of a view that it drops and makes anew. */
import type { Catalogue } from "../catalogue.ts";

const COMMENT =
  /^comment (?:(?:table|view|materialized view|composite type) (column|constraint)|(\w+)) (.+)$/;

/**
 * @param structured what a project holds once the structure is applied
 * @returns statements that give the comments of the tree which it does not have
 */
export function commentStatements(structured: Catalogue, tree: Catalogue): string[] {
  return [...tree].flatMap(([name, text]) => {
    const [, part, whole, identity] = COMMENT.exec(name) ?? [];
    if (identity === undefined || structured.get(name) === text) return [];
    return [`comment on ${part ?? whole} ${identity} is '${text.replaceAll("'", "''")}'`];
  });
}

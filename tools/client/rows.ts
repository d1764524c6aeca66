/** Reads rows and arguments out of the generated types of the database (`database/types.ts`). */

/** The text between the braces that begin at `from`. */
function block(text: string, from: number): string {
  let depth = 0;
  for (let at = text.indexOf("{", from);; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}" && --depth === 0) {
      return text.slice(text.indexOf("{", from) + 1, at);
    }
    if (at >= text.length) {
      throw new Error("a block of database/types.ts does not end");
    }
  }
}

export interface Column {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
}

const columnsIn = (text: string): Column[] =>
  [...text.matchAll(/"(\w+)"(\??): ([^;]+?)\s*(?:;|$)/g)].map((
    [, name = "", optional, type = ""],
  ) => ({
    name,
    optional: optional === "?",
    type: type.replace(/\bJson\b/g, "unknown"),
  }));

export class DatabaseTypes {
  constructor(readonly text: string) {}

  columns(table: string, of: "Row" | "Insert"): Column[] {
    const found = this.text.indexOf(`"${table}": {\n        Row: {`);
    if (found < 0) throw new Error(`database/types.ts has no table ${table}`);
    return columnsIn(block(this.text, this.text.indexOf(`${of}: {`, found)));
  }

  /** A verb without arguments takes none. */
  arguments(verb: string): Column[] {
    const at = this.text.indexOf(
      `"${verb}": {`,
      this.text.indexOf("Functions: {"),
    );
    if (at < 0) throw new Error(`database/types.ts has no verb ${verb}`);
    const whole = block(this.text, at);
    const args = whole.indexOf("Args: {");
    return args < 0 ? [] : columnsIn(block(whole, args));
  }
}

export const fields = (columns: readonly Column[]): string =>
  columns.map(({ name, optional, type }) => `readonly ${name}${optional ? "?" : ""}: ${type};`).join("\n");

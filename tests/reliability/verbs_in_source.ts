/** Which verbs each function calls, read from the source: what is called there can be killed there. */
import { dirname, join, normalize } from "node:path";
import { projectRoot } from "../../local/project.ts";

const FUNCTIONS = "supabase/functions";

interface Import {
  path: string;
  names: string[];
}

interface Module {
  imports: Import[];
  /** Verbs by the exported name whose code calls them. */
  verbs: Map<string, string[]>;
}

const IMPORT = /^import\s+(?:type\s+)?(?:\{([^}]*)\}|(\w+))\s+from\s+"(\.[^"]+)"/gm;
/** `rpc(client, "verb", …)` and `rpcOrRefusal(client, "verb", …)`. */
const CALL = /\brpc(?:OrRefusal)?\(\s*[\w.]+,\s*"([a-z_]+)"/g;
const EXPORT = /^export (?:async )?(?:function|const|interface|type|class|default)\s*(\w*)/;

/**
 * The verbs that a function's own modules call, and those of shared ones whose wrappers they import by name.
 *
 * @returns sorted, each once
 */
export async function verbsCalledBy(name: string): Promise<string[]> {
  const called = new Set<string>();
  const visited = new Set<string>();
  const visit = async (path: string, names: readonly string[] | null): Promise<void> => {
    const { imports, verbs } = await readModule(path);
    for (const [exported, those] of verbs) {
      if (names === null || names.includes(exported)) those.forEach((verb) => called.add(verb));
    }
    if (visited.has(path)) return;
    visited.add(path);
    for (const { path: next, names } of imports) await visit(next, names);
  };
  await visit(`${FUNCTIONS}/${name}/index.ts`, null);
  return [...called].sort();
}

const modules = new Map<string, Promise<Module>>();

function readModule(path: string): Promise<Module> {
  const known = modules.get(path) ?? parseModule(path);
  modules.set(path, known);
  return known;
}

async function parseModule(path: string): Promise<Module> {
  const source = await Deno.readTextFile(join(projectRoot, path));
  const imports = [...source.matchAll(IMPORT)].map(([, named, whole, from = ""]) => ({
    path: normalize(join(dirname(path), from)),
    names: (named ?? whole ?? "").split(",").map((name) =>
      name.trim().replace(/^type /, "").split(" as ")[0] ?? ""
    ),
  }));
  const verbs = new Map<string, string[]>();
  for (const part of source.split(/^(?=export )/m)) {
    const calls = [...part.matchAll(CALL)].map(([, verb = ""]) => verb);
    if (calls.length > 0) verbs.set(EXPORT.exec(part)?.[1] ?? "", calls);
  }
  return { imports, verbs };
}

import { z } from "zod";

const Lock = z.object({
  npm: z.record(
    z.string(),
    z.looseObject({
      dependencies: z.array(z.string()).default([]),
      optionalDependencies: z.array(z.string()).default([]),
    }),
  ),
});

/** A package that deno.all.lock names. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  /** What it brings along, however far down; without what only some platforms get. */
  readonly brings: ReadonlySet<string>;
}

/** `@scope/name@1.2.3_peer@4.5.6` → the name and the version. */
function partsOf(key: string): { name: string; version: string } {
  const [, name = key, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
  return { name, version };
}

/** Every package of a lock file (deno.all.lock, version 5). */
export function lockedPackages(text: string): Locked[] {
  const { npm } = Lock.parse(JSON.parse(text));
  const keys = Object.keys(npm);
  const byName = Map.groupBy(keys, (key) => partsOf(key).name);
  /** A dependency is written as its name, or with its version where there are several. */
  const find = (dependency: string) =>
    npm[dependency]
      ? dependency
      : byName.get(partsOf(dependency).name)?.find((key) => key.startsWith(dependency));
  return keys.map((key) => {
    const brings = new Set<string>();
    const waiting = [key];
    for (const one of waiting) {
      for (const dependency of npm[one]?.dependencies ?? []) {
        const found = find(dependency);
        if (found === undefined || brings.has(found)) continue;
        brings.add(found);
        waiting.push(found);
      }
    }
    brings.delete(key);
    return { ...partsOf(key), brings };
  });
}

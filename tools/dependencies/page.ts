import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { declaredPackages } from "./declared.ts";
import { lockedPackages } from "./locked.ts";

/** docs/reference/packages.md, from the files that name packages and from deno.all.lock. */
export async function packagesPage(): Promise<string> {
  const locked = lockedPackages(await Deno.readTextFile(join(projectRoot, "deno.all.lock")));
  const rows = (await declaredPackages()).map(({ name, version, places }) => {
    const found = locked.find((one) => one.name === name && one.version === version);
    const brings = found ? String(found.brings.size) : "not in deno.all.lock";
    return `| \`${name}\` | ${version} | ${places.map((place) => `\`${place}\``).join(", ")} | ${brings} |`;
  });
  return `# Which versions are used?

Made by \`deno task reference\` from the files that name packages, and from \`deno.all.lock\`, which has ${locked.length} packages in all, each
with its integrity. What each is for: [dependencies](../dependencies.md). \`deno task advisories\` asks whether something is known
against one of them.

| package | version | named in | packages it brings |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

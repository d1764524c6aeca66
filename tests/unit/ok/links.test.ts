import { strict as assert } from "node:assert";
import { problemsOf } from "../../ok/links.ts";

const FILES = ["README.md", "docs/rules/a.md", "docs/rules/b.md", "supabase/schemas/10_x.sql"];
const problems = (text: string, path = "docs/rules/a.md") =>
  problemsOf([{ path, text }, { path: "docs/rules/b.md", text: "# Who may see what?\n" }], FILES);

Deno.test("problemsOf() accepts links to pages, headings, files and folders, and to other sites", () => {
  const text = "# A\n[b](b.md) [who](b.md#who-may-see-what) [sql](../../supabase/schemas/10_x.sql) " +
    "[folder](../../supabase/schemas) [here](#a) [site](https://example.com/x) `[not](a-link.md)`";
  assert.deepEqual(problems(text), []);
});

Deno.test("problemsOf() names a link to a page that is not there", () => {
  assert.deepEqual(problems("[c](c.md)"), ["docs/rules/a.md links to c.md, which is not there"]);
});

Deno.test("problemsOf() names a link to a heading that is not there", () => {
  assert.deepEqual(problems("[b](b.md#nothing)"), [
    "docs/rules/a.md links to b.md#nothing, but that page has no such heading",
  ]);
});

Deno.test("problemsOf() names a page that is too long, README earlier than others", () => {
  const lines = (count: number) => Array(count).fill("x").join("\n");
  assert.deepEqual(problems(lines(150)), []);
  assert.equal(problems(lines(151)).length, 1);
  assert.equal(problems(lines(121), "README.md").length, 1);
  assert.deepEqual(problems(lines(500), "CHANGELOG.md"), []);
});

Deno.test("problemsOf() names a page that mentions a place outside the repository", () => {
  assert.equal(problems("See `../shared/notes.md`.").length, 1);
  assert.deepEqual(problems("See _shared/sms and ../shared_code."), []);
});

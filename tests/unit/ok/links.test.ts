import { strict as assert } from "node:assert";
import { problemsOf } from "../../ok/links.ts";

const FILES = ["README.md", "docs/a.md", "docs/b.md", "supabase/schemas/10_x.sql"];
const problems = (text: string, path = "docs/a.md") =>
  problemsOf([{ path, text }, { path: "docs/b.md", text: "# Who may see what?\n" }], FILES);

Deno.test("problemsOf() accepts links to pages, headings, files and folders, and to other sites", () => {
  const text = "# A\n[b](b.md) [who](b.md#who-may-see-what) [sql](../supabase/schemas/10_x.sql) " +
    "[folder](../supabase/schemas) [here](#a) [site](https://example.com/x) `[not](a-link.md)`";
  assert.deepEqual(problems(text), []);
});

Deno.test("problemsOf() names a link to a page that is not there", () => {
  assert.deepEqual(problems("[c](c.md)"), ["docs/a.md links to c.md, which is not there"]);
});

Deno.test("problemsOf() names a link to a heading that is not there", () => {
  assert.deepEqual(problems("[b](b.md#nothing)"), [
    "docs/a.md links to b.md#nothing, but that page has no such heading",
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

Deno.test("problemsOf() sees titles, pictures, labels and HTML", () => {
  const text =
    '[b](c.md "title")\n![picture](d.svg)\n[label]: e.md\n<img src="f.png">\n```\n[not](g.md)\n```\n';
  assert.deepEqual(problems(text).map((problem) => /to (\S+),/.exec(problem)?.[1]), [
    "c.md",
    "d.svg",
    "e.md",
    "f.png",
  ]);
});

Deno.test("problemsOf() names a path of one machine, wherever it stands", () => {
  for (const path of ["/home/me/x", "/Users/me/x", "file:///x", "../../shared/notes.md"]) {
    assert.equal(problems(`Read ${path} first.`).length, 1, path);
    assert.equal(problems("```sh\nDIR=" + path + "\n```").length, 1, path);
  }
});

Deno.test("problemsOf() names a rule that links to no source", () => {
  const source = "[10_x]: ../../supabase/schemas/10_x.sql\n";
  const rules = (text: string) => problems(text + source, "docs/rules/a.md");
  assert.deepEqual(
    rules("# A\n\n- One rule\n  in two lines. ([10_x])\n- Two. ([sql](../../supabase/schemas/10_x.sql))\n\n"),
    [],
  );
  assert.deepEqual(rules("# A\n\n- One. ([10_x])\n- Another\n  rule.\n\n"), [
    "docs/rules/a.md has a rule without a link to its source: Another rule.",
  ]);
  assert.deepEqual(problems("# A\n\n- No rule page.\n"), []);
});

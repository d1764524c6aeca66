import assert from "node:assert/strict";
import { join } from "node:path";
import { freePort } from "../../../local/ports.ts";
import { projectRoot } from "../../../local/project.ts";
import type { Simulator } from "../../../local/simulator/mod.ts";
import { PAGE_HEADERS, startWeb } from "../../../local/web.ts";

Deno.test("the hosting page names each header that the local page is served with, and its value", async () => {
  const page = await Deno.readTextFile(join(projectRoot, "web/README.md"));
  for (const [name, value] of Object.entries(PAGE_HEADERS)) {
    assert.equal(page.split(`${name}: ${value}`).length - 1, 2, `${name} is in the table and in the example`);
  }
});

Deno.test("what the page learns at its start comes with the same headers", async () => {
  const simulator: Simulator = { handle: () => Promise.resolve(new Response()), stop: () => {} };
  await using web = startWeb(new Map(), { port: freePort(), config: { realtime: false }, simulator });
  const response = await fetch(`${web.url}/config.json`);
  assert.deepEqual(await response.json(), { realtime: false });
  for (const [name, value] of Object.entries(PAGE_HEADERS)) assert.equal(response.headers.get(name), value);
});

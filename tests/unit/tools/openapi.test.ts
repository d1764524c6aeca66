import { strict as assert } from "node:assert";
import { projectRoot } from "../../../local/project.ts";
import { operations } from "../../../tools/openapi/operations.ts";

const errors = await Deno.readTextFile(`${projectRoot}/docs/errors.md`);

/** The codes in a text's code spans. */
const codesIn = (text: string) => [...text.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code]) => code ?? "");

/** What docs/errors.md says of a verb that it refuses with. */
function refusalsOf(verb: string): string[] {
  const row = errors.split("\n").find((line) => line.startsWith("| `") && line.includes(`\`${verb}\``));
  return codesIn(row?.split("|")[3] ?? "");
}

function documented(method: string, path: string): string[] {
  const operation = operations.find((each) => each.method === method && each.path === path);
  return Object.values(operation?.refusals ?? {}).flat();
}

/** The contract refuses these as INVALID_REQUEST before the verb sees them. */
const BY_CONTRACT = [
  "NO_RECIPIENTS",
  "TOO_MANY_RECIPIENTS",
  "INVALID_NAME",
  "INVALID_PAGE_SIZE",
  "INVALID_STATUS",
  "INVALID_ANSWERER",
];

const calls: [string, string, string, string][] = [
  ["sms_create_message", "post", "/sms-send", ""],
  ["sms_create_broadcast", "post", "/sms-send", ""],
  ["sms_search_conversations", "get", "/sms-conversation", ""],
  ["sms_get_conversation", "get", "/sms-conversation/{id}", ""],
  ["sms_update_conversation", "patch", "/sms-conversation/{id}", ""],
  [
    "sms_get_attachment",
    "get",
    "/sms-conversation/{id}/media/{message}/{n}",
    "## Errors of `sms-conversation`",
  ],
];
for (const [verb, method, path, heading] of calls) {
  Deno.test(`${method} ${path} is documented with what ${verb}() refuses`, () => {
    const section = heading === "" ? "" : errors.split(heading)[1]?.split("\n## ")[0] ?? "";
    const expected = [...refusalsOf(verb), ...codesIn(section)]
      .filter((code) => ![...BY_CONTRACT, "UNAVAILABLE"].includes(code));
    assert(expected.length > 0);
    const told = documented(method, path);
    assert.deepEqual(expected.filter((code) => !told.includes(code)), []);
  });
}

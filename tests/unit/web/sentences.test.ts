/** What the page says of refusals: a sentence for each code, and never an API's own words. */
import assert from "node:assert/strict";
import { SmsError } from "../../../client/mod.ts";
import { loadSentences, messageOf, sentenceOf } from "../../../web/src/lib/errors.ts";
import { SENTENCES, WITH_PARTICULARS } from "../../../web/src/lib/sentences.ts";

const RAW = "function sms_create_message(jsonb) raised";

async function codes(): Promise<string[]> {
  const [server = "", client = ""] = await Promise.all(
    ["codes", "error"].map((name) =>
      Deno.readTextFile(new URL(`../../../client/${name}.ts`, import.meta.url))
    ),
  );
  const listed = [server.split("SENTENCES")[0] ?? "", /ClientCode =([^;]*);/.exec(client)?.[1] ?? ""];
  return listed.flatMap((part) => [...part.matchAll(/"([A-Z][A-Z_]+)"/g)].map(([, code]) => code ?? ""));
}

Deno.test("every code of the client has a sentence, and none is a code or a verb", async () => {
  const all = await codes();
  assert(all.length > 100, "the list was found");
  assert.deepEqual(all.filter((code) => !Object.hasOwn(SENTENCES, code)), []);
  for (const [code, sentence] of Object.entries(SENTENCES)) {
    assert.match(sentence, /^[A-Z].*[.]$/, code);
    assert.doesNotMatch(sentence, /sms_|_id\b|\b[A-Z]{3,}_[A-Z]+|request id/i, code);
  }
  for (const code of WITH_PARTICULARS) assert(all.includes(code), `${code} is still a code`);
});

Deno.test("an error is said in the page's words, whatever the server wrote", async () => {
  const of = (code: string, status: number) => messageOf(new SmsError(code, status, RAW));
  // Before the sentences have come, and after.
  for (const load of [() => Promise.resolve(), loadSentences]) {
    await load();
    for (
      const [code, status] of [
        ["22P02", 400],
        ["PGRST202", 404],
        ["INTERNAL", 500],
        ["HTTP_418", 418],
        [
          "INVALID_JWT",
          401,
        ],
        ["RATE_LIMITED", 429],
        ["OF_A_LATER_VERSION", 422],
        ["UNREACHABLE", 0],
      ] as const
    ) {
      assert.notEqual(of(code, status), RAW, code);
      assert.match(of(code, status), /^[A-Z].*[.]$/);
    }
  }
  assert.match(of("COUNTRY_NOT_ALLOWED", 422), /may not text this country/);
  assert.match(sentenceOf("KEY_FORGOTTEN"), /may have been sent/);
  assert.equal(of("API_KEY_LACKS_PERMISSION", 422), RAW, "that one names the permission");
  assert.equal(messageOf(new TypeError("x is undefined")), "Something went wrong on this page. Reload it.");
});

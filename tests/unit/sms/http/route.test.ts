import assert from "node:assert/strict";
import { z } from "zod";
import { parseQuery, pathAfter } from "../../../../supabase/functions/_shared/sms/http/route.ts";

const at = (path: string) => new Request(`http://x.test${path}`);

Deno.test("pathAfter() is what stands behind the function's name, decoded", () => {
  assert.deepEqual(pathAfter(at("/sms-numbers"), "sms-numbers"), []);
  assert.deepEqual(pathAfter(at("/sms-numbers/unassigned/"), "sms-numbers"), ["unassigned"]);
  assert.deepEqual(pathAfter(at("/functions/v1/sms-conversation/phone-%2B1555/x"), "sms-conversation"), [
    "phone-+1555",
    "x",
  ]);
  assert.throws(() => pathAfter(at("/sms-conversation/%E0%A4%A"), "sms-conversation"), {
    code: "INVALID_PATH",
  });
});

Deno.test("parseQuery() refuses what the schema does not know, and names that come twice", () => {
  const schema = z.strictObject({ limit: z.coerce.number().int().max(100).optional() });
  assert.deepEqual(parseQuery(at("/?limit=5"), schema), { limit: 5 });
  for (const query of ["limit=101", "limit=x", "limit=1&limit=2", "page=1", "__proto__=1"]) {
    assert.throws(() => parseQuery(at(`/?${query}`), schema), { code: "INVALID_REQUEST" }, query);
  }
});

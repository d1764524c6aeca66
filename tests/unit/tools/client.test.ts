import assert from "node:assert/strict";
import { codes, codeType } from "../../../tools/client/codes.ts";
import { DatabaseTypes } from "../../../tools/client/rows.ts";
import { typeOf } from "../../../tools/client/schema.ts";

Deno.test("typeOf() writes what zod-openapi makes, and refuses what it does not know", () => {
  assert.equal(typeOf({ type: ["string", "null"] }), "string | null");
  assert.equal(typeOf({ anyOf: [{ type: "integer" }, { type: "null" }] }), "number | null");
  assert.equal(typeOf({ type: "array", items: { enum: ["a", "b"] } }), 'readonly ("a" | "b")[]');
  assert.equal(typeOf({ $ref: "#/components/schemas/Message" }), "Message");
  assert.equal(
    typeOf({ type: "object", properties: { id: { type: "string" }, at: { const: true } }, required: ["id"] }),
    "{\nreadonly id: string;\nreadonly at?: true;\n}",
  );
  assert.equal(
    typeOf({ type: "object", additionalProperties: { type: "number" } }),
    "Readonly<Record<string, number>>",
  );
  assert.throws(() => typeOf({ type: "tuple" }), /No TypeScript/);
});

Deno.test("arguments of a verb are read whether they stand on one line or on many", () => {
  const types = new DatabaseTypes(`Functions: {
      "sms_one": { Args: { "id": string }; Returns: Json };
      "sms_more": {
        Args: {
          "at"?: string;
          "list"?: (string)[];
        };
        Returns: Json;
      };
      "sms_none": { Args: never; Returns: Json };`);
  assert.deepEqual(types.arguments("sms_one"), [{ name: "id", optional: false, type: "string" }]);
  assert.deepEqual(types.arguments("sms_more").map(({ name }) => name), ["at", "list"]);
  assert.deepEqual(types.arguments("sms_none"), []);
  assert.throws(() => types.arguments("sms_other"), /no verb sms_other/);
});

Deno.test("the union of codes has those of verbs and functions, and numbers for Twilio's", () => {
  const all = codes();
  for (const code of ["RECIPIENT_OPTED_OUT", "MISSING_CREDENTIALS", "MODEL_TIMEOUT", "MESSAGE_MISMATCH"]) {
    assert(all.includes(code), code);
  }
  assert(!all.includes("mismatch") && !all.includes("SIGNATURE_MISSING"));
  assert.equal(codeType("TWILIO_<code>"), "`TWILIO_${number}`");
});

import { strict as assert } from "node:assert";
import { withoutAdded } from "../../replay/added_fields.ts";

const read = (request: string, body: unknown, added: string[]) => withoutAdded({ request, body }, added).body;

Deno.test("withoutAdded() takes a listed field out of its object, at any depth", () => {
  const body = { conversations: [{ id: 1, contact: { name: "Ada", note: "Window" } }], note: "stays" };
  assert.deepEqual(read("ada: GET functions/v1/sms-conversation", body, ["contact.note"]), {
    conversations: [{ id: 1, contact: { name: "Ada" } }],
    note: "stays",
  });
});

Deno.test("withoutAdded() knows the rows of a table by its name of today", () => {
  const rows = [{ id: 1, note: "Window" }];
  const added = ["sms_contacts.note"];
  assert.deepEqual(read("ada: GET rest/v1/contacts?order=number", rows, added), [{ id: 1 }]);
  assert.deepEqual(read("ada: GET rest/v1/phone_numbers", rows, added), rows);
  assert.deepEqual(read("ada: POST rest/v1/rpc/take_over", rows, added), rows);
});

Deno.test("withoutAdded() changes nothing without a list", () => {
  const body = [null, { contact: { note: "new" } }];
  assert.deepEqual(read("ada: GET rest/v1/contacts", body, []), body);
});

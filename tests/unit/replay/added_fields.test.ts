import { strict as assert } from "node:assert";
import { withoutAdded } from "../../replay/added_fields.ts";

Deno.test("withoutAdded() takes a listed field out of its object, at any depth", () => {
  const answer = { conversations: [{ id: 1, contact: { name: "Ada", note: "Window" } }], note: "stays" };
  assert.deepEqual(withoutAdded(answer, ["contact.note"]), {
    conversations: [{ id: 1, contact: { name: "Ada" } }],
    note: "stays",
  });
});

Deno.test("withoutAdded() knows an object in a list by the list's name", () => {
  assert.deepEqual(withoutAdded({ messages: [{ id: 1, tone: "kind" }] }, ["messages.tone"]), {
    messages: [{ id: 1 }],
  });
});

Deno.test("withoutAdded() changes nothing without a list", () => {
  const answer = { status: 200, body: [null, { contact: { note: "new" } }], headers: { etag: "1" } };
  assert.deepEqual(withoutAdded(answer, []), answer);
});

import assert from "node:assert/strict";
import {
  contentArguments,
  type ContentInput,
} from "../../../../supabase/functions/_shared/sms/sending/input.ts";

const input: ContentInput = {
  onBehalfOf: null,
  body: "Hello",
  from: null,
  mediaUrls: [],
  sendAt: null,
  templateId: null,
  variables: {},
  idempotencyKey: null,
};

Deno.test("contentArguments() takes out what nobody sees, and cuts nothing", () => {
  const long = `${"a".repeat(1_700)}\u0007\u202E`;
  assert.equal(
    contentArguments({ ...input, body: `\u0000Hi\u200B\r\nthere \u{1F44B}` }).body,
    "Hi\nthere \u{1F44B}",
  );
  assert.equal(contentArguments({ ...input, body: long }).body, "a".repeat(1_700));
  assert.equal(contentArguments({ ...input, body: null }).body, null);
  const variables = { name: "Ann\u0007", count: 3 };
  assert.deepEqual(contentArguments({ ...input, variables }).variables, { name: "Ann", count: 3 });
});

Deno.test("contentArguments() writes the sender in E.164, and leaves what is no number to the database", () => {
  assert.equal(contentArguments({ ...input, from: "+1 (500) 555-0006" }).from_number, "+15005550006");
  assert.equal(contentArguments({ ...input, from: "my number" }).from_number, "my number");
  assert.equal(contentArguments(input).from_number, null);
});

Deno.test("contentArguments() gives Postgres only times it knows, all that come in", () => {
  const times: Record<string, string> = {
    "2026-11-23T09:00:00Z": "2026-11-23T09:00:00.000Z",
    "2026-11-23T09:00:00.123456+23:59": "2026-11-22T09:01:00.123Z",
    "0000-01-01T00:00:00Z": "1970-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59-23:59": "9999-12-31T00:00:00.000Z",
  };
  for (const [given, passed] of Object.entries(times)) {
    assert.equal(contentArguments({ ...input, sendAt: given }).send_at, passed);
  }
});

Deno.test("contentArguments() keeps the caller's key, whatever it is", () => {
  for (const idempotencyKey of ["one", ""]) {
    assert.equal(contentArguments({ ...input, idempotencyKey }).idempotency_key, idempotencyKey);
  }
});

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
  notAfter: null,
  templateId: null,
  variables: {},
  purpose: null,
  idempotencyKey: null,
};

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

Deno.test("not_after goes to the database in UTC, and only where it is given", () => {
  assert.equal("not_after" in contentArguments(input), false);
  const given = contentArguments({ ...input, notAfter: "2026-11-30T18:00:00+02:00" });
  assert.equal(given.not_after, "2026-11-30T16:00:00.000Z");
});

Deno.test("a purpose goes to the database only where it is given", () => {
  assert.equal("purpose" in contentArguments(input), false);
  assert.equal(contentArguments({ ...input, purpose: "promotional" }).purpose, "promotional");
});

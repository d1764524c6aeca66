import assert from "node:assert/strict";
import { DatabaseError } from "../../../../supabase/functions/_shared/sms/database/rpc.ts";
import type { Stored } from "../../../../supabase/functions/_shared/sms/database/verbs/send.ts";
import type { ContentInput } from "../../../../supabase/functions/_shared/sms/sending/input.ts";
import { storeOnce } from "../../../../supabase/functions/_shared/sms/sending/store_once.ts";

type Done = { outcome: "created" | "repeated" };

const withKey = (idempotencyKey: string | null): ContentInput => ({
  onBehalfOf: null,
  body: "Hello",
  from: null,
  mediaUrls: [],
  sendAt: null,
  notAfter: null,
  templateId: null,
  variables: {},
  purpose: null,
  idempotencyKey,
});
const store = (key: string | null, answer: Promise<Stored<Done>>) => storeOnce(withKey(key), answer);
const done = (outcome: Done["outcome"]) => Promise.resolve({ done: { outcome } });
const refused = (outcome: string) => Promise.resolve({ refusal: { outcome } });

Deno.test("storeOnce() tells a repeat only to callers that have a key of their own", async () => {
  assert.deepEqual(await store("key", done("repeated")), { outcome: "repeated" });
  assert.deepEqual(await store(null, done("repeated")), { outcome: "created" });
  assert.deepEqual(await store(null, done("created")), { outcome: "created" });
});

Deno.test("storeOnce() throws what the verb refuses", async () => {
  await assert.rejects(store(null, refused("NO_NUMBER")), { status: 422, code: "NO_NUMBER" });
  await assert.rejects(store("key", refused("IDEMPOTENCY_KEY_IN_USE")), { status: 409 });
});

Deno.test("storeOnce() says 503 when the first attempt of a request without a key may still run", async () => {
  await assert.rejects(store(null, refused("IDEMPOTENCY_KEY_IN_USE")), { status: 503, code: "UNAVAILABLE" });
});

Deno.test("storeOnce() says 503 for a database that is away, and passes on what will not pass", async () => {
  const failed = (code: string) => Promise.reject(new DatabaseError("sms_create_message", code, ""));
  await assert.rejects(store("key", failed("UNREACHABLE")), { status: 503, message: /Idempotency-Key/ });
  await assert.rejects(store("key", failed("42501")), DatabaseError);
});

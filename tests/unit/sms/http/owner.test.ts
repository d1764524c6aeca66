import assert from "node:assert/strict";
import type { Caller } from "../../../../supabase/functions/_shared/sms/http/endpoint.ts";
import { ownerOf, signedInUser } from "../../../../supabase/functions/_shared/sms/http/owner.ts";
import { contextWith, fakeClient } from "../support.ts";

const USER = "0b5f3f0e-1111-4222-8333-444455556666";
const OTHER = "0b5f3f0e-1111-4222-8333-444455557777";
const as = (caller: Caller) => ({ ...contextWith(fakeClient({})), caller });
const user = as({ kind: "user", userId: USER });
const secret = as({ kind: "secret" });

Deno.test("ownerOf() lets a user act for themselves only", () => {
  assert.equal(ownerOf(user, undefined), USER);
  assert.equal(ownerOf(user, USER.toUpperCase()), USER);
  assert.throws(() => ownerOf(user, OTHER), { status: 400, code: "INVALID_REQUEST", message: /^user_id:/ });
});

Deno.test("ownerOf() lets a secret key act for the user it names", () => {
  assert.equal(ownerOf(secret, OTHER), OTHER);
  assert.throws(() => ownerOf(secret, undefined), { code: "INVALID_REQUEST", message: /^user_id:/ });
});

Deno.test("signedInUser() wants somebody who is signed in", () => {
  assert.equal(signedInUser(user), USER);
  assert.throws(() => signedInUser(secret), { status: 401, code: "MISSING_CREDENTIALS" });
});

import assert from "node:assert/strict";
import { z } from "zod";
import { parseJson } from "../../../../supabase/functions/_shared/sms/http/body.ts";
import { AppError } from "../../../../supabase/functions/_shared/sms/http/errors.ts";

const Schema = z.strictObject({ to: z.string() });
const post = (body: string, type = "application/json") =>
  new Request("http://x.test", { method: "POST", headers: { "content-type": type }, body });
const refusedWith = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

Deno.test("parseJson() gives what the schema says", async () => {
  assert.deepEqual(await parseJson(post('{"to":"x"}', "application/json; charset=utf-8"), Schema), {
    to: "x",
  });
});

Deno.test("parseJson() refuses another type, no JSON, too much of it, and other fields", async () => {
  await assert.rejects(parseJson(post("{}", "text/plain"), Schema), refusedWith("UNSUPPORTED_MEDIA_TYPE"));
  await assert.rejects(parseJson(post("{"), Schema), refusedWith("INVALID_JSON"));
  await assert.rejects(parseJson(post(`"${"x".repeat(70_000)}"`), Schema), refusedWith("BODY_TOO_LARGE"));
  await assert.rejects(parseJson(post('{"to":1}'), Schema), refusedWith("INVALID_REQUEST"));
  await assert.rejects(parseJson(post('{"to":"x","cc":"y"}'), Schema), refusedWith("INVALID_REQUEST"));
});

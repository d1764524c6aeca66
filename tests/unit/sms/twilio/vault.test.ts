import assert from "node:assert/strict";
import { createVault } from "../../../../supabase/functions/_shared/sms/twilio/vault.ts";
import { ACCOUNT, OTHER_ACCOUNT } from "../support.ts";

const key = (letter: string) => new TextEncoder().encode(letter.repeat(32));
const credential = { account_sid: ACCOUNT, auth_token: "the token" };

Deno.test("a sealed token opens for its account and shows nothing of itself", async () => {
  const vault = createVault([key("a")]);
  const sealed = await vault.seal(credential);
  assert.equal(await vault.open(sealed, ACCOUNT), "the token");
  assert.ok(!atob((sealed.split(".")[0] ?? "").replaceAll("-", "+").replaceAll("_", "/")).includes("token"));
  assert.notEqual(sealed, await vault.seal(credential));
});

Deno.test("open() refuses a token that was sealed for another account", async () => {
  const vault = createVault([key("a")]);
  await assert.rejects(vault.open(await vault.seal(credential), OTHER_ACCOUNT), /another account/);
});

Deno.test("open() refuses an altered token and one sealed with an unknown key", async () => {
  const vault = createVault([key("a")]);
  const sealed = await vault.seal(credential);
  const [header, , iv, text, tag] = sealed.split(".");
  const altered = [header, "", iv, `${(text ?? "")[0] === "A" ? "B" : "A"}${text?.slice(1)}`, tag].join(".");
  await assert.rejects(vault.open(altered, ACCOUNT));
  await assert.rejects(createVault([key("b")]).open(sealed, ACCOUNT), /lacks the key/);
  await assert.rejects(vault.open("no JWE", ACCOUNT));
});

Deno.test("after a rotation the new key seals and the old one still opens", async () => {
  const old = await createVault([key("a")]).seal(credential);
  const rotated = createVault([key("b"), key("a")]);
  assert.equal(await rotated.open(old, ACCOUNT), "the token");
  const anew = await rotated.seal(credential);
  assert.equal(await createVault([key("b")]).open(anew, ACCOUNT), "the token");
  await assert.rejects(createVault([key("a")]).open(anew, ACCOUNT));
});

Deno.test("without a key nothing is sealed or opened, and the error names the setting", async () => {
  await assert.rejects(createVault([]).seal(credential), /SMS_CREDENTIALS_KEY is not set/);
  const sealed = await createVault([key("a")]).seal(credential);
  await assert.rejects(createVault([]).open(sealed, ACCOUNT), /SMS_CREDENTIALS_KEY is not set/);
});

Deno.test("isCurrent() tells what the first key sealed from everything else", async () => {
  const old = await createVault([key("a")]).seal(credential);
  const rotated = createVault([key("b"), key("a")]);
  assert.equal(await rotated.isCurrent(old), false);
  assert.equal(await rotated.isCurrent(await rotated.seal(credential)), true);
  for (const none of ["", "no JWE", "e30.a.b.c.d"]) assert.equal(await rotated.isCurrent(none), false);
  assert.equal(await createVault([]).isCurrent(old), false);
});

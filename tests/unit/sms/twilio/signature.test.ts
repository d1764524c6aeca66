import assert from "node:assert/strict";
import { AppError } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { createTwilioAccounts } from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { verifyTwilioRequest } from "../../../../supabase/functions/_shared/sms/twilio/signature.ts";
import {
  ACCOUNT,
  accountWith,
  capturedLog,
  fakeClient,
  inbound,
  OTHER_ACCOUNT,
  settingsWith,
  signedRequest,
  TOKEN,
  vault,
  type Verbs,
  withFields,
} from "../support.ts";

const fn = "sms-webhook";

/** A verifier over a database in which ACCOUNT has the token, unless told otherwise. */
async function verifier(
  options: { verbs?: Verbs; publicUrls?: [string, ...string[]]; env?: Record<string, string> } = {},
) {
  const account = await accountWith({ current: TOKEN });
  const verbs = {
    sms_get_account: (args: Record<string, unknown>) => args.account_sid === ACCOUNT ? account : null,
  };
  const client = fakeClient({ ...verbs, ...options.verbs });
  const clock = { time: 0 };
  const { log, lines } = capturedLog();
  const settings = settingsWith(options.env);
  const accounts = createTwilioAccounts({ twilio: settings.twilio, vault, log, now: () => clock.time });
  const deps = { functionName: fn, publicUrls: options.publicUrls ?? settings.publicUrls, accounts };
  return {
    client,
    clock,
    lines,
    accounts,
    verify: (request: Request) => verifyTwilioRequest(request, client, deps),
  };
}

const refusedWith = (status: number, code: string) => (error: unknown) =>
  error instanceof AppError && error.status === status && error.code === code;

Deno.test("verifyTwilioRequest() looks at the configured URL, whatever host and scheme a proxy leaves", async () => {
  const { verify } = await verifier();
  for (const arrivesAt of [`http://edge-runtime:8081/${fn}`, `https://evil.example/${fn}`]) {
    assert.equal((await verify(signedRequest(fn, inbound, { arrivesAt }))).accountSid, ACCOUNT);
  }
  // Signed for the host at which it arrives: that host is not ours.
  const url = `https://evil.example/functions/v1/${fn}`;
  await assert.rejects(
    verify(signedRequest(fn, inbound, { url, arrivesAt: url })),
    refusedWith(403, "SIGNATURE_MISMATCH"),
  );
});

Deno.test("verifyTwilioRequest() accepts the old and the new domain while one is moved", async () => {
  const { verify } = await verifier({ publicUrls: ["https://new.example.com", "https://old.example.com"] });
  for (const host of ["new", "old"]) {
    const url = `https://${host}.example.com/functions/v1/${fn}`;
    assert.equal((await verify(signedRequest(fn, inbound, { url }))).accountSid, ACCOUNT);
  }
  const url = `https://older.example.com/functions/v1/${fn}`;
  await assert.rejects(verify(signedRequest(fn, inbound, { url })), refusedWith(403, "SIGNATURE_MISMATCH"));
});

Deno.test("verifyTwilioRequest() accepts the operator's own account without asking the database", async () => {
  const { verify, client } = await verifier({
    env: { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: "new,old" },
  });
  await verify(signedRequest(fn, inbound, { token: "new" }));
  await verify(signedRequest(fn, inbound, { token: "old" }));
  await assert.rejects(
    verify(signedRequest(fn, inbound, { token: TOKEN })),
    refusedWith(403, "SIGNATURE_MISMATCH"),
  );
  assert.equal(client.calls.length, 0);
});

Deno.test("verifyTwilioRequest() does not read a token afresh more than once in five seconds", async () => {
  const { verify, clock, client } = await verifier();
  for (let i = 0; i < 50; i++) {
    await assert.rejects(
      verify(signedRequest(fn, inbound, { token: "wrong" })),
      refusedWith(403, "SIGNATURE_MISMATCH"),
    );
    clock.time += 200;
  }
  assert.equal(client.calls.length, 3, "the first look-up, and one every five of the ten seconds");
});

Deno.test("verifyTwilioRequest() accepts all texts that come at once right after a rotation", async () => {
  let account = await accountWith({ current: TOKEN });
  const { verify, clock, client } = await verifier({ verbs: { sms_get_account: () => account } });
  await verify(signedRequest(fn, inbound));
  account = await accountWith({ current: "rotated", previous: TOKEN });
  clock.time += 20_000;
  await Promise.all(
    Array.from({ length: 5 }, () => verify(signedRequest(fn, inbound, { token: "rotated" }))),
  );
  assert.equal(client.calls.length, 2, "one look-up for all five");
});

Deno.test("verifyTwilioRequest() refuses an unknown account like a wrong signature", async () => {
  const { verify } = await verifier();
  const form = withFields(inbound, { AccountSid: OTHER_ACCOUNT });
  await assert.rejects(verify(signedRequest(fn, form)), refusedWith(403, "SIGNATURE_MISMATCH"));
});

Deno.test("verifyTwilioRequest() refuses another account's token, an altered body and a missing header", async () => {
  const { verify } = await verifier();
  await assert.rejects(
    verify(signedRequest(fn, inbound, { token: "another" })),
    refusedWith(403, "SIGNATURE_MISMATCH"),
  );
  const body = new URLSearchParams(withFields(inbound, { Body: "Altered" })).toString();
  await assert.rejects(verify(signedRequest(fn, inbound, { body })), refusedWith(403, "SIGNATURE_MISMATCH"));
  await assert.rejects(
    verify(signedRequest(fn, inbound, { signature: null })),
    refusedWith(403, "SIGNATURE_MISSING"),
  );
  await assert.rejects(
    verify(signedRequest(fn, inbound, { signature: "x" })),
    refusedWith(403, "SIGNATURE_MISMATCH"),
  );
});

Deno.test("verifyTwilioRequest() answers 503 when the token cannot be loaded or opened", async () => {
  const down = await verifier({
    verbs: {
      sms_get_account: () => {
        throw new Error("down");
      },
    },
  });
  await assert.rejects(down.verify(signedRequest(fn, inbound)), refusedWith(503, "UNAVAILABLE"));

  const altered = { ...await accountWith({ current: TOKEN }), current_token: "eyJhbGciOiJkaXIifQ..a.b.c" };
  const unreadable = await verifier({ verbs: { sms_get_account: () => altered } });
  await assert.rejects(unreadable.verify(signedRequest(fn, inbound)), refusedWith(503, "UNAVAILABLE"));

  // Sealed for another account, then copied into this one's row.
  const copied = { ...await accountWith({ current: TOKEN }, OTHER_ACCOUNT), account_sid: ACCOUNT };
  const stolen = await verifier({ verbs: { sms_get_account: () => copied } });
  await assert.rejects(stolen.verify(signedRequest(fn, inbound)), refusedWith(503, "UNAVAILABLE"));
  assert.ok(stolen.lines.some((line) => line.includes("CREDENTIAL_UNREADABLE")));

  const empty = { ...await accountWith({ current: TOKEN }), current_token: null };
  const without = await verifier({ verbs: { sms_get_account: () => empty } });
  await assert.rejects(without.verify(signedRequest(fn, inbound)), refusedWith(503, "UNAVAILABLE"));
});

Deno.test("verifyTwilioRequest() still accepts what the current token signed when the previous one cannot be opened", async () => {
  const account = { ...await accountWith({ current: TOKEN }), previous_token: "broken" };
  const { verify } = await verifier({ verbs: { sms_get_account: () => account } });
  await verify(signedRequest(fn, inbound));
  await assert.rejects(
    verify(signedRequest(fn, inbound, { token: "previous" })),
    refusedWith(503, "UNAVAILABLE"),
  );
});

Deno.test("verifyTwilioRequest() stops reading a body that never ends", async () => {
  const { verify } = await verifier();
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(16 * 1024));
    },
  });
  const request = new Request("http://functions.internal/sms-webhook", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "content-length": "10" },
    body,
  });
  await assert.rejects(verify(request), refusedWith(413, "BODY_TOO_LARGE"));
  assert.ok(pulled < 10);
});

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { listAccountSids } from "../../../../supabase/functions/_shared/sms/database/verbs/accounts.ts";
import { AppError } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { createTwilioAccounts } from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { createRefusedWebhooks } from "../../../../supabase/functions/_shared/sms/twilio/refused_webhooks.ts";
import { verifyTwilioRequest } from "../../../../supabase/functions/_shared/sms/twilio/signature.ts";
import {
  ACCOUNT,
  accountWith,
  capturedLog,
  contextWith,
  fakeClient,
  inbound,
  OTHER_ACCOUNT,
  PUBLIC_URL,
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
    sms_list_account_sids: () => ({ outcome: "listed", account_sids: [ACCOUNT] }),
    sms_count_refused_webhooks: () => ({ outcome: "counted" }),
    sms_confirm_signer: () => ({ outcome: "confirmed" }),
  };
  const client = fakeClient({ ...verbs, ...options.verbs });
  const clock = { time: 0 };
  const { log, lines } = capturedLog();
  const settings = settingsWith(options.env);
  const accounts = createTwilioAccounts({
    twilio: settings.twilio,
    vault,
    log,
    now: () => clock.time,
    connectedSids: listAccountSids,
  });
  const deps = {
    functionName: fn,
    publicUrls: options.publicUrls ?? settings.publicUrls,
    accounts,
    refusedWebhooks: createRefusedWebhooks(() => clock.time),
  };
  return {
    client,
    clock,
    lines,
    accounts,
    verify: (request: Request) => verifyTwilioRequest(request, contextWith(client), deps),
    counted: () => client.of("sms_count_refused_webhooks"),
    confirmed: () => client.of("sms_confirm_signer"),
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
  assert.deepEqual(client.of("sms_get_account"), []);
});

Deno.test("verifyTwilioRequest() looks for a new token once a second in the long run, and says 503 in between", async () => {
  const { verify, clock, client } = await verifier();
  const answers = [];
  for (let i = 0; i < 50; i++) {
    answers.push(
      await verify(signedRequest(fn, inbound, { token: "wrong" })).catch((error) => error.status),
    );
    clock.time += 200;
  }
  assert.deepEqual([...new Set(answers)].sort(), [403, 503]);
  assert.equal(client.of("sms_get_account").length, 1 + answers.filter((status) => status === 403).length);
  assert(answers.filter((status) => status === 403).length <= 5 + 10);
});

Deno.test("verifyTwilioRequest() never refuses the first text of a token that was given to us", async () => {
  let account = await accountWith({ current: TOKEN });
  const { verify, clock } = await verifier({ verbs: { sms_get_account: () => account } });
  const statusOf = (token: string) =>
    verify(signedRequest(fn, inbound, { token })).then(() => 200, (error) => error.status);
  for (let i = 0; i < 100; i++) await statusOf("nobody gave this one");
  account = await accountWith({ current: "rotated" });
  assert.equal(await statusOf("rotated"), 503, "while we may not look again");
  clock.time += 1_000;
  assert.equal(await statusOf("rotated"), 200);
  clock.time += 10_000;
  assert.equal(await statusOf("nobody gave this one"), 403);
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
  assert.equal(client.of("sms_get_account").length, 2, "one look-up for all five");
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

const KEY_ID = `webhooks_sharedkey_${"0".repeat(26)}`;
const OTHER_KEY_ID = `webhooks_sharedkey_${"1".repeat(26)}`;

/** ACCOUNT has its token and one SharedKey; OTHER_ACCOUNT another one. */
async function withSharedKeys(more: Record<string, unknown> = {}) {
  const row = async (accountSid: string, keyId: string, secret: string) => ({
    ...await accountWith({ current: TOKEN }, accountSid),
    shared_keys: {
      [keyId]: await vault.seal({ account_sid: accountSid, auth_token: secret, key: keyId }),
    },
    ...more,
  });
  const rows: Record<string, unknown> = {
    [ACCOUNT]: await row(ACCOUNT, KEY_ID, "secret"),
    [OTHER_ACCOUNT]: await row(OTHER_ACCOUNT, OTHER_KEY_ID, "other secret"),
  };
  return await verifier({
    verbs: {
      sms_get_account: ({ account_sid }) => rows[String(account_sid)] ?? null,
      sms_list_account_sids: () => ({ outcome: "listed", account_sids: Object.keys(rows) }),
    },
  });
}

const byKey = (id: string, token: string, algorithm = "HMAC_SHA256", entries = inbound) =>
  signedRequest(fn, entries, { token, sharedKey: { id, algorithm } });

Deno.test("verifyTwilioRequest() accepts what a SharedKey signed, with either algorithm, as the request says", async () => {
  const { verify } = await withSharedKeys();
  for (const algorithm of ["HMAC_SHA256", "HMAC_SHA1"]) {
    assert.equal((await verify(byKey(KEY_ID, "secret", algorithm))).accountSid, ACCOUNT);
  }
  assert.equal((await verify(signedRequest(fn, inbound))).accountSid, ACCOUNT, "no Rule matches");
});

Deno.test("verifyTwilioRequest() reads the settings as Twilio's library does: in any case, with spaces, and nothing twice", async () => {
  const { verify, counted } = await withSharedKeys();
  const signed = byKey(KEY_ID, "secret").headers.get("x-twilio-signature");
  const settings = (value: string) =>
    signedRequest(fn, inbound, {
      signature: signed,
      headers: { "x-twilio-webhooks-signature-settings": value },
    });
  const taken = [
    `key=${KEY_ID},algorithm=hmac_sha256`,
    `key=${KEY_ID},algorithm=Hmac_Sha256`,
    `key = ${KEY_ID} , algorithm = HMAC_SHA256`,
    ` algorithm=HMAC_SHA256 , key= ${KEY_ID}`,
  ];
  for (const value of taken) assert.equal((await verify(settings(value))).accountSid, ACCOUNT, value);
  const refused = [
    ["SHARED_KEY_UNKNOWN", `KEY=${KEY_ID},algorithm=HMAC_SHA256`],
    ["SHARED_KEY_UNKNOWN", `key=${KEY_ID.toUpperCase()},algorithm=HMAC_SHA256`],
    ["SHARED_KEY_UNKNOWN", `key=${KEY_ID},key=${OTHER_KEY_ID},algorithm=HMAC_SHA256`],
    ["SHARED_KEY_UNKNOWN", `key=${KEY_ID},algorithm=HMAC_SHA256,key=${KEY_ID}`],
    ["SIGNATURE_ALGORITHM_UNKNOWN", `key=${KEY_ID},algorithm=hmac_md5`],
    ["SIGNATURE_ALGORITHM_UNKNOWN", `key=${KEY_ID},algorithm=HMAC_SHA256,algorithm=HMAC_SHA1`],
    ["SIGNATURE_ALGORITHM_UNKNOWN", `key=${OTHER_KEY_ID},algorithm=HMAC_SHA256 HMAC_SHA1`],
    ["SIGNATURE_MISMATCH", `key=${KEY_ID},algorithm=hmac_sha1`],
    ["SIGNATURE_MISMATCH", `key=${KEY_ID},ALGORITHM=HMAC_SHA256`],
  ] as const;
  for (const [code, value] of refused) {
    await assert.rejects(verify(settings(value)), refusedWith(403, code), value);
  }
  const algorithms = counted().filter(({ reason }) => reason === "SIGNATURE_ALGORITHM_UNKNOWN")
    .map(({ algorithm }) => algorithm);
  assert.deepEqual(algorithms, ["hmac_md5", null], "as it came, if it is a name");
});

Deno.test("verifyTwilioRequest() tries nothing but the key and the algorithm that a request names", async () => {
  const { verify } = await withSharedKeys();
  const mismatch = refusedWith(403, "SIGNATURE_MISMATCH");
  // The token, where a key is named; the key, where none is; the other algorithm.
  await assert.rejects(verify(byKey(KEY_ID, TOKEN)), mismatch);
  await assert.rejects(verify(byKey(KEY_ID, TOKEN, "HMAC_SHA1")), mismatch);
  await assert.rejects(verify(signedRequest(fn, inbound, { token: "secret" })), mismatch);
  const sha1 = signedRequest(fn, inbound, { token: "secret" }).headers.get("x-twilio-signature");
  await assert.rejects(
    verify(
      signedRequest(fn, inbound, { signature: sha1, sharedKey: { id: KEY_ID, algorithm: "HMAC_SHA256" } }),
    ),
    mismatch,
  );
});

Deno.test("verifyTwilioRequest() opens an account's webhook with no key of another account", async () => {
  const { verify, counted } = await withSharedKeys();
  await assert.rejects(verify(byKey(OTHER_KEY_ID, "other secret")), refusedWith(403, "SHARED_KEY_UNKNOWN"));
  const theirs = withFields(inbound, { AccountSid: OTHER_ACCOUNT });
  const request = byKey(OTHER_KEY_ID, "other secret", "HMAC_SHA256", theirs);
  assert.equal((await verify(request)).accountSid, OTHER_ACCOUNT);
  assert.deepEqual(counted().map(({ account_sid }) => account_sid), [ACCOUNT]);
});

Deno.test("verifyTwilioRequest() refuses unknown keys and algorithms in words, and counts them for a connected account", async () => {
  const { verify, counted } = await withSharedKeys();
  const unknown = `webhooks_sharedkey_${"z".repeat(26)}`;
  await assert.rejects(verify(byKey(unknown, "secret")), (error) => {
    assert(refusedWith(403, "SHARED_KEY_UNKNOWN")(error));
    assert(error instanceof Error && error.message.includes(unknown));
    return true;
  });
  await assert.rejects(
    verify(byKey(KEY_ID, "secret", "HMAC_MD5")),
    refusedWith(403, "SIGNATURE_ALGORITHM_UNKNOWN"),
  );
  for (const id of ["", "x", `${KEY_ID}0`, "webhooks_rule_00000000000000000000000000"]) {
    await assert.rejects(verify(byKey(id, "secret")), refusedWith(403, "SHARED_KEY_UNKNOWN"));
  }
  assert.deepEqual(counted().map(({ reason, key_id, algorithm }) => [reason, key_id, algorithm]), [
    ["SHARED_KEY_UNKNOWN", unknown, null],
    ["SIGNATURE_ALGORITHM_UNKNOWN", KEY_ID, "HMAC_MD5"],
    ["SHARED_KEY_UNKNOWN", "", null],
  ]);
  // The same answers for an account that nobody connected, and nothing is counted.
  const nobodys = withFields(inbound, { AccountSid: `AC${"f".repeat(32)}` });
  await assert.rejects(
    verify(byKey(unknown, "secret", "HMAC_SHA256", nobodys)),
    refusedWith(403, "SHARED_KEY_UNKNOWN"),
  );
  assert.equal(counted().length, 3);
});

Deno.test("verifyTwilioRequest() reads a SharedKey that was just given, and says 503 for one that cannot be opened", async () => {
  let account: unknown = await accountWith({ current: TOKEN });
  const { verify } = await verifier({ verbs: { sms_get_account: () => account } });
  await verify(signedRequest(fn, inbound));
  const secret = await vault.seal({ account_sid: ACCOUNT, auth_token: "secret", key: KEY_ID });
  account = { ...await accountWith({ current: TOKEN }), shared_keys: { [KEY_ID]: secret } };
  await verify(byKey(KEY_ID, "secret"));
  // Sealed as another key's, then copied into this one's row.
  account = { ...await accountWith({ current: TOKEN }), shared_keys: { [OTHER_KEY_ID]: secret } };
  await assert.rejects(verify(byKey(OTHER_KEY_ID, "secret")), refusedWith(503, "UNAVAILABLE"));
});

Deno.test("verifyTwilioRequest() counts a mismatch once in ten seconds, with all that came since", async () => {
  const { verify, clock, counted } = await verifier();
  const refuse = () => verify(signedRequest(fn, inbound, { token: "wrong" })).catch(() => {});
  for (let i = 0; i < 4; i++) await refuse();
  clock.time += 10_000;
  await refuse();
  assert.deepEqual(counted().map(({ times, key_id }) => [times, key_id]), [[1, ""], [4, ""]]);
});

const inventedKey = (n: number) =>
  byKey(`webhooks_sharedkey_${String(n).padStart(26, "0")}`, "forged", "HMAC_SHA256");

Deno.test("verifyTwilioRequest() asks the database little about invented keys, and no less about a wrong token", async () => {
  const env = { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: TOKEN };
  const { verify, clock, counted } = await verifier({ env });
  const forge = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      await assert.rejects(verify(inventedKey(n)), refusedWith(403, "SHARED_KEY_UNKNOWN"));
    }
  };
  await forge(0, 200);
  assert.equal(counted().length, 5);
  await verify(signedRequest(fn, inbound, { token: "wrong" })).catch(() => {});
  assert.deepEqual(counted().at(-1)?.reason, "SIGNATURE_MISMATCH", "forged keys do not hide it");
  clock.time += 2_000;
  await forge(200, 400);
  assert.equal(counted().length, 5 + 1 + 2, "one a second");
});

Deno.test("createRefusedWebhooks() limits each account by itself", async () => {
  const client = fakeClient({ sms_count_refused_webhooks: () => ({ outcome: "counted" }) });
  const webhooks = createRefusedWebhooks(() => 0);
  for (const accountSid of [ACCOUNT, OTHER_ACCOUNT]) {
    for (let n = 0; n < 20; n++) {
      const what = { reason: "SHARED_KEY_UNKNOWN", key_id: `key ${n}`, algorithm: null } as const;
      await webhooks.refused(client, accountSid, what);
    }
  }
  assert.deepEqual(
    client.of("sms_count_refused_webhooks").map(({ account_sid }) => account_sid),
    [...Array(5).fill(ACCOUNT), ...Array(5).fill(OTHER_ACCOUNT)],
  );
});

Deno.test("createRefusedWebhooks() tells of a key that comes again among many new ones", async () => {
  const client = fakeClient({ sms_count_refused_webhooks: () => ({ outcome: "counted" }) });
  const webhooks = createRefusedWebhooks(() => 0);
  const refuse = (key_id: string) =>
    webhooks.refused(client, ACCOUNT, { reason: "SHARED_KEY_UNKNOWN", key_id, algorithm: null });
  for (let n = 0; n < 20; n++) await refuse(`key ${n}`);
  for (let n = 20; n < 25; n++) {
    await refuse("real");
    await refuse(`key ${n}`);
  }
  const told = client.of("sms_count_refused_webhooks").map(({ key_id, times }) => `${key_id} ${times}`);
  assert.deepEqual(told.slice(5), ["real 2"], "and what is new waits");
});

Deno.test("verifyTwilioRequest() has a refusal forgotten when the same key signs a text, and says so once", async () => {
  const { verify, confirmed } = await verifier();
  await verify(signedRequest(fn, inbound, { token: "wrong" })).catch(() => {});
  for (let i = 0; i < 3; i++) await verify(signedRequest(fn, inbound));
  assert.deepEqual(confirmed(), [{ account_sid: ACCOUNT, key_id: "", sealed: null }]);
  const account = { ...await accountWith({ current: TOKEN, previous: "old" }), rotating: true };
  const rotating = await verifier({ verbs: { sms_get_account: () => account } });
  await rotating.verify(signedRequest(fn, inbound, { token: "old" }));
  assert.deepEqual(rotating.confirmed(), [], "the previous token proves nothing about the new one");
  for (let i = 0; i < 3; i++) await rotating.verify(signedRequest(fn, inbound));
  const { current_token: sealed } = account;
  assert.deepEqual(rotating.confirmed(), [{ account_sid: ACCOUNT, key_id: "", sealed }]);
});

Deno.test("verifyTwilioRequest() ends no previous token by its own signature while the current one cannot be opened", async () => {
  const readable = { ...await accountWith({ current: TOKEN, previous: "old" }), rotating: true };
  // Sealed with a key that this process has not heard of.
  const { current_token } = await accountWith({ current: "new" }, OTHER_ACCOUNT);
  const { verify, confirmed } = await verifier({
    verbs: { sms_get_account: () => ({ ...readable, current_token }) },
  });
  await verify(signedRequest(fn, inbound, { token: "old" }));
  assert.deepEqual(confirmed(), []);
});

Deno.test("verifyTwilioRequest() accepts the two forms of the URL that we gave Twilio, with and without our fragment", async () => {
  const { verify } = await verifier();
  const url = `${PUBLIC_URL}/functions/v1/${fn}`;
  for (const signed of [url, `${url}#rc=3&rp=5xx,ct,rt`]) {
    await verify(signedRequest(fn, inbound, { url: signed, arrivesAt: `http://internal/${fn}` }));
  }
  for (const signed of [`${url}#rc=5`, `${url}#`, `${url}#rc=3&rp=5xx,ct,rt&x`]) {
    await assert.rejects(
      verify(signedRequest(fn, inbound, { url: signed, arrivesAt: `http://internal/${fn}` })),
      refusedWith(403, "SIGNATURE_MISMATCH"),
    );
  }
});

Deno.test("verifyTwilioRequest() accepts a URL typed with a slash at its end, or with capitals in its host", async () => {
  const { verify } = await verifier();
  const slash = `${PUBLIC_URL}/functions/v1/${fn}/`;
  await verify(signedRequest(fn, inbound, { url: slash, arrivesAt: `http://internal/${fn}/` }));
  const host = new URL(PUBLIC_URL).host.toUpperCase();
  const url = `https://${host}/functions/v1/${fn}`;
  const headers = { "x-forwarded-host": host };
  const arrivesAt = `http://internal/${fn}`;
  // As it was typed, and as a URL is normalized.
  await verify(signedRequest(fn, inbound, { url, headers, arrivesAt }));
  await verify(
    signedRequest(fn, inbound, { url: url.replace(host, host.toLowerCase()), headers, arrivesAt }),
  );
  // A host that is not ours stays a stranger's, however it is named.
  const theirs = "evil.example";
  await assert.rejects(
    verify(
      signedRequest(fn, inbound, {
        url: `https://${theirs}/functions/v1/${fn}`,
        headers: { "x-forwarded-host": theirs },
        arrivesAt,
      }),
    ),
    refusedWith(403, "SIGNATURE_MISMATCH"),
  );
});

/** How often something is hashed meanwhile: it is what a forged request costs. */
async function hashesOf(work: () => Promise<unknown>): Promise<number> {
  const { createHmac } = crypto;
  let hashes = 0;
  crypto.createHmac = (...args) => {
    hashes += 1;
    return createHmac(...args);
  };
  try {
    await work();
  } finally {
    crypto.createHmac = createHmac;
  }
  return hashes;
}

Deno.test("verifyTwilioRequest() judges a forged request once, unless the secrets have changed", async () => {
  let account = await accountWith({ current: TOKEN });
  const { verify, client } = await verifier({ verbs: { sms_get_account: () => account } });
  const host = new URL(PUBLIC_URL).host.toUpperCase();
  const spelled = { host, "x-forwarded-host": host };
  const forge = (headers: Record<string, string>) => {
    const request = signedRequest(fn, inbound, { token: "wrong", headers });
    return hashesOf(() => assert.rejects(verify(request), refusedWith(403, "SIGNATURE_MISMATCH")));
  };
  const once = await forge({});
  // Twilio's library tries up to six spellings of a URL, and ours has two forms.
  assert(once > 0 && once <= 12, String(once));
  assert.equal(client.of("sms_get_account").length, 2, "the token was read again");
  assert.equal(await forge(spelled), 2 * once, "two headers that say the same are one URL more");
  account = await accountWith({ current: "rotated" });
  assert.equal(await forge({}), 2 * once, "the new token is tried too");
  account = await accountWith({ current: "again" });
  assert.equal((await verify(signedRequest(fn, inbound, { token: "again" }))).accountSid, ACCOUNT);
});

Deno.test("verifyTwilioRequest() signs fields in the order of their names, and a repeated one as Twilio's library does", async () => {
  const { verify } = await verifier();
  const entries = withFields(inbound, {
    zebra: "last",
    Apple: "first",
    "10": "ten",
    "9": "nine",
    "": "no name",
    empty: "",
    __proto: "x",
    "\u{1F600}": "\u{1F600}",
    "\uFFFD": "behind it",
  });
  for (const value of ["b", "a", "b", "\u{1F600}", "", "\uFF21"]) entries.push(["Repeated", value]);
  assert.equal((await verify(signedRequest(fn, entries))).accountSid, ACCOUNT);
  const body = new URLSearchParams([...entries, ["Repeated", "c"]]).toString();
  await assert.rejects(verify(signedRequest(fn, entries, { body })), refusedWith(403, "SIGNATURE_MISMATCH"));
});

Deno.test("a refused signature names the URL that was checked and its setting to the log, and no secret", async () => {
  const { verify } = await withSharedKeys();
  for (const request of [signedRequest(fn, inbound, { token: "wrong" }), byKey(KEY_ID, "wrong")]) {
    const signature = request.headers.get("x-twilio-signature") ?? "?";
    const error = await verify(request).then(() => null, (thrown) => thrown);
    assert(error instanceof AppError);
    assert.equal(error.warning?.checked_url, `${PUBLIC_URL}/functions/v1/${fn}`);
    assert.equal(error.warning?.setting, "SMS_PUBLIC_URL");
    for (const secret of [signature, TOKEN, 'secret"']) {
      assert(!JSON.stringify([error, error.warning]).includes(secret));
    }
  }
});

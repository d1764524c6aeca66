/** A number is `configured` only when the address that Twilio is given answers as this project: it is asked, without any secret. */
import { strict as assert } from "node:assert";
import { freePort } from "../../local/ports.ts";
import { proofFor } from "../../supabase/functions/_shared/sms/http/project_proof.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";
import { assign, assignedNumber, buyNumber, callNumbers, refused, repair, rowOf } from "./numbers.ts";
import { stackForFile } from "./support.ts";
import { type ConnectedTenant, connectTenant } from "./tenants.ts";

const port = freePort();
const host = `127.0.0.1:${port}`;
const stack = await stackForFile({ worker: false, functionEnv: { SMS_PUBLIC_URL: `http://${host}` } });

type Answer = (request: Request) => Response | Promise<Response>;

/** As a proxy of ours in front of the project. */
const passOn: Answer = (request) => {
  const url = new URL(request.url);
  return fetch(stack.ready.apiUrl + url.pathname + url.search, {
    method: request.method,
    headers: { "x-supabase-sms-challenge": request.headers.get("x-supabase-sms-challenge") ?? "" },
    redirect: "manual",
  });
};
let answer: Answer = passOn;
const seen: { method: string; url: string; headers: Record<string, string> }[] = [];
const front = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
  const { method, url, headers } = request;
  seen.push({ method, url, headers: Object.fromEntries(headers) });
  return answer(request);
});
Deno.test.afterAll(() => front.shutdown());

async function whileAnswering<T>(instead: Answer, work: () => Promise<T>): Promise<T> {
  answer = instead;
  try {
    return await work();
  } finally {
    answer = passOn;
  }
}

const give = (tenant: ConnectedTenant, number: string) =>
  assign(tenant.client, { number, assistant_id: tenant.assistantId });

const smsUrlAtTwilio = (number: string) =>
  stack.carrier.numbers().find((one) => one.number === number)?.smsUrl;

const OTHERS: Record<string, [Answer, RegExp]> = {
  "another server's 404": [
    () => Response.json({ message: "no" }, { status: 404 }),
    /answered 404, and not as/,
  ],
  "another server's 405": [() => new Response(null, { status: 405 }), /answered 405, and not as sms-webhook/],
  "the platform's 401": [
    () => Response.json({ msg: "no" }, { status: 401 }),
    /401: is verify_jwt = false missing/,
  ],
  "a redirect to us": [
    ({ url }) => Response.redirect(stack.ready.apiUrl + new URL(url).pathname, 302),
    /answered 302, and not as sms-webhook/,
  ],
  "another project's supabase-sms": [
    async ({ headers }) =>
      new Response(null, {
        status: 405,
        headers: {
          "x-supabase-sms": VERSION,
          "x-supabase-sms-proof": await proofFor(headers.get("x-supabase-sms-challenge") ?? "", [
            "sb_secret_theirs",
          ]),
        },
      }),
    /answered as supabase-sms of another project/,
  ],
  "an older version of ours": [
    () => new Response(null, { status: 405, headers: { "x-supabase-sms": "1.0.0-rc.0" } }),
    /answered as supabase-sms 1\.0\.0-rc\.0, without saying of which project\..*functions deploy --use-api sms-webhook/,
  ],
  "a page that only names a version": [
    () => new Response("hello", { headers: { "x-supabase-sms": "9.9.9" } }),
    /answered 200, and not as sms-webhook/,
  ],
};

for (const [what, [instead, words]] of Object.entries(OTHERS)) {
  Deno.test(`${what} at SMS_PUBLIC_URL: the row names the host, and Twilio is not changed`, async () => {
    const tenant = await connectTenant(stack);
    const bought = buyNumber(stack, tenant.accountSid, { smsUrl: "https://before.example.com" });
    const answered = await whileAnswering(instead, () => give(tenant, bought.number));
    const { status, code, message } = refused(answered);
    assert.deepEqual([status, code], [502, "ADDRESS_NOT_OURS"]);
    assert(message.includes(host) && words.test(message), message);
    const row = await rowOf(stack, bought.number);
    assert.deepEqual([row.webhook_status, row.webhook_error, row.sms_url], ["failed", message, null]);
    assert.equal(smsUrlAtTwilio(bought.number), "https://before.example.com");

    assert.equal((await repair(tenant.client, row.id)).body.number.webhook_status, "configured");
    assert.match(
      smsUrlAtTwilio(bought.number) ?? "",
      new RegExp(`^http://${host}/functions/v1/sms-webhook#`),
    );
  });
}

Deno.test("?verify=1 finds a number drifted whose address went to somebody else, and says so to its tenant", async () => {
  const [tenant, other] = [await connectTenant(stack), await connectTenant(stack)];
  const { number } = await assignedNumber(stack, tenant);
  const theirs = await assignedNumber(stack, other);
  const { body } = await whileAnswering(
    () => new Response("parked", { status: 200 }),
    () => callNumbers(tenant.client, "?verify=1"),
  );
  const found = body.numbers.find((one: { id: string }) => one.id === number.id);
  assert.equal(found.check.outcome, "drifted");
  assert.deepEqual(found.check.drift, [{ field: "address", is: `${host}: 200`, should_be: number.sms_url }]);
  assert.equal(found.webhook_status, "drifted");
  assert.match(found.webhook_error, new RegExp(`Twilio would send texts to ${host}.*SMS_PUBLIC_URL`));
  assert.equal(
    (await rowOf(stack, theirs.number.number)).webhook_status,
    "configured",
    "nobody asked for it",
  );

  const again = await callNumbers(tenant.client, "?verify=1");
  const now = again.body.numbers.find((one: { id: string }) => one.id === number.id);
  assert.deepEqual([now.webhook_status, now.webhook_error], ["configured", null]);
});

const OLDER: Record<string, Answer> = {
  "an older version of ours": () =>
    new Response(null, { status: 405, headers: { "x-supabase-sms": "1.0.0-rc.0" } }),
  "a version before 1.0": () => Response.json({ code: "METHOD_NOT_ALLOWED" }, { status: 405 }),
};
for (const [what, older] of Object.entries(OLDER)) {
  Deno.test(`?verify=1 while ${what} still answers leaves the number as it is`, async () => {
    const tenant = await connectTenant(stack);
    const { number } = await assignedNumber(stack, tenant);
    const strays = await assignedNumber(stack, tenant);
    const before = await rowOf(stack, number.number);
    stack.carrier.configureNumber(strays.number.number, { smsUrl: "https://elsewhere.example.com" });
    const { body } = await whileAnswering(older, () => callNumbers(tenant.client, "?verify=1"));
    const [found, stray] = [number, strays.number].map(({ id }) =>
      body.numbers.find((one: { id: string }) => one.id === id)
    );
    assert.deepEqual([found.check.outcome, found.check.drift], ["unchecked", []]);
    assert.match(found.check.message, new RegExp(`${host}.*(older sms-webhook|a version before 1\\.0)`));
    assert.deepEqual(await rowOf(stack, number.number), before);
    // What Twilio says of it is known all the same.
    assert.deepEqual([stray.check.outcome, stray.webhook_status], ["drifted", "drifted"]);
    assert.deepEqual(stray.check.drift.map(({ field }: { field: string }) => field), ["sms_url"]);

    const again = await callNumbers(tenant.client, "?verify=1");
    const now = again.body.numbers.find((one: { id: string }) => one.id === number.id);
    assert.equal(now.check.outcome, "configured");
  });
}

Deno.test("the address is asked by a bare GET: no key, no token, no cookie, no number", async () => {
  seen.length = 0;
  const { number } = await assignedNumber(stack, await connectTenant(stack));
  const [request, ...more] = seen;
  assert(request && more.length === 0);
  assert.deepEqual([request.method, new URL(request.url).pathname], ["GET", "/functions/v1/sms-webhook"]);
  for (const name of ["apikey", "authorization", "cookie", "x-request-id"]) {
    assert(!(name in request.headers), name);
  }
  const challenge = request.headers["x-supabase-sms-challenge"] ?? "";
  assert.match(challenge, /^[0-9a-f]{64}$/);
  await assignedNumber(stack, await connectTenant(stack));
  assert.notEqual(seen[1]?.headers["x-supabase-sms-challenge"], challenge, "random bytes each time");
  assert(!JSON.stringify(request.headers).includes(number.number) && new URL(request.url).search === "");
});

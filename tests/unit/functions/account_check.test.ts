import assert from "node:assert/strict";
import { type Carrier, startCarrier } from "../../../local/carrier/mod.ts";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import {
  createTwilioAccountCheck,
  type TwilioAccountCheck,
} from "../../../supabase/functions/sms-accounts/account_check.ts";
import { ACCOUNT } from "../sms/support.ts";

/** A client that keeps its connections must not look like a leak. */
const options = { sanitizeOps: false, sanitizeResources: false };
const token = "0123456789abcdef0123456789abcdef";
const account = { accountSid: ACCOUNT, authToken: token, trunkSid: null };

async function withCarrier(
  test: (check: TwilioAccountCheck, carrier: Carrier) => Promise<void>,
): Promise<void> {
  const carrier = await startCarrier({ accountSid: ACCOUNT, authToken: token });
  try {
    await test(createTwilioAccountCheck({ apiBaseUrl: carrier.url, timeoutMs: 2_000 }), carrier);
  } finally {
    await carrier.stop();
  }
}

async function withAnswer(
  answer: () => Response,
  test: (check: TwilioAccountCheck) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  try {
    await test(
      createTwilioAccountCheck({ apiBaseUrl: `http://127.0.0.1:${server.addr.port}`, timeoutMs: 2_000 }),
    );
  } finally {
    await server.shutdown();
  }
}

/** Status and code of a refusal that says something and never the token. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    assert(error instanceof AppError);
    assert(error.message.length > 20 && !JSON.stringify(error).includes(token));
    return `${error.status} ${error.code}`;
  }
}

Deno.test({
  ...options,
  name: "verify() says 503 when Twilio does not answer, answers nonsense or asks to slow down",
  async fn() {
    await withCarrier(async (check, carrier) => {
      carrier.faults.set({ readFailNext: 1 });
      assert.equal(await refusalOf(check.verify(account)), "503 UNAVAILABLE");
      await carrier.goDown();
      assert.equal(await refusalOf(check.verify(account)), "503 UNAVAILABLE");
    });
    const answers = [
      () => Response.json({ code: 20429 }, { status: 429 }),
      () => Response.json({ sid: `AC${"f".repeat(32)}`, status: "active" }),
      () => Response.json({}),
      () => new Response("<html>", { status: 502 }),
      () => new Response("<html>", { status: 200 }),
    ];
    for (const answer of answers) {
      await withAnswer(
        answer,
        async (check) => assert.equal(await refusalOf(check.verify(account)), "503 UNAVAILABLE"),
      );
    }
  },
});

Deno.test({
  ...options,
  name: "verify() explains Twilio's other refusals by their code",
  async fn() {
    const cases: [number, unknown, string][] = [
      [401, {}, "422 TWILIO_20003"],
      [403, { code: 20003 }, "422 TWILIO_20003"],
      [403, { code: 20005 }, "422 ACCOUNT_NOT_ACTIVE"],
      [403, { code: 20008 }, "422 TWILIO_20008"],
      [404, { code: 20404 }, "422 TWILIO_20404"],
      [400, { code: `</script>${token}` }, "422 TWILIO_REFUSED"],
    ];
    for (const [status, body, refusal] of cases) {
      await withAnswer(
        () => Response.json(body, { status }),
        async (check) => assert.equal(await refusalOf(check.verify(account)), refusal),
      );
    }
  },
});

Deno.test({
  ...options,
  name: "accepts() tells a token that Twilio takes from one it does not, and from not knowing",
  fn: () =>
    withCarrier(async (check, carrier) => {
      assert.equal(await check.accepts({ accountSid: ACCOUNT, authToken: token }), true);
      carrier.rotateToken(ACCOUNT);
      assert.equal(await check.accepts({ accountSid: ACCOUNT, authToken: token }), false);
      await carrier.goDown();
      assert.equal(
        await refusalOf(check.accepts({ accountSid: ACCOUNT, authToken: token })),
        "503 UNAVAILABLE",
      );
    }),
});

import assert from "node:assert/strict";
import { createCarrier, type SendOutcome } from "../../../../supabase/functions/_shared/sms/twilio/send.ts";
import { classifySendError } from "../../../../supabase/functions/_shared/sms/twilio/send_errors.ts";
import { deliveryJob, PUBLIC_URL } from "../support.ts";

const sid = `SM${"c".repeat(32)}`;

/** Sends one text with the real client to a server that answers like this. */
async function sendTo(
  handler: (request: Request) => Response | Promise<Response>,
  job = deliveryJob("1"),
): Promise<SendOutcome> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
  try {
    return await carrierAt(`http://127.0.0.1:${server.addr.port}/carrier`).send(job, as(job, "the token"));
  } finally {
    await server.shutdown();
  }
}

const as = ({ account_sid }: { account_sid: string }, authToken: string) => ({
  accountSid: account_sid,
  authToken,
});
const carrierAt = (apiBaseUrl: string, timeoutMs = 5_000) =>
  createCarrier({ apiBaseUrl, publicUrl: PUBLIC_URL, timeoutMs });
const answers = (status: number, body: unknown) => () => Response.json(body, { status });
const failure = (status: number, code: number) =>
  answers(status, { status, code, message: "To +14155550101 …" });

/** A client that keeps its connections must not look like a leak. */
const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  ...options,
  name: "send() names sender, media and a callback URL with our own id",
  async fn() {
    let seen: { url: string; authorization: string | null; form: URLSearchParams } | undefined;
    const job = deliveryJob("1", { media_urls: ["https://a.test/1.png", "https://a.test/2.png"] });
    const sent = await sendTo(async (request) => {
      seen = {
        url: request.url,
        authorization: request.headers.get("authorization"),
        form: new URLSearchParams(await request.text()),
      };
      return Response.json({ sid, status: "queued", num_segments: "2" }, { status: 201 });
    }, job);
    assert.deepEqual(sent, { outcome: "accepted", messageSid: sid, status: "queued", segments: 2 });
    assert.ok(seen);
    assert.match(
      new URL(seen.url).pathname,
      new RegExp(`^/carrier/2010-04-01/Accounts/${job.account_sid}/Messages.json$`),
    );
    assert.equal(seen.authorization, `Basic ${btoa(`${job.account_sid}:the token`)}`);
    assert.equal(seen.form.get("From"), job.from_number);
    assert.equal(seen.form.get("To"), job.to_number);
    assert.equal(seen.form.get("Body"), "Hello");
    assert.deepEqual(seen.form.getAll("MediaUrl"), job.media_urls);
    assert.equal(
      seen.form.get("StatusCallback"),
      `${PUBLIC_URL}/functions/v1/sms-status?message_id=message-1#rc=3&rp=5xx,ct,rt`,
    );
  },
});

Deno.test({
  ...options,
  name: "send() leaves out a body that is empty and segments that Twilio does not know yet",
  async fn() {
    let form = new URLSearchParams();
    const sent = await sendTo(async (request) => {
      form = new URLSearchParams(await request.text());
      return Response.json({ sid, status: "accepted", num_segments: "0" }, { status: 201 });
    }, deliveryJob("1", { body: "", media_urls: ["https://a.test/1.png"] }));
    assert.equal(form.has("Body"), false);
    assert.deepEqual(sent, { outcome: "accepted", messageSid: sid, status: "accepted", segments: null });
  },
});

const classified: Record<string, [() => Response, SendOutcome["outcome"], string | null]> = {
  "a refused number": [failure(400, 21211), "refused", "21211"],
  "an opted-out recipient": [failure(400, 21610), "refused", "21610"],
  "a refusal in the newer format": [
    answers(400, { type: "t", title: "T", status: 400, code: 21408 }),
    "refused",
    "21408",
  ],
  "a proxy's refusal": [() => new Response("<html>", { status: 413 }), "refused", "HTTP_413"],
  "the daily limit": [failure(429, 63038), "refused", "63038"],
  "too many requests": [failure(429, 20429), "retry", "20429"],
  "wrong credentials": [failure(401, 20003), "unauthorized", "20003"],
  "a server error": [failure(500, 20500), "unknown", "20500"],
  "a request that was cut short": [() => new Response("<html>", { status: 408 }), "unknown", null],
  "a gateway's page": [() => new Response("<html>", { status: 502 }), "unknown", null],
  "a redirect": [() => new Response(null, { status: 302, headers: { location: "/x" } }), "unknown", null],
  "a success nobody can read": [() => new Response("<html>", { status: 201 }), "unknown", null],
  "a success without a SID": [answers(201, { status: "queued" }), "unknown", null],
};
for (const [what, [handler, outcome, code]] of Object.entries(classified)) {
  Deno.test({
    ...options,
    name: `send() takes ${what} for ${outcome}, after one request`,
    async fn() {
      let requests = 0;
      const sent = await sendTo(() => {
        requests += 1;
        return handler();
      });
      assert.equal(requests, 1);
      assert.equal(sent.outcome, outcome);
      if (sent.outcome === "accepted") return;
      assert.equal(sent.errorCode, code);
      assert.ok(sent.explanation.length > 10 && !sent.explanation.includes("+1"), sent.explanation);
    },
  });
}

Deno.test({
  ...options,
  name: "send() knows that nothing was sent when nobody listens or no host is found",
  async fn() {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr;
    listener.close();
    assert.equal(
      (await carrierAt(`http://127.0.0.1:${port}`).send(deliveryJob("1"), as(deliveryJob("1"), "token")))
        .outcome,
      "retry",
    );
  },
});

Deno.test({
  ...options,
  name: "send() does not know what became of a text when the connection breaks or the answer never ends",
  async fn() {
    const behaviours: ((connection: Deno.Conn) => Promise<unknown>)[] = [
      (connection) => connection.read(new Uint8Array(64)).then(() => connection.close()),
      () => Promise.resolve(),
      (connection) =>
        connection.write(new TextEncoder().encode("HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{")),
    ];
    for (const behave of behaviours) {
      const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
      const connections: Deno.Conn[] = [];
      const serving = (async () => {
        for await (const connection of listener) {
          connections.push(connection);
          await behave(connection);
        }
      })();
      const carrier = carrierAt(`http://127.0.0.1:${listener.addr.port}`, 50);
      assert.equal((await carrier.send(deliveryJob("1"), as(deliveryJob("1"), "token"))).outcome, "unknown");
      listener.close();
      await serving;
      for (const connection of connections) {
        try {
          connection.close();
        } catch (error) {
          assert.ok(error instanceof Deno.errors.BadResource);
        }
      }
    }
  },
});

Deno.test("classifySendError() knows failures before the request from failures after it", () => {
  const system = (code: string, cause?: unknown) => Object.assign(new Error("x", { cause }), { code });
  for (
    const code of [
      "ECONNREFUSED",
      "ENOTFOUND",
      "EAI_AGAIN",
      "CERT_HAS_EXPIRED",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ]
  ) {
    assert.equal(classifySendError(system(code)).outcome, "retry", code);
    assert.equal(
      classifySendError(new Error("request failed", { cause: system(code) })).outcome,
      "retry",
      code,
    );
  }
  for (const code of ["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED", "ERR_CANCELED"]) {
    assert.equal(classifySendError(system(code)).outcome, "unknown", code);
  }
  // The failed message shows this sentence after the last try, so it must not promise another one.
  assert.equal(
    classifySendError(system("ECONNREFUSED")).explanation,
    "Twilio could not be reached. Send the message again later.",
  );
  assert.equal(classifySendError(new Error("invalid peer certificate: UnknownIssuer")).outcome, "retry");
  for (const thrown of [new Error("x"), "x", null, undefined]) {
    assert.equal(classifySendError(thrown).outcome, "unknown");
  }
});

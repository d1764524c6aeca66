import assert from "node:assert/strict";
import { AppError } from "../../../supabase/functions/_shared/sms/http/errors.ts";
import type { TwilioAccounts } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import {
  createTwilioMedia,
  type TwilioMediaOptions,
} from "../../../supabase/functions/_shared/sms/twilio/media.ts";
import { ACCOUNT, fakeClient, OTHER_ACCOUNT, secretsWith } from "../sms/support.ts";

const PATH = `/2010-04-01/Accounts/${ACCOUNT}/Messages/MM${"1".repeat(32)}/Media/ME${"2".repeat(32)}`;
const URL_AT_TWILIO = `https://api.twilio.com${PATH}`;
const STORAGE = "https://mms.twiliocdn.com/signed?key=1";

type Answer = Response | ((signal: AbortSignal) => Promise<Response>);

/** Twilio and its storage: what each URL answers, one after the other. */
function world(
  answers: Record<string, Answer[]>,
  more: Partial<TwilioMediaOptions> & { tokens?: string[] } = {},
) {
  const asked: { url: string; authorization: string | null }[] = [];
  const tokens = more.tokens ?? ["one"];
  let afresh = 0;
  const found = (token: string | undefined) =>
    Promise.resolve(token === undefined ? null : secretsWith([token]));
  const accounts: TwilioAccounts = {
    read: () => found(tokens[0]),
    readAfresh: () => {
      afresh += 1;
      return found(tokens[1] ?? tokens[0]);
    },
  };
  const media = createTwilioMedia({
    accounts,
    apiBaseUrl: null,
    ...more,
    fetch: async (input, init) => {
      assert.equal(init?.redirect, "manual");
      const url = String(input);
      asked.push({ url, authorization: new Headers(init?.headers).get("authorization") });
      const answer = answers[url]?.shift();
      if (!answer) throw new TypeError(`nothing at ${url}`);
      assert(init?.signal);
      return typeof answer === "function" ? await answer(init.signal) : answer;
    },
  });
  const get = (url = URL_AT_TWILIO) => media(fakeClient({}), { accountSid: ACCOUNT, url });
  return { get, asked, afresh: () => afresh };
}

const redirect = (location: string, status = 307) => new Response(null, { status, headers: { location } });
const file = (content = "pixels") => new Response(content, { headers: { "content-type": "image/png" } });
const basic = (token: string) => `Basic ${btoa(`${ACCOUNT}:${token}`)}`;

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => null, (error) => error);
  assert(error instanceof AppError, String(error));
  return `${error.status} ${error.code}`;
}

Deno.test("an attachment is fetched with the account's token, and where Twilio redirects without it", async () => {
  const { get, asked } = world({ [URL_AT_TWILIO]: [redirect(STORAGE)], [STORAGE]: [file()] });
  const { body, contentType } = await get();
  assert.equal(await new Response(body).text(), "pixels");
  assert.equal(contentType, "image/png");
  assert.deepEqual(asked, [
    { url: URL_AT_TWILIO, authorization: basic("one") },
    { url: STORAGE, authorization: null },
  ]);
});

Deno.test("an attachment that is not this account's, or not at Twilio, is nobody's to fetch", async (t) => {
  for (
    const url of [
      URL_AT_TWILIO.replace(ACCOUNT, OTHER_ACCOUNT),
      URL_AT_TWILIO.replace("https:", "http:"),
      URL_AT_TWILIO.replace("api.twilio.com", "api.twilio.com.example.com"),
      URL_AT_TWILIO.replace("api.twilio.com", "api.twilio.com:8443"),
      URL_AT_TWILIO.replace("//", "//user:password@"),
      `${URL_AT_TWILIO}.json`,
      `${URL_AT_TWILIO}/`,
      `${URL_AT_TWILIO}?a=b`,
      `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
      "http://169.254.169.254/latest/meta-data",
      "//api.twilio.com",
      "",
    ]
  ) {
    await t.step(url, async () => {
      const { get, asked } = world({});
      assert.equal(await codeOf(get(url)), "404 MEDIA_NOT_FOUND");
      assert.deepEqual(asked, []);
    });
  }
});

Deno.test("an emulator stands in for Twilio's host, and may redirect to http", async () => {
  const emulator = "http://127.0.0.1:4010";
  for (const stored of [URL_AT_TWILIO, `${emulator}${PATH}`]) {
    const answers = { [`${emulator}${PATH}`]: [redirect("/_media/1")], [`${emulator}/_media/1`]: [file()] };
    const { get } = world(answers, { apiBaseUrl: emulator });
    assert.equal(await new Response((await get(stored)).body).text(), "pixels");
  }
});

Deno.test("redirects are followed twice, to https only", async (t) => {
  const next = "https://storage.example.com/2";
  await t.step("two hops", async () => {
    const { get } = world({
      [URL_AT_TWILIO]: [redirect(STORAGE)],
      [STORAGE]: [redirect(next, 302)],
      [next]: [file()],
    });
    await (await get()).body.cancel();
  });
  await t.step("three hops", async () => {
    const answers = {
      [URL_AT_TWILIO]: [redirect(STORAGE)],
      [STORAGE]: [redirect(next)],
      [next]: [redirect(STORAGE)],
    };
    assert.equal(await codeOf(world(answers).get()), "502 MEDIA_UNAVAILABLE");
  });
  for (const location of ["http://mms.twiliocdn.com/1", "file:///etc/passwd", "data:text/plain,x", ""]) {
    await t.step(`to ${location}`, async () => {
      const { get, asked } = world({ [URL_AT_TWILIO]: [redirect(location)] });
      assert.equal(await codeOf(get()), "502 MEDIA_UNAVAILABLE");
      assert.equal(asked.length, 1);
    });
  }
});

Deno.test("what Twilio and its storage answer is told in our words", async (t) => {
  for (
    const [status, code] of [
      [404, "404 MEDIA_NOT_FOUND"],
      [410, "404 MEDIA_NOT_FOUND"],
      [403, "502 MEDIA_UNAVAILABLE"],
      [204, "502 MEDIA_UNAVAILABLE"],
      [429, "503 UNAVAILABLE"],
      [500, "503 UNAVAILABLE"],
      [503, "503 UNAVAILABLE"],
    ] as const
  ) {
    await t.step(String(status), async () => {
      const body = status === 204 ? null : "<Error>secret</Error>";
      assert.equal(await codeOf(world({ [URL_AT_TWILIO]: [new Response(body, { status })] }).get()), code);
      const answers = { [URL_AT_TWILIO]: [redirect(STORAGE)], [STORAGE]: [new Response(body, { status })] };
      assert.equal(await codeOf(world(answers).get()), code);
    });
  }
  await t.step("nothing", async () => assert.equal(await codeOf(world({}).get()), "503 UNAVAILABLE"));
});

Deno.test("an answer that does not begin is given up on", async () => {
  const never = (signal: AbortSignal) =>
    new Promise<Response>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  assert.equal(
    await codeOf(world({ [URL_AT_TWILIO]: [never] }, { answerTimeoutMs: 1 }).get()),
    "503 UNAVAILABLE",
  );
});

Deno.test("a file that is too large is refused, or broken off when it did not say so", async () => {
  const said = new Response("x".repeat(11), { headers: { "content-length": "11" } });
  assert.equal(
    await codeOf(world({ [URL_AT_TWILIO]: [said] }, { maxBytes: 10 }).get()),
    "502 MEDIA_TOO_LARGE",
  );
  const { body } = await world({ [URL_AT_TWILIO]: [new Response("x".repeat(11))] }, { maxBytes: 10 }).get();
  await assert.rejects(new Response(body).text(), /more than 10 bytes/);
  const fits = await world({ [URL_AT_TWILIO]: [new Response("x".repeat(10))] }, { maxBytes: 10 }).get();
  assert.equal(await new Response(fits.body).text(), "x".repeat(10));
});

Deno.test("an attachment is passed on as it comes, and no longer fetched when nobody wants it", async () => {
  let canceled = false;
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(1024));
    },
    cancel: () => void (canceled = true),
  });
  const { body } = await world({ [URL_AT_TWILIO]: [new Response(endless)] }).get();
  const reader = body.getReader();
  assert.equal((await reader.read()).value?.byteLength, 1024);
  assert(pulled < 10, `${pulled} pieces are held`);
  await reader.cancel();
  assert(canceled);
});

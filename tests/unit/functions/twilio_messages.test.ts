import assert from "node:assert/strict";
import {
  createTwilioMessages,
  type TwilioMessages,
} from "../../../supabase/functions/sms-worker/questions/messages.ts";
import { ACCOUNT } from "../sms/support.ts";

const who = { accountSid: ACCOUNT, authToken: "the token" };
const sid = `SM${"c".repeat(32)}`;

/** As on https://www.twilio.com/docs/messaging/api/message-resource#message-properties */
const resource = {
  account_sid: ACCOUNT,
  api_version: "2010-04-01",
  body: "Hello",
  date_created: "Mon, 23 Nov 2026 09:00:01 +0000",
  date_sent: null,
  date_updated: "Mon, 23 Nov 2026 09:00:02 +0000",
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+15005550006",
  messaging_service_sid: null,
  num_media: "0",
  num_segments: "2",
  price: null,
  price_unit: "USD",
  sid,
  status: "queued",
  subresource_uris: {},
  to: "+14155550101",
  uri: `/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}.json`,
};
const pageOf = (messages: unknown[], next_page_uri: string | null = null) => ({
  messages,
  next_page_uri,
  page: 0,
  page_size: 100,
});

async function asking<T>(
  answer: (request: Request) => Response,
  work: (messages: TwilioMessages, base: string) => Promise<T>,
): Promise<T> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  const apiBaseUrl = `http://127.0.0.1:${server.addr.port}`;
  try {
    return await work(createTwilioMessages({ apiBaseUrl, timeoutMs: 5_000 }), apiBaseUrl);
  } finally {
    await server.shutdown();
  }
}

function test(name: string, fn: () => Promise<void>): void {
  // Twilio's client leaves its agents to the garbage collector.
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

test("listBetween() names both numbers and no date, and goes on where a page ended", async () => {
  const asked: URL[] = [];
  const next = `/2010-04-01/Accounts/${ACCOUNT}/Messages.json?PageSize=100&Page=1&PageToken=PASM1`;
  await asking((request) => {
    asked.push(new URL(request.url));
    assert.equal(request.headers.get("authorization"), `Basic ${btoa(`${ACCOUNT}:the token`)}`);
    return Response.json(pageOf([resource], asked.length === 1 ? next : null));
  }, async (messages) => {
    const filter = { to: "+14155550101", from: "+15005550006" };
    const first = await messages.listBetween(who, { ...filter, pageToken: null });
    assert.deepEqual(first, {
      messages: [{
        sid,
        direction: "outbound-api",
        to: "+14155550101",
        from: "+15005550006",
        body: "Hello",
        status: "queued",
        errorCode: null,
        numSegments: 2,
        numMedia: 0,
        price: null,
        priceUnit: "USD",
        createdAt: new Date("2026-11-23T09:00:01Z"),
      }],
      nextToken: "PASM1",
    });
    const second = await messages.listBetween(who, { ...filter, pageToken: first.nextToken });
    assert.equal(second.nextToken, null);
  });
  const parameters = asked.map(({ searchParams }) => Object.fromEntries(searchParams));
  const filter = { To: "+14155550101", From: "+15005550006", PageSize: "100" };
  assert.deepEqual(parameters, [filter, { ...filter, Page: "1", PageToken: "PASM1" }]);
});

test("fetch() tells what Twilio says, null for what it does not have, and rejects what it cannot know", async () => {
  const final = {
    ...resource,
    status: "undelivered",
    error_code: 30005,
    price: "-0.00830",
    num_segments: "0",
  };
  const found = await asking(() => Response.json(final), (messages) => messages.fetch(who, sid));
  assert.deepEqual([found?.status, found?.errorCode, found?.price, found?.numSegments], [
    "undelivered",
    "30005",
    "-0.00830",
    null,
  ]);
  const status = (code: number) => () =>
    Response.json({ status: code, code: 20000 + code }, { status: code });
  assert.equal(await asking(status(404), (messages) => messages.fetch(who, sid)), null);
  for (const code of [401, 429, 500, 503]) {
    await assert.rejects(asking(status(code), (messages) => messages.fetch(who, sid)), { status: code });
  }
  await assert.rejects(asking(() => new Response("<html>"), (messages) => messages.fetch(who, sid)));
});

test("a price that is no number is not known", async () => {
  const odd = { ...resource, price: "free" };
  const found = await asking(() => Response.json(odd), (messages) => messages.fetch(who, sid));
  assert.equal(found?.price, null);
});

test("listMedia() gives the URLs that a webhook names: without .json, at Twilio or its emulator", async () => {
  const media = (name: string, content_type: string) => ({
    sid: name,
    content_type,
    uri: `/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}/Media/${name}.json`,
  });
  const page = { media_list: [media("ME1", "image/png"), media("ME2", "text/vcard")], next_page_uri: null };
  await asking(() => Response.json(page), async (messages, base) => {
    const root = `${base}/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}/Media`;
    assert.deepEqual(await messages.listMedia(who, sid), [
      { url: `${root}/ME1`, content_type: "image/png" },
      { url: `${root}/ME2`, content_type: "text/vcard" },
    ]);
  });
});

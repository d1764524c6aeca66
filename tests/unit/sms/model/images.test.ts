import assert from "node:assert/strict";
import { createImages } from "../../../../supabase/functions/_shared/sms/model/images.ts";
import type { ReplyJob } from "../../../../supabase/functions/_shared/sms/database/verbs/replies.ts";
import { ACCOUNT, capturedLog, fakeClient, replyJob } from "../support.ts";

type Turn = ReplyJob["history"][number];

const turn = (seq: number, direction: Turn["direction"], ...types: string[]): Turn => ({
  seq,
  direction,
  sender: direction === "inbound" ? "contact" : "assistant",
  body: "Look",
  media: types.map((content_type, at) => ({ url: `https://api.twilio.com/${seq}/${at}`, content_type })),
  account_sid: types.length === 0 ? null : ACCOUNT,
  created_at: "2026-11-22T10:00:00Z",
});

/** What is loaded for a job whose media have these sizes in bytes (default: three), and what was fetched for it. */
async function loaded(history: Turn[], { reads = true, sizes = {} as Record<string, number> } = {}) {
  const fetched: string[] = [];
  const { log, lines } = capturedLog();
  const withImages = createImages((_client, { accountSid, url }) => {
    assert.equal(accountSid, ACCOUNT);
    fetched.push(url.replace("https://api.twilio.com/", ""));
    const size = sizes[fetched.at(-1) ?? ""] ?? 3;
    if (size < 0) return Promise.reject(new Error("Twilio is away"));
    const body = new Response(new Uint8Array(size)).body;
    assert(body);
    return Promise.resolve({ body, contentType: null });
  }, log);
  const job = replyJob("1", { history });
  const seeing = { ...job, assistant: { ...job.assistant, reads_images: reads } };
  const images = await withImages(fakeClient({}), seeing, (images) => Promise.resolve(images));
  const begun = [...images].map(([seq, urls]) => [seq, urls.map((url) => url.slice(0, 22))] as const);
  return { fetched, images: begun, lines };
}

Deno.test("the images of the contact's latest messages are loaded, no others", async () => {
  const history = [
    turn(1, "inbound", "image/png"),
    turn(2, "outbound", "image/png"),
    turn(3, "inbound", "image/jpg", "audio/amr", "image/svg+xml"),
    turn(4, "inbound", "IMAGE/WEBP; x=1", "image/heic"),
    turn(5, "outbound", "image/png"),
  ];
  const { fetched, images } = await loaded(history);
  assert.deepEqual(fetched, ["3/0", "4/0"]);
  assert.deepEqual(images, [[3, ["data:image/jpeg;base64"]], [4, ["data:image/webp;base64"]]]);
});

Deno.test("an assistant that reads no images loads none", async () => {
  const { fetched, images } = await loaded([turn(1, "inbound", "image/png")], { reads: false });
  assert.deepEqual([fetched, images], [[], []]);
});

Deno.test("no more than four images are loaded, the last ones, and no more than 3 MB", async () => {
  const many = await loaded([turn(1, "inbound", ...Array(6).fill("image/png"))]);
  assert.deepEqual(many.fetched, ["1/2", "1/3", "1/4", "1/5"]);
  const large = await loaded([turn(1, "inbound", "image/png", "image/png", "image/png")], {
    sizes: { "1/0": 2 * 1024 * 1024, "1/1": 2 * 1024 * 1024, "1/2": 1024 },
  });
  assert.deepEqual(large.images.map(([seq, urls]) => [seq, urls.length]), [[1, 2]]);
});

Deno.test("an image that cannot be loaded is left out and logged, and the others are sent", async () => {
  const { images, lines } = await loaded([turn(1, "inbound", "image/png", "image/gif")], {
    sizes: { "1/0": -1 },
  });
  assert.deepEqual(images, [[1, ["data:image/gif;base64,"]]]);
  assert.match(JSON.stringify(lines), /IMAGE_NOT_LOADED/);
});

Deno.test("no more than six replies hold images at once; the seventh is composed without", async () => {
  const body = () => new Response(new Uint8Array(3)).body ?? new ReadableStream<Uint8Array>();
  const { log } = capturedLog();
  const withImages = createImages(() => Promise.resolve({ body: body(), contentType: null }), log);
  const job = replyJob("1", { history: [turn(1, "inbound", "image/png")] });
  const seeing = { ...job, assistant: { ...job.assistant, reads_images: true } };
  const gate = Promise.withResolvers<void>();
  const held: number[] = [];
  const hold = () =>
    withImages(fakeClient({}), seeing, async ({ size }) => {
      held.push(size);
      await gate.promise;
    });
  const all = [1, 2, 3, 4, 5, 6, 7].map(hold);
  gate.resolve();
  await Promise.all(all);
  assert.deepEqual(held.sort(), [0, 1, 1, 1, 1, 1, 1]);
  const again = withImages(fakeClient({}), seeing, ({ size }) => Promise.resolve(size));
  assert.equal(await again, 1, "and room is made when they are done");
});

import { Buffer } from "node:buffer";
import { describeError, type Logger } from "../log.ts";
import type { RpcClient } from "../database/rpc.ts";
import type { ReplyJob } from "../database/verbs/replies.ts";
import type { TwilioMedia } from "../twilio/media.ts";
import { isReadable } from "./attachments.ts";
import type { Images } from "./shapes.ts";

/** Loads the images that belong to a job, and holds them while they are used. */
export type WithImages = <T>(
  client: RpcClient,
  job: ReplyJob,
  use: (images: Images) => Promise<T>,
) => Promise<T>;

const MOST_IMAGES = 4;
/** All of them together: about as much as carriers let a telephone send. */
const MOST_BYTES = 3 * 1024 * 1024;
/** Replies with images at once. Each takes some 12 MB while its request is built, and an isolate has 256 MB for everything. */
const MOST_REPLIES = 6;

/**
 * Loads the images of the contact's latest messages, with the account's own credentials: the model's provider could not fetch
 * them, and gets no link. One that cannot be loaded, or for which there is no room, is named like any other attachment.
 */
export function createImages(media: TwilioMedia, log: Logger): WithImages {
  let replies = 0;
  return async (client, job, use) => {
    const wanted = job.assistant.reads_images ? latestImages(job) : [];
    if (wanted.length === 0 || replies >= MOST_REPLIES) return await use(new Map());
    replies += 1;
    try {
      return await use(await load({ media, log, client }, wanted));
    } finally {
      replies -= 1;
    }
  };
}

async function load(
  { media, log, client }: { media: TwilioMedia; log: Logger; client: RpcClient },
  wanted: ReturnType<typeof latestImages>,
): Promise<Images> {
  const images = new Map<number, string[]>();
  let left = MOST_BYTES;
  for (const { seq, url, type, accountSid } of wanted) {
    try {
      const { body } = await media(client, { accountSid, url });
      const bytes = await new Response(body).bytes();
      if (bytes.byteLength > left) continue;
      left -= bytes.byteLength;
      const encoded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
      images.set(seq, [...images.get(seq) ?? [], `data:${type};base64,${encoded}`]);
    } catch (error) {
      log.warn({ outcome: "IMAGE_NOT_LOADED", error: describeError(error) });
    }
  }
  return images;
}

/** The last ones of the contact's turn that is answered. */
function latestImages({ history }: ReplyJob) {
  const last = history.findLastIndex(({ direction }) => direction === "inbound");
  const before = history.findLastIndex(({ direction }, at) => at < last && direction === "outbound");
  return history.slice(before + 1, last + 1).flatMap(({ seq, media, account_sid: accountSid }) =>
    media.flatMap(({ url, content_type: type }) =>
      accountSid !== null && typeof type === "string" && isReadable(type)
        ? [{ seq, url, accountSid, type: type.split(";")[0]?.trim().toLowerCase().replace("jpg", "jpeg") }]
        : []
    )
  ).slice(-MOST_IMAGES);
}

import { Buffer } from "node:buffer";
import { describeError, type Logger } from "../log.ts";
import type { RpcClient } from "../database/rpc.ts";
import type { ReplyJob } from "../database/verbs/replies.ts";
import type { TwilioMedia } from "../twilio/media.ts";
import { isReadable } from "./attachments.ts";

/** Images as `data:` URLs, by the number of their message. */
export type Images = ReadonlyMap<number, readonly string[]>;

export type LoadImages = (client: RpcClient, job: ReplyJob) => Promise<Images>;

const MOST_IMAGES = 4;
/** All of them together. The request is built in the worker's memory and CPU time. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Loads the images of the contact's latest messages, with the account's own credentials: the model's provider could not fetch
 * them, and gets no link. One that cannot be loaded is named like any other attachment.
 */
export function createImages(media: TwilioMedia, log: Logger): LoadImages {
  return async (client, job) => {
    const images = new Map<number, string[]>();
    if (!job.assistant.reads_images) return images;
    let left = MOST_BYTES;
    for (const { seq, url, type, accountSid } of latestImages(job)) {
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
  };
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

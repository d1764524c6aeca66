import type { RpcClient } from "../_shared/sms/database/rpc.ts";
import { AppError, notFound } from "../_shared/sms/http/errors.ts";
import type { TwilioMedia } from "../_shared/sms/twilio/media.ts";
import { type ConversationReference, getAttachment } from "../_shared/sms/database/verbs/conversation.ts";
import { Uuid } from "../_shared/sms/contract/common.ts";

/** Types of a contact's file that a browser may show. It may only save the others. */
const SHOWN = /^(image|audio|video)\/[a-z0-9.+-]+$/;
const SAVED = [
  "application/pdf",
  "text/vcard",
  "text/x-vcard",
  "text/calendar",
  "text/plain",
];
const ANY = "application/octet-stream";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/heic": "heic",
  "audio/mpeg": "mp3",
  "audio/amr": "amr",
  "audio/3gpp": "3gp",
  "audio/3gpp2": "3g2",
  "audio/mp4": "m4a",
  "audio/aac": "aac",
  "audio/ogg": "ogg",
  "audio/wav": "wav",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/3gpp": "3gp",
  "video/3gpp2": "3g2",
  "application/pdf": "pdf",
  "text/vcard": "vcf",
  "text/x-vcard": "vcf",
  "text/calendar": "ics",
  "text/plain": "txt",
};

/**
 * Streams an attachment of an inbound message. An attachment of an outbound message is a public URL that the tenant gave:
 * the answer names it. It is not a redirect, because not every client drops its token when it follows one.
 *
 * @throws AppError MEDIA_NOT_FOUND, MEDIA_IS_PUBLIC, RATE_LIMITED, and what TwilioMedia throws
 */
export async function sendAttachment(
  media: TwilioMedia,
  wanted: { reference: ConversationReference; message: string; attachment: string; accept: string | null },
  clients: { readonly tenant: RpcClient; readonly secret: RpcClient; readonly takeTurn: () => Promise<void> },
): Promise<Response> {
  const { reference, message, attachment } = wanted;
  if (!Uuid.safeParse(message).success || !/^\d$/.test(attachment)) {
    throw notFound("MEDIA_NOT_FOUND", "That message has no such attachment.");
  }
  const stored = await getAttachment(clients.tenant, reference, {
    message_id: message,
    attachment: Number(attachment),
  });
  if (stored.direction === "outbound") {
    throw new AppError(
      409,
      "MEDIA_IS_PUBLIC",
      "This attachment was sent from a public URL: fetch it there.",
      {
        details: { url: stored.url },
      },
    );
  }
  await clients.takeTurn();
  const found = await media(clients.secret, { accountSid: stored.account_sid, url: stored.url });
  const type = servedType(stored.content_type ?? found.contentType, wanted.accept);
  const name = `${message}-${attachment}.${EXTENSIONS[type] ?? "bin"}`;
  return new Response(found.body, {
    headers: {
      "content-type": type === "text/plain" ? "text/plain; charset=utf-8" : type,
      "content-disposition": `${SHOWN.test(type) ? "inline" : "attachment"}; filename="${name}"`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=3600",
      "vary": "authorization, accept",
    },
  });
}

/**
 * A type that cannot run code in a browser. `Accept: application/octet-stream` asks for plain bytes: supabase-js reads
 * every other type except PDF as text, which breaks images.
 */
function servedType(claimed: string | null, accept: string | null): string {
  const type = claimed?.split(";")[0]?.trim().toLowerCase() ?? ANY;
  if (accept === ANY || type.startsWith("image/svg")) return ANY;
  return SHOWN.test(type) || SAVED.includes(type) ? type : ANY;
}

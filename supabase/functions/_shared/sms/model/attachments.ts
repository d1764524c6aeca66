import type { ReplyJob } from "../database/verbs/replies.ts";

type Media = ReplyJob["history"][number]["media"];

/** What an attachment is called, by the beginning of its type; the first that fits. */
const NAMES: readonly (readonly [type: string, one: string, several: string])[] = [
  ["image/", "photo", "photos"],
  ["audio/", "voice message", "voice messages"],
  ["video/", "video", "videos"],
  ["text/vcard", "contact card", "contact cards"],
  ["text/x-vcard", "contact card", "contact cards"],
  ["text/calendar", "calendar entry", "calendar entries"],
  ["application/pdf", "PDF document", "PDF documents"],
  ["", "file", "files"],
];

/** The types of images that models read. https://developers.openai.com/api/docs/guides/images-vision */
const READABLE = /^image\/(jpe?g|png|gif|webp)\b/;

export const isReadable = (contentType: string | null | undefined): boolean =>
  READABLE.test((contentType ?? "").toLowerCase());

/** `[2 photos, 1 voice message]`, or nothing. */
export function namesOf(media: Media): string {
  const types = media.map(({ content_type: type }) => (type ?? "").toLowerCase());
  const named = types.map((type) => NAMES.findIndex(([begin]) => type.startsWith(begin)));
  const parts = NAMES.flatMap(([, one, several], at) => {
    const count = named.filter((found) => found === at).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  return parts.length === 0 ? "" : `[${parts.join(", ")}]`;
}

/**
 * How to answer about attachments.
 * @param seen photos go with this call; not all of them need be among them
 */
export function attachmentRule(seen: boolean): string {
  const sees = seen
    ? "You see photos of the contact's latest messages. Other attachments, and earlier photos, are only named, in brackets: "
    : "You cannot see or hear attachments. They are named in brackets: ";
  return `${sees}never guess what is in them. Say that you cannot open them here, and ask the contact to write what ` +
    "matters, or offer that a person looks at them.";
}

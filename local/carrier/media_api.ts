/**
 * Attachments. Without `.json` Twilio redirects to the file itself, which then needs no credentials.
 * https://www.twilio.com/docs/messaging/api/media-resource
 */
import { errorResponse } from "./errors.ts";
import { pageOf } from "./paging.ts";
import { renderMedia } from "./render.ts";
import type { LedgerMessage, MediaItem } from "./types.ts";
import type { World } from "./world.ts";

export function listMedia(message: LedgerMessage, url: URL): Response {
  return pageOf(url, { key: "media_list", all: message.media, render: (item) => renderMedia(message, item) });
}

export function fetchMedia(world: World, message: LedgerMessage, name: string): Response {
  const sid = name.replace(/\.json$/, "");
  const item = message.media.find((media) => media.sid === sid);
  if (item === undefined) return errorResponse(20404, { path: name });
  if (name.endsWith(".json")) return Response.json(renderMedia(message, item));
  return new Response(null, {
    status: 307,
    headers: { location: `${world.url}/_media/${message.sid}/${sid}` },
  });
}

export function fetchMediaFile(world: World, messageSid: string, mediaSid: string): Response {
  const item: MediaItem | undefined = world.ledger.get(messageSid)?.media.find((media) =>
    media.sid === mediaSid
  );
  if (item === undefined) return new Response("Not found", { status: 404 });
  return new Response(item.content, { headers: { "content-type": item.contentType } });
}

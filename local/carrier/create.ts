/** `POST /Messages.json`. https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
import type { Delivery } from "./delivery.ts";
import { errorResponse } from "./errors.ts";
import type { ApiCall } from "./gates.ts";
import { newSid } from "./ids.ts";
import { newMessage } from "./messages.ts";
import { renderMessage } from "./render.ts";
import type { Answer } from "./server.ts";
import type { LedgerMessage } from "./types.ts";
import { type CreateRequest, readCreateRequest, refusalOf } from "./validation.ts";
import { pause, type World } from "./world.ts";

/** Twilio has no idempotency key: the same request twice is two messages. */
export async function createMessage(
  world: World,
  delivery: Delivery,
  { accountSid, form }: { accountSid: string; form: URLSearchParams },
): Promise<Answer> {
  const request = readCreateRequest(form);
  const call = {
    kind: "create",
    accountSid,
    to: request.to,
    from: request.from,
    body: request.body,
  } as const;
  const fault = await faultBefore(world, call);
  if (fault !== null) return fault;
  for (const hook of [...world.gates.before]) await hook(call);
  await world.gates.pass(call, "before");

  const code = refusalOf(world, accountSid, request);
  if (code !== null) {
    world.emit({ type: "refused", accountSid, to: request.to, from: request.from, code });
    return errorResponse(code, { to: request.to, from: request.from, url: request.statusCallback });
  }
  const message = accept(world, accountSid, { request, form });
  // Rendered now: what the client is told is the first status, whatever has happened before it is told.
  const rendered = renderMessage(message);
  if (world.faults.settings.callbackBeforeAnswer) await delivery.startBeforeAnswer(message);
  else delivery.start(message);

  for (const hook of [...world.gates.after]) await hook(call, message);
  await world.gates.pass(call, "after");
  return faultAfter(world, request.to) ?? Response.json(rendered, { status: 201 });
}

async function faultBefore(world: World, call: ApiCall): Promise<Answer | null> {
  const { createDelayMs, failStatus } = world.faults.settings;
  if (createDelayMs > 0) await pause(world, createDelayMs);
  if (world.faults.take("resetNext", call.to)) return "drop";
  if (world.faults.take("rateLimitNext", call.to)) return errorResponse(20429);
  if (world.faults.take("failNext", call.to)) return serverError(failStatus);
  return null;
}

function faultAfter(world: World, to: string): Answer | null {
  if (world.faults.take("failAfterNext", to)) return serverError(world.faults.settings.failStatus);
  if (world.faults.take("hangNext", to)) return "hang";
  if (world.faults.take("dropNext", to)) return "drop";
  return null;
}

/** 502 and 504 come from a proxy in between, without Twilio's JSON. */
export function serverError(status: number): Response {
  if (status === 500) return errorResponse(20500);
  if (status === 503) return errorResponse(20503);
  return new Response(`<html><body>${status}</body></html>`, {
    status,
    headers: { "content-type": "text/html" },
  });
}

/** Before each text of a trial account (docs/compatibility.md). */
const OF_TRIAL = "Sent from your Twilio trial account - ";

function accept(
  world: World,
  accountSid: string,
  { request, form }: { request: CreateRequest; form: URLSearchParams },
): LedgerMessage {
  const service = request.messagingServiceSid === "" ? null : request.messagingServiceSid;
  const ofService = service === null ? "" : world.registry.services.get(service)?.statusCallback ?? "";
  const callback = request.statusCallback === "" ? ofService : request.statusCallback;
  const message = newMessage({
    accountSid,
    direction: "outbound-api",
    to: request.to,
    from: request.from === "" ? null : request.from,
    body: (world.registry.account(accountSid).verified === null ? "" : OF_TRIAL) + request.body,
    status: service === null ? "queued" : request.isScheduled ? "scheduled" : "accepted",
    media: request.mediaUrls.map((sourceUrl) => ({
      sid: newSid("ME"),
      contentType: "image/jpeg",
      content: new Uint8Array(),
      sourceUrl,
      dateCreated: new Date(),
    })),
    messagingServiceSid: service,
    statusCallback: callback === "" ? null : callback,
    form: [...form],
  });
  world.ledger.add(message);
  world.emit({ type: "accepted", message });
  return message;
}

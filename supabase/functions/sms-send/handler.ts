import { parseJson } from "../_shared/sms/http/body.ts";
import { SendRequest } from "../_shared/sms/contract/send.ts";
import type { Handler } from "../_shared/sms/http/endpoint.ts";
import { ownerOf } from "../_shared/sms/http/owner.ts";
import { sendBroadcast } from "./send_broadcast.ts";
import type { ContentInput } from "../_shared/sms/sending/input.ts";
import {
  type SendDependencies,
  sendFailure,
  sendMessage,
  type SendResult,
} from "../_shared/sms/sending/send_message.ts";

/**
 * 1,000 numbers of 64 characters, 10 media URLs of 2,048, 1,600 characters that JSON escapes as 12 bytes each, and
 * variables: 120 KB, with room to spare.
 */
const MAX_REQUEST_BYTES = 256 * 1024;

/**
 * Sends a message to one recipient, or to a list of them.
 *
 * 201 Twilio accepted it · 202 it will be sent: scheduled, out of pace, to be tried again, of unknown outcome, or a
 * broadcast · 200 the answer to a repeated request · 422 Twilio refused it · and the refusals of outcomes.ts.
 */
export function send(deps: SendDependencies): Handler {
  const toOne = sendMessage(deps);
  const toMany = sendBroadcast(deps);
  return async (request, context) => {
    const asked = await parseJson(request, SendRequest, MAX_REQUEST_BYTES);
    const owner = ownerOf(context, asked.user_id);
    const text = {
      ...textOf(asked),
      idempotencyKey: request.headers.get("idempotency-key"),
      onBehalfOf: context.caller.kind === "user" ? null : owner,
    };
    if (Array.isArray(asked.to)) {
      const { outcome, ...broadcast } = await toMany(
        { ...text, to: asked.to, name: asked.name ?? null },
        context,
      );
      context.note({ outcome });
      return Response.json(broadcast, { status: outcome === "repeated" ? 200 : 202 });
    }
    const sent = await toOne(
      {
        ...text,
        to: asked.to ?? null,
        conversationId: asked.conversation_id ?? null,
        pausesAssistant: asked.pauses_assistant ?? false,
      },
      context,
    );
    context.note({ outcome: sent.outcome });
    return answer(sent);
  };
}

const STATUS = { sent: 201, pending: 202, repeated: 200 } as const;

function answer({ outcome, message }: SendResult): Response {
  if (outcome === "failed") throw sendFailure(message);
  return Response.json({ message }, { status: STATUS[outcome] });
}

function textOf(asked: SendRequest): Omit<ContentInput, "onBehalfOf" | "idempotencyKey"> {
  return {
    body: asked.body ?? null,
    from: asked.from ?? null,
    mediaUrls: asked.media_urls ?? [],
    sendAt: asked.send_at ?? null,
    notAfter: asked.not_after ?? null,
    templateId: asked.template_id ?? null,
    variables: asked.variables ?? {},
    purpose: asked.purpose ?? null,
  };
}

import { parseJson } from "../_shared/sms/http/body.ts";
import { SendRequest } from "../_shared/sms/contract/send.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { badRequest } from "../_shared/sms/http/errors.ts";
import { sendBroadcast } from "./send_broadcast.ts";
import type { TextInput } from "../_shared/sms/sending/input.ts";
import {
  type SendDependencies,
  sendFailure,
  sendMessage,
  type SendResult,
} from "../_shared/sms/sending/send_message.ts";

/**
 * 1,000 numbers of 64 characters, 10 media URLs of 2,048, 1,600 characters that JSON escapes as 12 bytes each, and
 * variables: 120 KB and something to spare.
 */
const MAX_REQUEST_BYTES = 256 * 1024;

/**
 * Sends a text to one recipient, or to a list of them.
 *
 * 201 the carrier took it · 202 on its way: scheduled, out of pace, to be tried again, of unknown outcome, or a
 * broadcast · 200 the answer to a repeated request · 422 refused by the carrier · and the refusals of outcomes.ts.
 */
export function send(deps: SendDependencies): Handler {
  const toOne = sendMessage(deps);
  const toMany = sendBroadcast(deps);
  return async (request, context) => {
    const asked = await parseJson(request, SendRequest, MAX_REQUEST_BYTES);
    const text = {
      ...textOf(asked),
      idempotencyKey: request.headers.get("idempotency-key"),
      onBehalfOf: ownerNamed(asked, context),
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
      { ...text, to: asked.to ?? null, conversationId: asked.conversation_id ?? null },
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

function textOf(asked: SendRequest): Omit<TextInput, "onBehalfOf" | "idempotencyKey"> {
  return {
    body: asked.body ?? null,
    from: asked.from ?? null,
    mediaUrls: asked.media_urls ?? [],
    sendAt: asked.send_at ?? null,
    templateId: asked.template_id ?? null,
    variables: asked.variables ?? {},
  };
}

/** Users send their own texts, the secret key somebody's. @throws AppError INVALID_REQUEST */
function ownerNamed({ user_id }: SendRequest, { caller }: Context): string | null {
  if (caller.kind === "user") {
    if (user_id === undefined || user_id.toLowerCase() === caller.userId) return null;
    throw badRequest("INVALID_REQUEST", "user_id: you can send your own texts only; leave it out");
  }
  if (user_id === undefined) {
    throw badRequest("INVALID_REQUEST", "user_id: with a secret key, say whose text it is");
  }
  return user_id;
}

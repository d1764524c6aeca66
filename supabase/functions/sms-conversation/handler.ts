import { parseJson } from "../_shared/sms/http/body.ts";
import {
  ConversationListQuery,
  ConversationQuery,
  ConversationUpdateQuery,
  ConversationUpdateRequest,
} from "../_shared/sms/contract/conversation.ts";
import { changeConversation, listConversations, readConversation, referenceOf } from "./conversations.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { parseQuery } from "../_shared/sms/http/route.ts";
import { nothingHere, routes } from "../_shared/sms/http/routes.ts";
import type { TwilioMedia } from "../_shared/sms/twilio/media.ts";
import type { ConversationReference } from "../_shared/sms/database/verbs/conversation.ts";
import { sendAttachment } from "./attachment.ts";

export interface ConversationDependencies {
  readonly functionName: string;
  readonly media: TwilioMedia;
}

/**
 * `GET /` the list · `GET /:id` one with its messages · `PATCH /:id` changes it · `GET /:id/media/:message/:n` an
 * attachment. `:id` is an id, or `phone-` or `conv_` and a contact's number.
 */
export function conversations({ functionName, media }: ConversationDependencies): Handler {
  return routes(functionName, {
    "/": { GET: list },
    "/:id": { GET: read, PATCH: change },
    "/:id/media/:message/:n": {
      GET: (request, context, { id, message, n: attachment }) => {
        const { from } = parseQuery(request, ConversationUpdateQuery);
        const accept = request.headers.get("accept");
        return sendAttachment(
          media,
          { reference: referenced(id, from), message, attachment, accept },
          context,
        );
      },
    },
  });
}

async function list(request: Request, context: Context): Promise<Response> {
  return Response.json(await listConversations(context.supabase, parseQuery(request, ConversationListQuery)));
}

async function read(request: Request, context: Context, { id }: { id: string }): Promise<Response> {
  const { from, ...page } = parseQuery(request, ConversationQuery);
  return Response.json(await readConversation(context.supabase, referenced(id, from), page));
}

async function change(request: Request, context: Context, { id }: { id: string }): Promise<Response> {
  const { from } = parseQuery(request, ConversationUpdateQuery);
  const reference = referenced(id, from);
  const changes = await parseJson(request, ConversationUpdateRequest);
  return Response.json(await changeConversation(context.supabase, reference, changes));
}

function referenced(id: string, from: string | undefined): ConversationReference {
  const reference = referenceOf(id, from);
  if (reference === null) throw nothingHere();
  return reference;
}

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
import { tenantOf } from "../_shared/sms/http/owner.ts";
import type { TwilioMedia } from "../_shared/sms/twilio/media.ts";
import { checkRateLimit } from "../_shared/sms/database/rate_limits.ts";
import type { ConversationReference } from "../_shared/sms/database/verbs/conversation.ts";
import { sendAttachment } from "./attachment.ts";

/** Attachments that are fetched at Twilio. A thread full of photos shows at once. */
const LIMIT = { action: "attachments", perMinute: 120 };

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
        const { from, user_id } = parseQuery(request, ConversationUpdateQuery);
        const accept = request.headers.get("accept");
        const { id: ownerId, client } = tenantOf(context, user_id);
        return sendAttachment(
          media,
          { reference: referenced(id, from), message, attachment, accept },
          {
            tenant: client,
            secret: context.supabaseAdmin,
            // As for all that asks Twilio, only users are limited.
            takeTurn: async () => {
              if (context.caller.kind === "user") await checkRateLimit(context.supabaseAdmin, ownerId, LIMIT);
            },
          },
        );
      },
    },
  });
}

async function list(request: Request, context: Context): Promise<Response> {
  const { user_id, ...query } = parseQuery(request, ConversationListQuery);
  return Response.json(await listConversations(tenantOf(context, user_id).client, query));
}

async function read(request: Request, context: Context, { id }: { id: string }): Promise<Response> {
  const { from, user_id, ...page } = parseQuery(request, ConversationQuery);
  const { client } = tenantOf(context, user_id);
  return Response.json(await readConversation(client, referenced(id, from), page));
}

async function change(request: Request, context: Context, { id }: { id: string }): Promise<Response> {
  const { from, user_id } = parseQuery(request, ConversationUpdateQuery);
  const { client } = tenantOf(context, user_id);
  const reference = referenced(id, from);
  const changes = await parseJson(request, ConversationUpdateRequest);
  return Response.json(await changeConversation(client, reference, changes));
}

function referenced(id: string, from: string | undefined): ConversationReference {
  const reference = referenceOf(id, from);
  if (reference === null) throw nothingHere();
  return reference;
}

import { parseJson } from "../_shared/sms/http/body.ts";
import { AccountSid } from "../_shared/sms/contract/common.ts";
import { AccountQuery, ConnectAccountRequest, SharedKeyId } from "../_shared/sms/contract/accounts.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { ownerOf, type Tenant, tenantOf } from "../_shared/sms/http/owner.ts";
import { parseQuery } from "../_shared/sms/http/route.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { routes } from "../_shared/sms/http/routes.ts";
import { disconnectTwilioAccount, listAccounts, removeSharedKey } from "./verbs.ts";
import { connectAccount, type ConnectDependencies } from "./connect.ts";

/**
 * A tenant's Twilio accounts: `GET /`, `GET /:account_sid`, `POST /` connects one or renews its token,
 * `DELETE /:account_sid` disconnects one, `DELETE /:account_sid/shared-keys/:key_id` forgets a SharedKey. No answer holds a token
 * or a secret.
 */
export function manageAccounts(deps: ConnectDependencies & { readonly functionName: string }): Handler {
  return routes(deps.functionName, {
    "/": {
      GET: list,
      POST: (request, context) => connect(deps, request, context),
    },
    "/:accountSid": { GET: show, DELETE: disconnect },
    "/:accountSid/shared-keys/:keyId": { DELETE: remove },
  });
}

async function list(request: Request, context: Context): Promise<Response> {
  const { accounts } = await listAccounts(tenantIn(request, context).client, null);
  context.note({ outcome: "listed" });
  return Response.json({ accounts });
}

type OfAccount = Readonly<Record<"accountSid", string>>;

async function show(request: Request, context: Context, { accountSid }: OfAccount): Promise<Response> {
  const { client } = tenantIn(request, context);
  refuseUnlessSid(accountSid);
  const { accounts: [account] } = await listAccounts(client, accountSid);
  context.note({ outcome: "shown" });
  return Response.json({ account });
}

async function connect(deps: ConnectDependencies, request: Request, context: Context): Promise<Response> {
  const { user_id, ...input } = await parseJson(request, ConnectAccountRequest);
  const ownerId = ownerOf(context, user_id);
  context.note({ account_sid: input.account_sid });
  const { account, known } = await connectAccount(deps, context.supabaseAdmin, { ownerId, request: input });
  context.note({ outcome: known ? "renewed" : "connected" });
  return Response.json({ account }, { status: known ? 200 : 201 });
}

async function disconnect(request: Request, context: Context, { accountSid }: OfAccount): Promise<Response> {
  const { id: ownerId } = tenantIn(request, context);
  refuseUnlessSid(accountSid);
  context.note({ account_sid: accountSid });
  const { outcome } = await disconnectTwilioAccount(context.supabaseAdmin, ownerId, accountSid);
  context.note({ outcome });
  return Response.json({ account_sid: accountSid, disconnected: true });
}

async function remove(
  request: Request,
  context: Context,
  { accountSid, keyId }: OfAccount & Readonly<Record<"keyId", string>>,
): Promise<Response> {
  const { id: owner_id } = tenantIn(request, context);
  refuseUnlessSid(accountSid);
  if (!SharedKeyId.safeParse(keyId).success) refuse({ outcome: "SHARED_KEY_NOT_FOUND" });
  context.note({ account_sid: accountSid });
  const { outcome } = await removeSharedKey(context.supabaseAdmin, {
    owner_id,
    account_sid: accountSid,
    key_id: keyId,
  });
  context.note({ outcome });
  return Response.json({ account_sid: accountSid, key_id: keyId, removed: true });
}

const tenantIn = (request: Request, context: Context): Tenant =>
  tenantOf(context, parseQuery(request, AccountQuery).user_id);

/** A malformed SID is answered like an account that is not there. */
function refuseUnlessSid(accountSid: string): void {
  if (!AccountSid.safeParse(accountSid).success) refuse({ outcome: "ACCOUNT_NOT_FOUND" });
}

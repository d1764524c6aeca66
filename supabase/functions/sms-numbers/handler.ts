import { parseJson } from "../_shared/sms/http/body.ts";
import { Uuid } from "../_shared/sms/contract/common.ts";
import { AssignNumberRequest, ListNumbersQuery, NumberQuery } from "../_shared/sms/contract/numbers.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { ownerOf, tenantOf } from "../_shared/sms/http/owner.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { parseQuery } from "../_shared/sms/http/route.ts";
import { routes } from "../_shared/sms/http/routes.ts";
import { checkRateLimit } from "../_shared/sms/database/rate_limits.ts";
import { listPhoneNumbers, repairPhoneNumber, unassignPhoneNumber } from "./verbs.ts";
import { assignNumber, giveNumber } from "./assign.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { lookAtAll } from "./look_at_all.ts";
import { setUpNumber } from "./set_up.ts";
import { listUnassignedNumbers } from "./unassigned.ts";
import { verifyNumbers } from "./verify.ts";

/** For requests that ask Twilio. Only users are limited, not the operator. */
const LIMIT = { action: "numbers", perMinute: 30 };

/**
 * The signed-in user's numbers or, with the secret key, those of the user that is named: `GET /` (`?verify=1` asks Twilio),
 * `GET /unassigned`, `GET /look` (the operator, at those of everybody), `POST /` assigns or gives one, `GET /:id`, `DELETE /:id` unassigns, `POST /:id/repair`.
 */
export function manageNumbers(deps: NumberDependencies & { readonly functionName: string }): Handler {
  return routes(deps.functionName, {
    "/": {
      GET: (request, context) => list(deps, request, context),
      POST: (request, context) => assign(deps, request, context),
    },
    "/unassigned": { GET: (request, context) => unassigned(deps, request, context) },
    "/look": { GET: (_request, context) => look(deps, context) },
    "/:id": { GET: show, DELETE: unassign },
    "/:id/repair": { POST: (request, context, { id }) => repair(deps, request, context, id) },
  });
}

async function list(
  deps: NumberDependencies,
  request: Request,
  context: Context,
): Promise<Response> {
  const { verify, user_id } = parseQuery(request, ListNumbersQuery);
  const { id: ownerId, client } = tenantOf(context, user_id);
  context.note({ outcome: verify === undefined ? "listed" : "verified" });
  if (verify !== undefined) {
    await takeTurnOf(context);
    return Response.json({ numbers: await verifyNumbers(deps, context, ownerId) });
  }
  return Response.json({ numbers: await listPhoneNumbers(client) });
}

async function assign(
  deps: NumberDependencies,
  request: Request,
  context: Context,
): Promise<Response> {
  const asked = await parseJson(request, AssignNumberRequest);
  const ownerId = ownerOf(context, asked.user_id);
  await takeTurnOf(context);
  const assignOrGive = context.caller.kind === "secret" ? giveNumber : assignNumber;
  const { number, created } = await assignOrGive(deps, context, { ownerId, asked });
  context.note({ outcome: "assigned" });
  return Response.json({ number }, { status: created ? 201 : 200 });
}

async function unassigned(
  deps: NumberDependencies,
  request: Request,
  context: Context,
): Promise<Response> {
  const ownerId = ownerOf(context, parseQuery(request, NumberQuery).user_id);
  await takeTurnOf(context);
  context.note({ outcome: "listed" });
  return Response.json(await listUnassignedNumbers(deps, context, ownerId));
}

/** A path like any other to a user: the numbers of all tenants are the operator's to see. */
async function look(deps: NumberDependencies, context: Context): Promise<Response> {
  if (context.caller.kind !== "secret") refuse({ outcome: "NUMBER_NOT_FOUND" });
  context.note({ outcome: "looked" });
  return Response.json(await lookAtAll(deps, context));
}

async function show(request: Request, context: Context, { id }: { id: string }): Promise<Response> {
  const { client } = tenantOf(context, parseQuery(request, NumberQuery).user_id);
  refuseUnlessId(id);
  const [number] = await listPhoneNumbers(client, id);
  if (number === undefined) refuse({ outcome: "NUMBER_NOT_FOUND" });
  context.note({ outcome: "shown" });
  return Response.json({ number });
}

/** Twilio's side stays as it is, so that messages keep arriving and wait for a person instead of being lost. */
async function unassign(request: Request, context: Context, { id }: { id: string }): Promise<Response> {
  const ownerId = ownerOf(context, parseQuery(request, NumberQuery).user_id);
  refuseUnlessId(id);
  const number = await unassignPhoneNumber(context.supabaseAdmin, ownerId, id);
  context.note({ outcome: "unassigned" });
  return Response.json({ number });
}

async function repair(
  deps: NumberDependencies,
  request: Request,
  context: Context,
  id: string,
): Promise<Response> {
  const { user_id } = parseQuery(request, NumberQuery);
  // The operator repairs any number, and that of a tenant where one is named.
  const ownerId = context.caller.kind === "secret" && user_id === undefined
    ? null
    : ownerOf(context, user_id);
  await request.body?.cancel();
  refuseUnlessId(id);
  await takeTurnOf(context);
  const webhook = await repairPhoneNumber(context.supabaseAdmin, ownerId, id);
  const number = await setUpNumber(deps, context, webhook);
  context.note({ outcome: "repaired" });
  return Response.json({ number });
}

async function takeTurnOf({ caller, supabaseAdmin }: Context): Promise<void> {
  if (caller.kind === "user") await checkRateLimit(supabaseAdmin, caller.userId, LIMIT);
}

/** A malformed id is answered like a number that is not there. */
function refuseUnlessId(id: string): void {
  if (!Uuid.safeParse(id).success) refuse({ outcome: "NUMBER_NOT_FOUND" });
}

import { parseJson } from "../_shared/sms/http/body.ts";
import { Uuid } from "../_shared/sms/contract/common.ts";
import { AssignNumberRequest, ListNumbersQuery, NumberQuery } from "../_shared/sms/contract/numbers.ts";
import type { Context, Handler } from "../_shared/sms/http/endpoint.ts";
import { badRequest, methodNotAllowed, notFound } from "../_shared/sms/http/errors.ts";
import { refuse } from "../_shared/sms/http/outcomes.ts";
import { parseQuery, pathAfter } from "../_shared/sms/http/route.ts";
import { takeTurn } from "../_shared/sms/database/rate_limits.ts";
import { listPhoneNumbers, listWebhooks, repairPhoneNumber, unassignPhoneNumber } from "./verbs.ts";
import { assignNumber, giveNumber } from "./assign.ts";
import type { NumberDependencies } from "./dependencies.ts";
import { setUpNumber } from "./set_up.ts";
import { listUnassignedNumbers } from "./unassigned.ts";
import { verifyNumbers } from "./verify.ts";

/** What makes Twilio work for a tenant; the operator is not limited. */
const TURNS = { action: "numbers", perMinute: 30 };

type Answer = (request: Request, context: Context) => Promise<Response>;

/**
 * The numbers of whoever is signed in, or, with the secret key, of the user that is named:
 * `GET /` (`?verify=1` asks Twilio), `GET /unassigned`, `POST /` assigns or gives one, `GET /:id`, `DELETE /:id`
 * unassigns, `POST /:id/repair`.
 */
export function manageNumbers(deps: NumberDependencies & { readonly functionName: string }): Handler {
  return async (request, context) => {
    const path = pathAfter(request, deps.functionName);
    const answers = answersAt(deps, path);
    if (answers === null) throw notFound("NOT_FOUND", "There is nothing at this path.");
    const answer = answers[request.method];
    if (answer === undefined) throw methodNotAllowed(Object.keys(answers));
    return await answer(request, context);
  };
}

function answersAt(deps: NumberDependencies, path: readonly string[]): Record<string, Answer> | null {
  const [first, second, ...rest] = path;
  if (rest.length > 0) return null;
  if (first === undefined) return { GET: list(deps), POST: assign(deps) };
  if (second === undefined) {
    return first === "unassigned" ? { GET: unassigned(deps) } : { GET: show(first), DELETE: unassign(first) };
  }
  return second === "repair" ? { POST: repair(deps, first) } : null;
}

function list(deps: NumberDependencies): Answer {
  return async (request, context) => {
    const { verify, user_id } = parseQuery(request, ListNumbersQuery);
    const ownerId = ownerNamed(context, user_id);
    context.note({ outcome: verify === undefined ? "listed" : "verified" });
    if (verify !== undefined) {
      await takeTurnOf(context);
      return Response.json({ numbers: await verifyNumbers(deps, context, ownerId) });
    }
    const numbers = context.caller.kind === "user"
      ? await listPhoneNumbers(context.supabase)
      : (await listWebhooks(context.supabaseAdmin, ownerId)).map(({ phone_number }) => phone_number);
    return Response.json({ numbers });
  };
}

function assign(deps: NumberDependencies): Answer {
  return async (request, context) => {
    const asked = await parseJson(request, AssignNumberRequest);
    const ownerId = ownerNamed(context, asked.user_id);
    await takeTurnOf(context);
    const bringAbout = context.caller.kind === "secret" ? giveNumber : assignNumber;
    const { number, created } = await bringAbout(deps, context, { ownerId, asked });
    context.note({ outcome: "assigned" });
    return Response.json({ number }, { status: created ? 201 : 200 });
  };
}

function unassigned(deps: NumberDependencies): Answer {
  return async (request, context) => {
    const ownerId = ownerNamed(context, parseQuery(request, NumberQuery).user_id);
    await takeTurnOf(context);
    context.note({ outcome: "listed" });
    return Response.json(await listUnassignedNumbers(deps, context, ownerId));
  };
}

function show(id: string): Answer {
  return async (request, context) => {
    const ownerId = ownerNamed(context, parseQuery(request, NumberQuery).user_id);
    refuseUnlessId(id);
    const [number] = context.caller.kind === "user"
      ? await listPhoneNumbers(context.supabase, id)
      : (await listWebhooks(context.supabaseAdmin, ownerId)).map(({ phone_number }) => phone_number)
        .filter((one) => one.id === id.toLowerCase());
    if (number === undefined) refuse({ outcome: "NUMBER_NOT_FOUND" });
    context.note({ outcome: "shown" });
    return Response.json({ number });
  };
}

/** Twilio's side stays as it is, on purpose: texts keep arriving and wait for a person, instead of being lost. */
function unassign(id: string): Answer {
  return async (request, context) => {
    const ownerId = ownerNamed(context, parseQuery(request, NumberQuery).user_id);
    refuseUnlessId(id);
    const number = await unassignPhoneNumber(context.supabaseAdmin, ownerId, id);
    context.note({ outcome: "unassigned" });
    return Response.json({ number });
  };
}

function repair(deps: NumberDependencies, id: string): Answer {
  return async (request, context) => {
    await request.body?.cancel();
    refuseUnlessId(id);
    await takeTurnOf(context);
    const ownerId = context.caller.kind === "user" ? context.caller.userId : null;
    const webhook = await repairPhoneNumber(context.supabaseAdmin, ownerId, id);
    const number = await setUpNumber(deps, context, webhook);
    context.note({ outcome: "repaired" });
    return Response.json({ number });
  };
}

/** Users have their own numbers, the secret key somebody's. @throws AppError INVALID_REQUEST */
function ownerNamed({ caller }: Context, userId: string | undefined): string {
  if (caller.kind === "user") {
    if (userId === undefined || userId.toLowerCase() === caller.userId) return caller.userId;
    throw badRequest("INVALID_REQUEST", "user_id: you have your own numbers only; leave it out");
  }
  if (userId === undefined) {
    throw badRequest("INVALID_REQUEST", "user_id: with a secret key, say whose numbers");
  }
  return userId;
}

async function takeTurnOf({ caller, supabaseAdmin }: Context): Promise<void> {
  if (caller.kind === "user") await takeTurn(supabaseAdmin, caller.userId, TURNS);
}

/** What is no id at all is a number that is not there, like any other. */
function refuseUnlessId(id: string): void {
  if (!Uuid.safeParse(id).success) refuse({ outcome: "NUMBER_NOT_FOUND" });
}

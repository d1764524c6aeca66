/**
 * Twilio's REST API: who may call, and which part answers.
 * https://www.twilio.com/docs/usage/requests-to-twilio
 */
import { createMessage, serverError } from "./create.ts";
import type { Delivery } from "./delivery.ts";
import { errorResponse } from "./errors.ts";
import type { ApiCall, CallKind } from "./gates.ts";
import { fetchMedia, fetchMediaFile, listMedia } from "./media_api.ts";
import { findMessage, listMessages } from "./messages_api.ts";
import { fetchTrunk, findNumber, listNumbers, trunkNumbers, updateNumber } from "./numbers_api.ts";
import { renderAccount, renderMessage, renderNumber } from "./render.ts";
import type { Answer } from "./server.ts";
import { messagingServices, tollFreeVerifications } from "./services_api.ts";
import { webhookConfigurationApi } from "./webhook_rules.ts";
import type { World } from "./world.ts";

interface Call {
  accountSid: string;
  /** What a Restricted API key may do; null: everything. */
  permissions: ReadonlySet<CallKind> | null;
  method: string;
  url: URL;
  form: URLSearchParams;
}

export async function handleApi(world: World, delivery: Delivery, request: Request): Promise<Answer> {
  const url = new URL(request.url);
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const [version, collection, pathSid = "", ...rest] = parts;
  if (version === "_media") return fetchMediaFile(world, collection ?? "", pathSid);
  world.emit({ type: "request", method: request.method, path: url.pathname });
  const caller = basicUser(world, request);
  if (caller === null) return errorResponse(20003);
  const { accountSid: user, permissions } = caller;
  const form = new URLSearchParams(request.method === "GET" ? "" : await request.text());
  const call: Call = { accountSid: user, permissions, method: request.method, url, form };
  const fetchesItself = collection === "Accounts" && rest.length === 0;
  // "Standard: Access to all Twilio API resources, except for Accounts": https://www.twilio.com/docs/iam/api-keys/keys-in-console
  if (fetchesItself && caller.byKey) return errorResponse(70051);
  if (world.registry.account(user).status !== "active" && !fetchesItself) return errorResponse(20003);
  if (version === "v1") return await routeV1(world, call, parts.slice(1));
  if (version !== "2010-04-01" || collection !== "Accounts") return notFound(call);
  // Someone else's account is not there for these credentials, and Twilio answers as for wrong ones.
  if (pathSid.replace(/\.json$/, "") !== user) return errorResponse(20003);
  return await routeAccount(world, delivery, { call, rest });
}

interface ApiUser {
  accountSid: string;
  byKey: boolean;
  permissions: ReadonlySet<CallKind> | null;
}

/** The account whose SID and primary or secondary token the request carries, or whose API key. */
function basicUser(world: World, request: Request): ApiUser | null {
  const [scheme, credentials = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic" || !/^[A-Za-z0-9+/]+=*$/.test(credentials)) return null;
  const [user = "", secret = ""] = atob(credentials).split(":");
  if (world.registry.authenticates(user, secret)) {
    return { accountSid: user, byKey: false, permissions: null };
  }
  const key = world.registry.apiKey(user, secret);
  return key === null ? null : { accountSid: key.accountSid, byKey: true, permissions: key.permissions };
}

/** What is on hosts of its own at Twilio: trunking.twilio.com, messaging.twilio.com and webhooks.twilio.com. */
async function routeV1(world: World, call: Call, [collection, ...path]: string[]): Promise<Answer> {
  const { accountSid, method, url, form } = call;
  if (collection === "Services") {
    return await guarded(
      world,
      call,
      "services",
      () => messagingServices(world, accountSid, { method, url, path }),
    );
  }
  if (collection === "Tollfree") {
    return await guarded(
      world,
      call,
      "services",
      () => tollFreeVerifications(world, accountSid, { method, url, path }),
    );
  }
  if (collection === "Webhooks" && method === "GET") {
    const configuration = world.registry.webhookConfiguration(accountSid);
    return await guarded(
      world,
      call,
      "rules",
      () => webhookConfigurationApi(configuration, path) ?? notFound(call),
    );
  }
  const [trunkSid = "", numbers, numberSid] = path;
  if (collection === "Trunks" && numbers === undefined && method === "GET") {
    return await guarded(world, call, "trunks", () => fetchTrunk(world, accountSid, { trunkSid, url }));
  }
  if (collection !== "Trunks" || numbers !== "PhoneNumbers") return notFound(call);
  const kind = method === "POST" ? "attach" : method === "DELETE" ? "detach" : "trunks";
  return await guarded(
    world,
    call,
    kind,
    () => trunkNumbers(world, accountSid, { request: call, trunkSid, numberSid, form }),
  );
}

async function routeAccount(
  world: World,
  delivery: Delivery,
  { call, rest }: { call: Call; rest: string[] },
): Promise<Answer> {
  const { accountSid, method, url } = call;
  const [resource = "", name = "", sub = "", subName = ""] = rest;
  if (resource === "") {
    return await guarded(
      world,
      call,
      "account",
      () => Response.json(renderAccount(world.registry.account(accountSid))),
    );
  }
  if (resource === "Messages.json") {
    if (method === "POST") {
      return mayNot(call, "create") ? errorResponse(70051) : await createMessage(world, delivery, call);
    }
    return await guarded(world, call, "list", () => listMessages(world, accountSid, url));
  }
  if (resource === "IncomingPhoneNumbers.json") {
    return await guarded(world, call, "numbers", () => listNumbers(world, accountSid, url));
  }
  if (resource === "IncomingPhoneNumbers") {
    return await guarded(world, call, method === "POST" ? "configure" : "numbers", () => {
      const number = findNumber(world, accountSid, name.replace(/\.json$/, ""));
      if (number === null) return notFound(call);
      return method === "POST" ? updateNumber(world, number, call.form) : Response.json(renderNumber(number));
    });
  }
  if (resource !== "Messages") return notFound(call);
  if (sub !== "") {
    return await guarded(world, call, "media", () => routeMedia(world, call, { name, sub, subName }));
  }
  return await guarded(world, call, "fetch", () => {
    const message = findMessage(world, accountSid, name.replace(/\.json$/, ""));
    return message === null ? notFound(call) : Response.json(renderMessage(message));
  });
}

function routeMedia(
  world: World,
  call: Call,
  { name, sub, subName }: { name: string; sub: string; subName: string },
): Response {
  const message = findMessage(world, call.accountSid, name);
  if (message === null) return notFound(call);
  if (sub === "Media.json") return listMedia(message, call.url);
  return sub === "Media" ? fetchMedia(world, message, subName) : notFound(call);
}

/** A call other than create: holds and reading faults first. */
async function guarded(world: World, call: Call, kind: CallKind, act: () => Response): Promise<Answer> {
  const named: ApiCall = {
    kind,
    accountSid: call.accountSid,
    to: call.url.searchParams.get("To") ?? undefined,
    from: call.url.searchParams.get("From") ?? undefined,
  };
  if (mayNot(call, kind)) return errorResponse(70051);
  if (world.faults.takeRead(kind)) return serverError(503);
  for (const hook of [...world.gates.others]) await hook(named, "before");
  await world.gates.pass(named, "before");
  const answer = act();
  for (const hook of [...world.gates.others]) await hook(named, "after");
  await world.gates.pass(named, "after");
  return answer;
}

/** "Calls made to resources that are not part of the selected permissions will be unauthorized" (changelog, 2025-12-10). */
const mayNot = (call: Call, kind: CallKind) => call.permissions !== null && !call.permissions.has(kind);

function notFound(call: Call): Response {
  return errorResponse(20404, { path: call.url.pathname });
}

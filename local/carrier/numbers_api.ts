/** Numbers: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource, and trunks below. */
import { errorResponse } from "./errors.ts";
import { metaPageOf, pageOf } from "./paging.ts";
import type { IncomingNumber, NumberSettings } from "./registry.ts";
import { renderNumber, renderTrunk, renderTrunkNumber } from "./render.ts";
import type { World } from "./world.ts";

export function listNumbers(world: World, accountSid: string, url: URL): Response {
  const pattern = url.searchParams.get("PhoneNumber");
  const name = url.searchParams.get("FriendlyName");
  const all = numbersOf(world, accountSid).filter((number) =>
    (pattern === null || matchesPattern(number.number, pattern)) &&
    (name === null || number.friendlyName === name)
  );
  return pageOf(url, { key: "incoming_phone_numbers", all, render: renderNumber });
}

/** "You can specify partial numbers and use '*' as a wildcard for any digit." */
function matchesPattern(number: string, pattern: string): boolean {
  const digits = pattern.replace(/[^\d*]/g, "").replaceAll("*", "\\d");
  return digits === "" || new RegExp(digits).test(number);
}

export function findNumber(world: World, accountSid: string, sid: string): IncomingNumber | null {
  return numbersOf(world, accountSid).find((number) => number.sid === sid) ?? null;
}

/** Sets what the form names; an empty value clears it. */
export function updateNumber(world: World, number: IncomingNumber, form: URLSearchParams): Response {
  const changes: NumberSettings = {};
  const smsMethod = form.get("SmsMethod");
  const trunkSid = form.get("TrunkSid");
  const smsUrl = form.get("SmsUrl");
  // https://www.twilio.com/docs/api/errors/21402
  if (smsUrl && !/^https?:\/\/[^/]/.test(smsUrl)) return errorResponse(21402, { url: smsUrl });
  if (smsUrl !== null) changes.smsUrl = smsUrl;
  if (form.has("SmsApplicationSid")) changes.smsApplicationSid = form.get("SmsApplicationSid") ?? "";
  if (form.has("StatusCallback")) changes.statusCallback = form.get("StatusCallback") ?? "";
  if (form.has("FriendlyName")) changes.friendlyName = form.get("FriendlyName") ?? "";
  if (smsMethod === "GET" || smsMethod === "POST") changes.smsMethod = smsMethod;
  else if (smsMethod !== null) return errorResponse(20001);
  if (trunkSid !== null) changes.trunkSid = trunkSid === "" ? null : trunkSid;
  return Response.json(renderNumber(world.registry.configureNumber(number.number, changes)));
}

/** https://www.twilio.com/docs/sip-trunking/api/trunk-resource#fetch-a-trunk-resource */
export function fetchTrunk(
  world: World,
  accountSid: string,
  { trunkSid, url }: { trunkSid: string; url: URL },
) {
  const trunk = world.registry.trunks.get(trunkSid);
  return trunk?.accountSid === accountSid
    ? Response.json(renderTrunk(trunk))
    : errorResponse(20404, { path: url.pathname });
}

/** https://www.twilio.com/docs/sip-trunking/api/phonenumber-resource */
export function trunkNumbers(
  world: World,
  accountSid: string,
  { request, trunkSid, numberSid, form }: {
    request: { method: string; url: URL };
    trunkSid: string;
    numberSid: string | undefined;
    form: URLSearchParams;
  },
): Response {
  const notFound = () => errorResponse(20404, { path: request.url.pathname });
  if (world.registry.trunks.get(trunkSid)?.accountSid !== accountSid) return notFound();
  const attached = numbersOf(world, accountSid).filter((number) => number.trunkSid === trunkSid);
  if (numberSid === undefined && request.method === "GET") {
    const render = (number: IncomingNumber) => renderTrunkNumber(number, trunkSid);
    return metaPageOf(request.url, {
      host: "trunking.twilio.com",
      key: "phone_numbers",
      all: attached,
      render,
    });
  }
  if (numberSid === undefined && request.method === "POST") {
    const number = findNumber(world, accountSid, form.get("PhoneNumberSid") ?? "");
    // The page does not say what attaching twice answers: refused here, so that a caller has to look first.
    if (number === null || number.trunkSid === trunkSid) return errorResponse(20001);
    const changed = world.registry.configureNumber(number.number, { trunkSid });
    return Response.json(renderTrunkNumber(changed, trunkSid), { status: 201 });
  }
  const number = attached.find(({ sid }) => sid === numberSid);
  if (number === undefined) return notFound();
  if (request.method === "GET") return Response.json(renderTrunkNumber(number, trunkSid));
  if (request.method !== "DELETE") return errorResponse(20004);
  world.registry.configureNumber(number.number, { trunkSid: null });
  return new Response(null, { status: 204 });
}

export function numbersOf(world: World, accountSid: string): IncomingNumber[] {
  return [...world.registry.numbers.values()].filter((number) => number.accountSid === accountSid);
}

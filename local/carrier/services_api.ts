/**
 * Messaging services, to read: https://www.twilio.com/docs/messaging/api/service-resource and
 * https://www.twilio.com/docs/messaging/api/phonenumber-resource. Tests change them by `carrier.addMessagingService()`
 * and `carrier.configureNumber()`; whoever tried to change a membership here is refused.
 */
import { errorResponse } from "./errors.ts";
import { numbersOf } from "./numbers_api.ts";
import { metaPageOf } from "./paging.ts";
import { renderService, renderServiceNumber } from "./render.ts";
import type { World } from "./world.ts";

const host = "messaging.twilio.com";

/** `/v1/Services`, `/v1/Services/{MG}`, `/v1/Services/{MG}/PhoneNumbers`, `/v1/Services/{MG}/PhoneNumbers/{PN}`. */
export function messagingServices(
  world: World,
  accountSid: string,
  { method, url, path }: { method: string; url: URL; path: readonly string[] },
): Response {
  const notFound = () => errorResponse(20404, { path: url.pathname });
  if (method !== "GET") return errorResponse(20004);
  const services = [...world.registry.services.values()].filter((one) => one.accountSid === accountSid);
  const [serviceSid, collection, numberSid, ...more] = path;
  if (serviceSid === undefined) {
    return metaPageOf(url, { host, key: "services", all: services, render: renderService });
  }
  const service = services.find(({ sid }) => sid === serviceSid);
  if (service === undefined || more.length > 0) return notFound();
  if (collection === undefined) return Response.json(renderService(service));
  if (collection !== "PhoneNumbers") return notFound();
  const members = numbersOf(world, accountSid).filter((number) => number.messagingServiceSid === serviceSid);
  const render = (number: typeof members[number]) => renderServiceNumber(number, serviceSid);
  if (numberSid === undefined) return metaPageOf(url, { host, key: "phone_numbers", all: members, render });
  const member = members.find(({ sid }) => sid === numberSid);
  return member === undefined ? notFound() : Response.json(render(member));
}

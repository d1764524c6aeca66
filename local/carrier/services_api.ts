/**
 * Messaging services and what US carriers want of their numbers, to read: https://www.twilio.com/docs/messaging/api/service-resource,
 * https://www.twilio.com/docs/messaging/api/phonenumber-resource, https://www.twilio.com/docs/messaging/api/usapptoperson-resource
 * and https://www.twilio.com/docs/messaging/api/tollfree-verification-resource. Tests change them by `carrier.addMessagingService()`
 * and `carrier.configureNumber()`; a change of a membership is refused here.
 */
import { errorResponse } from "./errors.ts";
import { iso8601 } from "./ids.ts";
import { numbersOf } from "./numbers_api.ts";
import { metaPageOf } from "./paging.ts";
import type { IncomingNumber, MessagingService } from "./registry.ts";
import type { World } from "./world.ts";

const host = "messaging.twilio.com";

/** `/v1/Services`, `/{MG}`, `/{MG}/PhoneNumbers`, `/{MG}/PhoneNumbers/{PN}` and `/{MG}/Compliance/Usa2p`. */
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
  if (collection === "Compliance" && numberSid === "Usa2p") {
    const all = service.campaignStatus === null ? [] : [service];
    return metaPageOf(url, { host, key: "compliance", all, render: renderCampaign });
  }
  if (collection === undefined) return Response.json(renderService(service));
  if (collection !== "PhoneNumbers") return notFound();
  const members = numbersOf(world, accountSid).filter((number) => number.messagingServiceSid === serviceSid);
  const render = (number: typeof members[number]) => renderServiceNumber(number, serviceSid);
  if (numberSid === undefined) return metaPageOf(url, { host, key: "phone_numbers", all: members, render });
  const member = members.find(({ sid }) => sid === numberSid);
  return member === undefined ? notFound() : Response.json(render(member));
}

/** `/v1/Tollfree/Verifications`, which a filter narrows to one number. */
export function tollFreeVerifications(
  world: World,
  accountSid: string,
  { method, url, path }: { method: string; url: URL; path: readonly string[] },
): Response {
  if (method !== "GET") return errorResponse(20004);
  if (path.join("/") !== "Verifications") return errorResponse(20404, { path: url.pathname });
  const sid = url.searchParams.get("TollfreePhoneNumberSid");
  const all = numbersOf(world, accountSid).filter((number) =>
    number.tollFreeStatus !== null && (sid === null || number.sid === sid)
  );
  const render = (number: IncomingNumber) => ({
    sid: number.sid.replace(/^PN/, "HH"),
    account_sid: number.accountSid,
    tollfree_phone_number_sid: number.sid,
    status: number.tollFreeStatus,
    date_created: iso8601(number.dateCreated),
    date_updated: iso8601(number.dateUpdated),
  });
  return metaPageOf(url, { host, key: "verifications", all, render });
}

/** As much of a campaign as says whether it may send. */
function renderCampaign({ sid, accountSid, campaignStatus, dateCreated }: MessagingService) {
  return {
    sid: sid.replace(/^MG/, "QE"),
    account_sid: accountSid,
    messaging_service_sid: sid,
    campaign_status: campaignStatus,
    date_created: iso8601(dateCreated),
    date_updated: iso8601(dateCreated),
  };
}

/** https://www.twilio.com/docs/messaging/api/service-resource */
function renderService(service: MessagingService) {
  const url = `https://messaging.twilio.com/v1/Services/${service.sid}`;
  return {
    account_sid: service.accountSid,
    area_code_geomatch: true,
    date_created: iso8601(service.dateCreated),
    date_updated: iso8601(service.dateCreated),
    fallback_method: "POST",
    fallback_to_long_code: true,
    fallback_url: null,
    friendly_name: service.friendlyName,
    inbound_method: service.inboundMethod,
    inbound_request_url: service.inboundRequestUrl === "" ? null : service.inboundRequestUrl,
    links: { phone_numbers: `${url}/PhoneNumbers` },
    mms_converter: true,
    scan_message_content: "inherit",
    sid: service.sid,
    smart_encoding: true,
    status_callback: service.statusCallback,
    sticky_sender: true,
    synchronous_validation: false,
    url,
    us_app_to_person_registered: service.campaignStatus === "VERIFIED",
    use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
    usecase: "undeclared",
    validity_period: 36000,
  };
}

/** https://www.twilio.com/docs/messaging/api/phonenumber-resource; its capabilities are a list of names. */
function renderServiceNumber(number: IncomingNumber, serviceSid: string) {
  const { voice, sms, mms } = number.capabilities;
  return {
    account_sid: number.accountSid,
    capabilities: [voice ? "Voice" : "", sms ? "SMS" : "", mms ? "MMS" : ""].filter((name) => name !== ""),
    country_code: "US",
    date_created: iso8601(number.dateCreated),
    date_updated: iso8601(number.dateUpdated),
    phone_number: number.number,
    service_sid: serviceSid,
    sid: number.sid,
    url: `https://messaging.twilio.com/v1/Services/${serviceSid}/PhoneNumbers/${number.sid}`,
  };
}

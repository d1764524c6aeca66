import type { LookResponse } from "../_shared/sms/contract/numbers.ts";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { httpFailureOf } from "../_shared/sms/twilio/errors.ts";
import type { NumberDependencies } from "./dependencies.ts";
import type { ServicesOf } from "./look_at.ts";
import { serviceOf } from "./set_up.ts";
import type { TwilioNumber } from "./twilio_numbers.ts";

/** Whether US carriers take texts from a number; null where they ask for no registration. */
export type Registration = LookResponse["numbers"][number]["registration"];

const TOLL_FREE = /^\+18(00|33|44|55|66|77|88)/;
/** Numbers of no place: they are no long codes, and Twilio's test numbers are among them. */
const OF_NO_PLACE = /^\+15(00|2[1-9]|33|44|66|77|88)/;

export interface Asked {
  readonly country: string | null;
  readonly number: TwilioNumber;
  readonly services: ServicesOf;
}

/**
 * Asks Twilio how far the registration is that US carriers want: a long code is sent for by the A2P 10DLC campaign of the Messaging
 * Service that has it (https://www.twilio.com/docs/api/errors/30034), a toll-free number has a verification of its own
 * (https://www.twilio.com/docs/api/errors/30032). Both read 2026-11-30.
 */
export async function registrationOf(
  deps: Pick<NumberDependencies, "twilio">,
  as: TwilioCredentials,
  asked: Asked,
): Promise<Registration> {
  try {
    return await ask(deps, as, asked);
  } catch (error) {
    // A Restricted API key may do all that sending needs, and not read this.
    if (as.apiKeySid !== undefined && httpFailureOf(error) !== null) return null;
    throw error;
  }
}

async function ask(
  { twilio }: Pick<NumberDependencies, "twilio">,
  as: TwilioCredentials,
  { country, number: { sid, number }, services }: Asked,
): Promise<Registration> {
  if (TOLL_FREE.test(number)) return ofTollFree(await twilio.tollFreeStatus(as, sid));
  if (country !== "US" || OF_NO_PLACE.test(number)) return null;
  const service = await serviceOf({ twilio }, as, { numberSid: sid, services: await services(as) });
  if (service === null) return { of: "10dlc", state: "missing", message: IN_NO_SERVICE };
  return ofCampaigns(await twilio.campaignsOf(as, service.sid), service.friendlyName);
}

const IN_NO_SERVICE =
  "It is in no Messaging Service, so no A2P 10DLC campaign sends for it: US carriers refuse its texts (30034).";

function ofCampaigns(statuses: readonly string[], service: string): Registration {
  const [first] = statuses;
  if (first === undefined) {
    return {
      of: "10dlc",
      state: "missing",
      message:
        `Its Messaging Service "${service}" has no A2P 10DLC campaign: US carriers refuse its texts (30034).`,
    };
  }
  if (statuses.includes("VERIFIED")) return { of: "10dlc", state: "registered", message: null };
  const waits = statuses.find((status) => status === "PENDING" || status === "IN_PROGRESS");
  const message =
    `The A2P 10DLC campaign of its Messaging Service "${service}" is ${
      waits ?? first
    }: until it is VERIFIED, US ` +
    "carriers refuse its texts (30034).";
  return { of: "10dlc", state: waits === undefined ? "refused" : "in_review", message };
}

function ofTollFree(status: string | null): Registration {
  if (status === "TWILIO_APPROVED") return { of: "toll-free", state: "registered", message: null };
  const blocked = "US and Canadian carriers refuse its texts (30032).";
  if (status === null) {
    return {
      of: "toll-free",
      state: "missing",
      message: `This toll-free number was never verified: ${blocked}`,
    };
  }
  const refused = status === "TWILIO_REJECTED";
  return {
    of: "toll-free",
    state: refused ? "refused" : "in_review",
    message: `The verification of this toll-free number is ${status}: until it is approved, ${blocked}`,
  };
}

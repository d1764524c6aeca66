import { z } from "zod";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { createTwilioClients, type TwilioClientOptions } from "../_shared/sms/twilio/client.ts";
import { isNotFoundAtTwilio } from "../_shared/sms/twilio/errors.ts";

/** A number as Twilio has it. */
export interface TwilioNumber {
  readonly sid: string;
  readonly number: string;
  readonly friendlyName: string;
  readonly canText: boolean;
  readonly smsUrl: string | null;
  readonly smsMethod: string;
  /** If it is set, Twilio ignores the URL. */
  readonly smsApplicationSid: string | null;
  readonly trunkSid: string | null;
}

export interface MessagingService {
  readonly sid: string;
  readonly friendlyName: string;
  /** Whether messages go to the number's own webhook. If not, that webhook is never called. */
  readonly usesNumbersWebhook: boolean;
  /** Null: Twilio drops the messages to its numbers. */
  readonly inboundUrl: string | null;
  readonly inboundMethod: string;
}

/** Numbers at Twilio. Each call fails as Twilio's client does; all of them may be repeated. */
export interface TwilioNumbers {
  find(as: TwilioCredentials, number: string): Promise<TwilioNumber | null>;
  list(as: TwilioCredentials, atMost: number): Promise<TwilioNumber[]>;
  /** Sets the URL to which a number's messages are posted. Returns the number as Twilio has it then. */
  pointAt(as: TwilioCredentials, numberSid: string, smsUrl: string): Promise<TwilioNumber>;
  attachToTrunk(as: TwilioCredentials, numberSid: string, trunkSid: string): Promise<void>;
  listServices(as: TwilioCredentials): Promise<MessagingService[]>;
  isInService(as: TwilioCredentials, numberSid: string, serviceSid: string): Promise<boolean>;
}

const Text = z.string().nullish().transform((text) => text || null);

/** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
const IncomingNumber = z.object({
  sid: z.string(),
  phoneNumber: z.string(),
  friendlyName: z.string().nullish(),
  capabilities: z.object({ sms: z.boolean().nullish() }).nullish(),
  smsUrl: Text,
  smsMethod: z.string().nullish(),
  smsApplicationSid: Text,
  trunkSid: Text,
}).transform(({ phoneNumber, friendlyName, capabilities, smsMethod, ...number }): TwilioNumber => ({
  ...number,
  number: phoneNumber,
  friendlyName: friendlyName || phoneNumber,
  canText: capabilities?.sms === true,
  smsMethod: smsMethod || "POST",
}));

/** https://www.twilio.com/docs/messaging/api/service-resource */
const Service = z.object({
  sid: z.string(),
  friendlyName: z.string().nullish(),
  useInboundWebhookOnNumber: z.boolean().nullish(),
  inboundRequestUrl: Text,
  inboundMethod: z.string().nullish(),
}).transform((service): MessagingService => ({
  sid: service.sid,
  friendlyName: service.friendlyName || service.sid,
  usesNumbersWebhook: service.useInboundWebhookOnNumber === true,
  inboundUrl: service.inboundRequestUrl,
  inboundMethod: service.inboundMethod || "POST",
}));

/** Twilio's filter matches parts of numbers, so other numbers that contain this one may come too. */
const NAMESAKES = 50;
// Copied for each call: Twilio's client writes its callbacks into the object, and a shared one would never answer again.
const SERVICES = { limit: 1_000, pageSize: 100 };

/** Asks Twilio with its real REST client; every request has `timeoutMs`. */
export function createTwilioNumbers(options: TwilioClientOptions): TwilioNumbers {
  const client = createTwilioClients(options);
  return {
    async find(as, number) {
      const found: unknown = await client(as).incomingPhoneNumbers.list({
        phoneNumber: number,
        limit: NAMESAKES,
      });
      return z.array(IncomingNumber).parse(found).find((one) => one.number === number) ?? null;
    },
    async list(as, atMost) {
      const listed: unknown = await client(as).incomingPhoneNumbers.list({ limit: atMost, pageSize: 500 });
      return z.array(IncomingNumber).parse(listed);
    },
    async pointAt(as, numberSid, smsUrl) {
      const updated: unknown = await client(as).incomingPhoneNumbers(numberSid)
        .update({ smsUrl, smsMethod: "POST", smsApplicationSid: "" });
      return IncomingNumber.parse(updated);
    },
    async attachToTrunk(as, numberSid, trunkSid) {
      await client(as).trunking.v1.trunks(trunkSid).phoneNumbers.create({ phoneNumberSid: numberSid });
    },
    async listServices(as) {
      const listed: unknown = await client(as).messaging.v1.services.list({ ...SERVICES });
      return z.array(Service).parse(listed);
    },
    async isInService(as, numberSid, serviceSid) {
      try {
        await client(as).messaging.v1.services(serviceSid).phoneNumbers(numberSid).fetch();
        return true;
      } catch (error) {
        if (isNotFoundAtTwilio(error)) return false;
        throw error;
      }
    },
  };
}

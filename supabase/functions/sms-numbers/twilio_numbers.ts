import { z } from "zod";
import type { TwilioCredentials } from "../_shared/sms/twilio/as_account.ts";
import { createTwilioClients, type TwilioClientOptions } from "../_shared/sms/twilio/client.ts";
import { httpFailureOf, isNotFoundAtTwilio } from "../_shared/sms/twilio/errors.ts";

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

/** How a Webhook Rule of the account lets Twilio call a URL. */
export interface WebhookSigner {
  readonly ruleId: string;
  /** Null: the auth token signs. */
  readonly sharedKeyId: string | null;
  /** Whether it tries again when it got a 5xx. */
  readonly retries: boolean;
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
  /** Of the account itself, which a Standard or Restricted API key may not read: null. */
  isTrial(as: TwilioCredentials): Promise<boolean | null>;
  /** The status of each A2P 10DLC campaign of a service, in Twilio's words. */
  campaignsOf(as: TwilioCredentials, serviceSid: string): Promise<string[]>;
  /** The status of a toll-free number's newest verification; null: there is none. */
  tollFreeStatus(as: TwilioCredentials, numberSid: string): Promise<string | null>;
  /** Who signs webhooks to this URL, where a Rule says so; a Rule may share them between two. */
  signersOf(as: TwilioCredentials, url: string): Promise<WebhookSigner[]>;
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

/** https://www.twilio.com/docs/usage/api/account: "Either Trial or Full if it's been upgraded". */
const Account = z.object({ type: z.string() });

/** https://www.twilio.com/docs/messaging/api/usapptoperson-resource */
const Campaign = z.object({ campaignStatus: z.string() });

/** https://www.twilio.com/docs/messaging/api/tollfree-verification-resource */
const TollFreeVerification = z.object({ status: z.string() });

/** https://www.twilio.com/docs/usage/webhooks/webhook-rules */
const WebhookRule = z.object({
  id: z.string(),
  matchType: z.string(),
  value: Text,
  prefix: Text,
  settings: z.array(z.object({ settingId: z.string() })).nullish().transform((settings) => settings ?? []),
});

/** https://www.twilio.com/docs/usage/webhooks/webhook-settings */
const WebhookSetting = z.object({
  signature: z.object({ sharedKeyId: Text }).nullish(),
  connection: z.object({
    retryPolicy: z.object({ retryCount: z.number().nullish(), retryOn: z.array(z.string()).nullish() })
      .nullish(),
  }).nullish(),
});

/** Exact matches before prefixes, the longest first, then the default Rule. */
function ruleFor(url: string, rules: readonly z.infer<typeof WebhookRule>[]) {
  const longest = (type: string, pattern: "value" | "prefix", fits: (pattern: string) => boolean) =>
    rules.filter((rule) => rule.matchType === type && fits(rule[pattern] ?? ""))
      .sort((one, other) => (other[pattern] ?? "").length - (one[pattern] ?? "").length)[0];
  return longest("EXACT_MATCH", "value", (value) => value === url) ??
    longest("PREFIX_MATCH", "prefix", (prefix) => prefix !== "" && url.startsWith(prefix)) ??
    longest("DEFAULT", "value", () => true);
}

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
    async isTrial(as) {
      try {
        const fetched: unknown = await client(as).api.v2010.accounts(as.accountSid).fetch();
        return Account.parse(fetched).type === "Trial";
      } catch (error) {
        if (as.apiKeySid !== undefined && httpFailureOf(error) !== null) return null;
        throw error;
      }
    },
    async campaignsOf(as, serviceSid) {
      const listed: unknown = await client(as).messaging.v1.services(serviceSid).usAppToPerson.list({
        limit: 20,
      });
      return z.array(Campaign).parse(listed).map(({ campaignStatus }) => campaignStatus);
    },
    async tollFreeStatus(as, numberSid) {
      const listed: unknown = await client(as).messaging.v1.tollfreeVerifications.list({
        tollfreePhoneNumberSid: numberSid,
        limit: 1,
      });
      return z.array(TollFreeVerification).parse(listed)[0]?.status ?? null;
    },
    async signersOf(as, url) {
      const { rules, settings } = client(as).webhooks.v1;
      const listed: unknown = await rules.list({ pageSize: 100 });
      const rule = ruleFor(url, z.array(WebhookRule).parse(listed));
      return await Promise.all((rule?.settings ?? []).map(async ({ settingId }): Promise<WebhookSigner> => {
        const fetched: unknown = await settings(settingId).fetch();
        const { signature, connection } = WebhookSetting.parse(fetched);
        const { retryCount, retryOn } = connection?.retryPolicy ?? {};
        return {
          ruleId: rule?.id ?? "",
          sharedKeyId: signature?.sharedKeyId ?? null,
          retries: (retryCount ?? 0) > 0 && (retryOn ?? []).some((on) => ["HTTP_5XX", "ALL"].includes(on)),
        };
      }));
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

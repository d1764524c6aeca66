import { z } from "zod";
import { createTwilioClients, type TwilioClientOptions } from "../../_shared/sms/twilio/client.ts";

/** A message as Twilio has it. https://www.twilio.com/docs/messaging/api/message-resource */
export interface TwilioMessage {
  readonly sid: string;
  readonly direction: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly numSegments: number | null;
  readonly numMedia: number;
  /** Null until Twilio knows, which may take a day; negative, as Twilio writes what it charged. */
  readonly price: string | null;
  readonly priceUnit: string | null;
  /** By Twilio's clock, to the second. */
  readonly createdAt: Date;
}

export interface TwilioMedia {
  readonly url: string;
  readonly content_type: string | null;
}

/** An account and the token it is asked with. */
export interface Credentials {
  readonly accountSid: string;
  readonly token: string;
}

export interface Page {
  /** Newest first. */
  readonly messages: readonly TwilioMessage[];
  /** Continues after the last message, whatever came in meanwhile; null on the last page. */
  readonly nextToken: string | null;
}

/** Reads messages, a page at a time. Every call rejects with whatever went wrong. */
export interface TwilioMessages {
  /** Messages between two numbers; no date filter, which would leave out what has no `date_sent` yet. */
  listBetween(
    who: Credentials,
    filter: { to: string; from: string; pageToken: string | null },
  ): Promise<Page>;
  /** All messages of the account, in and out. */
  listAll(who: Credentials, pageToken: string | null): Promise<Page>;
  /** One message; null when Twilio does not have it any more. */
  fetch(who: Credentials, messageSid: string): Promise<TwilioMessage | null>;
  /** The attachments of an inbound message, with the URLs that a webhook names. */
  listMedia(who: Credentials, messageSid: string): Promise<TwilioMedia[]>;
}

const BETWEEN_PAGE_SIZE = 100;
/** Twilio's largest is 1,000; half of it keeps what is parsed at once small. */
const ALL_PAGE_SIZE = 500;
/** https://www.twilio.com/docs/messaging/guides/accepted-mime-types */
const MAX_MEDIA = 10;

const Count = z.coerce.number().int().nonnegative().nullish().catch(null);
const Message = z.object({
  sid: z.string().min(1),
  direction: z.string(),
  // Null while a messaging service has not chosen a sender.
  to: z.string().nullish(),
  from: z.string().nullish(),
  body: z.string().nullish(),
  status: z.string(),
  errorCode: z.union([z.number(), z.string()]).nullish(),
  numSegments: Count,
  numMedia: Count,
  price: z.coerce.string().regex(/^-?\d+(\.\d+)?$/).nullish().catch(null),
  priceUnit: z.string().nullish(),
  dateCreated: z.date(),
});
const NotFound = z.object({ status: z.literal(404) });
/** The media resource's URI ends in `.json`; without it, it is the file. */
const Media = z.object({ uri: z.string().endsWith(".json"), contentType: z.string().nullish() });

function messageOf(given: unknown): TwilioMessage {
  const message = Message.parse(given);
  return {
    sid: message.sid,
    direction: message.direction,
    to: message.to ?? "",
    from: message.from ?? "",
    body: message.body ?? "",
    status: message.status,
    errorCode: message.errorCode ? String(message.errorCode) : null,
    // Twilio says 0 while it does not know yet.
    numSegments: message.numSegments || null,
    numMedia: message.numMedia ?? 0,
    price: message.price ?? null,
    priceUnit: message.priceUnit ?? null,
    createdAt: message.dateCreated,
  };
}

/** Reads messages with Twilio's real REST client. */
export function createTwilioMessages(options: TwilioClientOptions): TwilioMessages {
  const clientFor = createTwilioClients(options);
  const client = ({ accountSid, token }: Credentials) => clientFor(accountSid, token);
  const list = async (
    who: Credentials,
    { pageToken, ...filter }: { pageToken: string | null; pageSize: number; to?: string; from?: string },
  ): Promise<Page> => {
    const page = await client(who).messages.page({
      ...filter,
      ...(pageToken === null ? {} : { pageToken, pageNumber: 1 }),
    });
    return { messages: page.instances.map(messageOf), nextToken: tokenOf(page.nextPageUrl) };
  };
  return {
    listBetween: (who, filter) => list(who, { ...filter, pageSize: BETWEEN_PAGE_SIZE }),
    listAll: (who, pageToken) => list(who, { pageToken, pageSize: ALL_PAGE_SIZE }),
    async fetch(who, messageSid) {
      try {
        return messageOf(await client(who).messages(messageSid).fetch());
      } catch (error) {
        if (NotFound.safeParse(error).success) return null;
        throw error;
      }
    },
    async listMedia(who, messageSid) {
      const page = await client(who).messages(messageSid).media.page({ pageSize: MAX_MEDIA });
      return page.instances.map((instance) => {
        const { uri, contentType } = Media.parse(instance);
        const path = uri.slice(0, -".json".length);
        return {
          url: `${options.apiBaseUrl ?? "https://api.twilio.com"}${path}`,
          content_type: contentType ?? null,
        };
      });
    },
  };
}

/** Only the token is kept: the address is ours, never one that an answer names. */
function tokenOf(nextPageUrl: string | undefined): string | null {
  return nextPageUrl === undefined ? null : new URL(nextPageUrl).searchParams.get("PageToken");
}

import { z } from "zod";
import type { TwilioCredentials } from "../../_shared/sms/twilio/as_account.ts";
import { createTwilioClients, type TwilioClientOptions } from "../../_shared/sms/twilio/client.ts";
import { isNotFoundAtTwilio } from "../../_shared/sms/twilio/errors.ts";

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
  /** Null until Twilio knows it, which may take a day. Twilio writes what it charged as a negative number. */
  readonly price: string | null;
  readonly priceUnit: string | null;
  /** By Twilio's clock, to the second. */
  readonly createdAt: Date;
}

export interface TwilioMedia {
  readonly url: string;
  readonly content_type: string | null;
}

export interface Page {
  /** Newest first. */
  readonly messages: readonly TwilioMessage[];
  /** Continues after the last message, whatever came in meanwhile; null on the last page. */
  readonly nextToken: string | null;
}

/** Reads messages, a page at a time. Every call rejects with the error of Twilio's client. */
export interface TwilioMessages {
  /** Messages between two numbers. No date filter: it would leave out messages that have no `date_sent` yet. */
  listBetween(
    as: TwilioCredentials,
    filter: { to: string; from: string; pageToken: string | null },
  ): Promise<Page>;
  /** All messages of the account, in and out. */
  listAll(as: TwilioCredentials, pageToken: string | null): Promise<Page>;
  /** One message; null when Twilio does not have it any more. */
  fetch(as: TwilioCredentials, messageSid: string): Promise<TwilioMessage | null>;
  /** The attachments of an inbound message, with the URLs that a webhook names. */
  listMedia(as: TwilioCredentials, messageSid: string): Promise<TwilioMedia[]>;
}

const BETWEEN_PAGE_SIZE = 100;
/** Twilio allows 1,000. Half of that keeps the parsed page small. */
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
  const client = createTwilioClients(options);
  const list = async (
    as: TwilioCredentials,
    { pageToken, ...filter }: { pageToken: string | null; pageSize: number; to?: string; from?: string },
  ): Promise<Page> => {
    const page = await client(as).messages.page({
      ...filter,
      ...(pageToken === null ? {} : { pageToken, pageNumber: 1 }),
    });
    return { messages: page.instances.map(messageOf), nextToken: tokenOf(page.nextPageUrl) };
  };
  return {
    listBetween: (as, filter) => list(as, { ...filter, pageSize: BETWEEN_PAGE_SIZE }),
    listAll: (as, pageToken) => list(as, { pageToken, pageSize: ALL_PAGE_SIZE }),
    async fetch(as, messageSid) {
      try {
        return messageOf(await client(as).messages(messageSid).fetch());
      } catch (error) {
        if (isNotFoundAtTwilio(error)) return null;
        throw error;
      }
    },
    async listMedia(as, messageSid) {
      const page = await client(as).messages(messageSid).media.page({ pageSize: MAX_MEDIA });
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

/** Accounts, numbers, messaging services, trunks, and who is opted out of what. */
import type { CallKind } from "./gates.ts";
import { newSid, newToken } from "./ids.ts";
import type { Account, AccountStatus } from "./types.ts";
import { WebhookConfiguration } from "./webhook_rules.ts";

interface StoredAccount {
  accountSid: string;
  authToken: string;
  secondaryToken: string | null;
  status: AccountStatus;
  /** Null: upgraded. Else whom a trial account may text: its numbers that were verified in the console. */
  verified: ReadonlySet<string> | null;
  dateCreated: Date;
}

/**
 * A key for the API, in place of the auth token. A Restricted one has permissions for single resources; a Standard one may
 * all but look at the account itself. https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
 */
export interface ApiKey {
  readonly sid: string;
  readonly secret: string;
  /** Null: Standard. */
  readonly permissions: ReadonlySet<CallKind> | null;
}

/** What a number can do: "Capabilities are Voice, SMS, and MMS and each capability can be: true or false." */
export interface Capabilities {
  voice: boolean;
  sms: boolean;
  mms: boolean;
}

/** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
export interface IncomingNumber {
  readonly sid: string;
  readonly accountSid: string;
  readonly number: string;
  friendlyName: string;
  smsUrl: string;
  smsMethod: "GET" | "POST";
  /** When set, Twilio ignores `smsUrl`. */
  smsApplicationSid: string;
  /** For calls. Twilio does not use it for messages. */
  statusCallback: string;
  trunkSid: string | null;
  /** Of one service at most (https://www.twilio.com/docs/api/errors/21712). The number's own resource does not name it. */
  messagingServiceSid: string | null;
  capabilities: Capabilities;
  /** Of a toll-free number's verification; null: none was asked for. */
  tollFreeStatus: TollFreeStatus | null;
  readonly dateCreated: Date;
  dateUpdated: Date;
}

/** https://www.twilio.com/docs/messaging/api/tollfree-verification-resource */
export type TollFreeStatus = "PENDING_REVIEW" | "IN_REVIEW" | "TWILIO_APPROVED" | "TWILIO_REJECTED";

export interface NumberSettings {
  friendlyName?: string;
  smsUrl?: string;
  smsMethod?: "GET" | "POST";
  smsApplicationSid?: string;
  statusCallback?: string;
  trunkSid?: string | null;
  messagingServiceSid?: string | null;
  capabilities?: Capabilities;
  tollFreeStatus?: TollFreeStatus | null;
}

/** https://www.twilio.com/docs/messaging/api/service-resource */
export interface MessagingService {
  readonly sid: string;
  readonly accountSid: string;
  friendlyName: string;
  /** False: Twilio calls `inboundRequestUrl` and ignores the number's own URL. */
  useInboundWebhookOnNumber: boolean;
  /** Empty is Twilio's null: "receiving inbound messages is disabled". */
  inboundRequestUrl: string;
  inboundMethod: "GET" | "POST";
  statusCallback: string;
  /** https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out */
  advancedOptOut: boolean;
  /** Of its A2P 10DLC campaign; null: it has none. https://www.twilio.com/docs/messaging/api/usapptoperson-resource */
  campaignStatus: "PENDING" | "IN_PROGRESS" | "VERIFIED" | "FAILED" | "SUSPENDED" | null;
  readonly dateCreated: Date;
}

export class Registry {
  readonly #accounts = new Map<string, StoredAccount>();
  readonly numbers = new Map<string, IncomingNumber>();
  readonly services = new Map<string, MessagingService>();
  readonly trunks = new Map<string, { sid: string; accountSid: string; dateCreated: Date }>();
  /** RCS senders by their names, with the number to whose webhook their messages go. */
  readonly rcsSenders = new Map<string, string>();
  readonly #blocks = new Set<string>();
  readonly #apiKeys = new Map<string, ApiKey & { accountSid: string }>();
  readonly #webhooks = new Map<string, WebhookConfiguration>();

  addAccount(account: Partial<Account> = {}): Account {
    const stored: StoredAccount = {
      accountSid: account.accountSid ?? newSid("AC"),
      authToken: account.authToken ?? newToken(),
      secondaryToken: null,
      status: "active",
      verified: null,
      dateCreated: new Date(),
    };
    this.#accounts.set(stored.accountSid, stored);
    return { accountSid: stored.accountSid, authToken: stored.authToken };
  }

  account(accountSid: string): StoredAccount {
    const account = this.#accounts.get(accountSid);
    if (account === undefined) throw new Error(`The carrier has no account ${accountSid}`);
    return account;
  }

  /** The API takes the primary and the secondary token alike. https://www.twilio.com/docs/iam/api/authtoken */
  authenticates(accountSid: string, token: string): boolean {
    const account = this.#accounts.get(accountSid);
    return account !== undefined && (token === account.authToken || token === account.secondaryToken);
  }

  /** https://www.twilio.com/docs/iam/api-keys */
  addApiKey(accountSid: string, permissions: readonly CallKind[] | null = null): ApiKey {
    const key = {
      sid: newSid("SK"),
      secret: newToken(),
      permissions: permissions === null ? null : new Set(permissions),
    };
    this.#apiKeys.set(key.sid, { ...key, accountSid: this.account(accountSid).accountSid });
    return key;
  }

  /** The key and its account; null for a wrong secret. */
  apiKey(sid: string, secret: string): (ApiKey & { accountSid: string }) | null {
    const key = this.#apiKeys.get(sid);
    return key?.secret === secret ? key : null;
  }

  deleteApiKey(sid: string): void {
    this.#apiKeys.delete(sid);
  }

  webhookConfiguration(accountSid: string): WebhookConfiguration {
    const found = this.#webhooks.get(accountSid) ?? new WebhookConfiguration();
    this.#webhooks.set(accountSid, found);
    return found;
  }

  setStatus(accountSid: string, status: AccountStatus): void {
    this.account(accountSid).status = status;
  }

  /** A trial account that may text these numbers; null: it was upgraded. */
  setTrial(accountSid: string, verified: readonly string[] | null): void {
    this.account(accountSid).verified = verified === null ? null : new Set(verified);
  }

  /** A second token that the API takes; webhooks are still signed with the first. */
  createSecondaryToken(accountSid: string): string {
    const account = this.account(accountSid);
    account.secondaryToken ??= newToken();
    return account.secondaryToken;
  }

  /** https://www.twilio.com/docs/iam/api/secondary-auth-token */
  deleteSecondaryToken(accountSid: string): void {
    this.account(accountSid).secondaryToken = null;
  }

  /** The secondary token becomes the primary one, and the old primary ends at once. */
  promoteToken(accountSid: string): string {
    const promoted = this.createSecondaryToken(accountSid);
    const account = this.account(accountSid);
    account.authToken = promoted;
    account.secondaryToken = null;
    return promoted;
  }

  addNumber(accountSid: string, settings: NumberSettings & { number: string }): IncomingNumber {
    this.account(accountSid);
    if (this.numbers.has(settings.number)) throw new Error(`The carrier already has ${settings.number}`);
    const added: IncomingNumber = {
      sid: newSid("PN"),
      accountSid,
      number: settings.number,
      friendlyName: settings.friendlyName ?? settings.number,
      smsUrl: settings.smsUrl ?? "",
      smsMethod: settings.smsMethod ?? "POST",
      smsApplicationSid: settings.smsApplicationSid ?? "",
      statusCallback: settings.statusCallback ?? "",
      trunkSid: settings.trunkSid ?? null,
      messagingServiceSid: settings.messagingServiceSid ?? null,
      capabilities: settings.capabilities ?? { voice: true, sms: true, mms: true },
      tollFreeStatus: settings.tollFreeStatus ?? null,
      dateCreated: new Date(),
      dateUpdated: new Date(),
    };
    if (added.messagingServiceSid !== null) this.addService(accountSid, { sid: added.messagingServiceSid });
    this.numbers.set(added.number, added);
    return added;
  }

  configureNumber(number: string, settings: NumberSettings): IncomingNumber {
    const found = this.numbers.get(number);
    if (found === undefined) throw new Error(`The carrier has no number ${number}`);
    const service = settings.messagingServiceSid;
    if (typeof service === "string") this.addService(found.accountSid, { sid: service });
    return Object.assign(found, settings, { dateUpdated: new Date() });
  }

  /** Adds the service, or returns the one of that SID as it is. By default it defers to the number's own webhook. */
  addService(accountSid: string, settings: Partial<MessagingService> = {}): MessagingService {
    const existing = settings.sid === undefined ? undefined : this.services.get(settings.sid);
    if (existing !== undefined) return existing;
    const service: MessagingService = {
      friendlyName: "A messaging service",
      useInboundWebhookOnNumber: true,
      inboundRequestUrl: "",
      inboundMethod: "POST",
      statusCallback: "",
      advancedOptOut: false,
      campaignStatus: null,
      dateCreated: new Date(),
      ...settings,
      sid: settings.sid ?? newSid("MG"),
      accountSid,
    };
    this.services.set(service.sid, service);
    return service;
  }

  addTrunk(accountSid: string): string {
    const sid = newSid("TK");
    this.trunks.set(sid, { sid, accountSid, dateCreated: new Date() });
    return sid;
  }

  /** Its address is `rcs:` and the name. https://www.twilio.com/docs/rcs/send-an-rcs-message */
  addRcsSender(number: string, name: string): string {
    this.rcsSenders.set(name, number);
    return `rcs:${name}`;
  }

  /** The number behind an address: itself, that of WhatsApp, or that of an RCS sender. */
  numberOf(address: string): IncomingNumber | undefined {
    const { channel, rest } = channelOf(address);
    return this.numbers.get(channel === "rcs" ? this.rcsSenders.get(rest) ?? rest : rest);
  }

  /**
   * An opt-out counts for one number, or for the whole pool of a messaging service.
   * https://help.twilio.com/articles/223134027
   */
  block(sender: string, contact: string): void {
    this.#blocks.add(this.#blockKey(sender, contact));
  }

  unblock(sender: string, contact: string): void {
    this.#blocks.delete(this.#blockKey(sender, contact));
  }

  isBlocked(sender: string, contact: string): boolean {
    return this.#blocks.has(this.#blockKey(sender, contact));
  }

  /** One list over RCS, SMS and MMS: the channel makes no difference. */
  #blockKey(sender: string, contact: string): string {
    const number = this.numberOf(sender);
    return `${number?.messagingServiceSid ?? number?.number ?? sender} ${channelOf(contact).rest}`;
  }
}

export type Channel = "sms" | "rcs" | "whatsapp";

/** "whatsapp:+14155550101" is an address of WhatsApp; one without a prefix is of SMS and MMS. */
export function channelOf(address: string): { channel: Channel; rest: string } {
  const [, channel, rest] = /^(rcs|whatsapp):(.+)$/s.exec(address) ?? [];
  return channel === undefined || rest === undefined
    ? { channel: "sms", rest: address }
    : { channel: channel as Channel, rest };
}

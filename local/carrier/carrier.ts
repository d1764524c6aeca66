/** The look-alike as tests and the local stack see it. */
import type { Faults, FaultSettings } from "./faults.ts";
import type { AfterCreate, BeforeCreate, CallKind, Held, HoldMatch, OnCall } from "./gates.ts";
import type { InboundDelivery, InboundMessage } from "./inbound.ts";
import type { Ledger } from "./ledger.ts";
import type { DeliveryOutcome } from "./outcomes.ts";
import type { ApiKey, IncomingNumber, MessagingService, NumberSettings } from "./registry.ts";
import type { Account, AccountStatus, CarrierEvent, MessageStatus, WebhookAttempt } from "./types.ts";
import type { NewRule, SharedKey, WebhookRule } from "./webhook_rules.ts";

export interface CarrierOptions {
  /** 0, the default, is any free one. */
  port?: number;
  accountSid?: string;
  authToken?: string;
  /** Milliseconds between two delivery statuses. 5 by default. */
  stepMs?: number;
  /** Of the shuffles. 1 by default. */
  seed?: number;
  /** Faults that `faults.reset()` comes back to. */
  faults?: Partial<FaultSettings>;
}

export interface Carrier {
  /** `http://127.0.0.1:PORT`: what `SMS_TWILIO_API_BASE_URL` is set to. */
  readonly url: string;
  /** The default account. */
  readonly accountSid: string;
  /** The default account's primary token now. */
  readonly authToken: string;
  /** Another tenant's account. */
  addAccount(): Account;
  /** A suspended or closed account fetches only itself, to see why. */
  setAccountStatus(accountSid: string, status: AccountStatus): void;
  /** A trial account texts only these numbers, with a line of Twilio's before each text; null: upgraded, as all are at first. */
  setTrial(accountSid: string, verified: readonly string[] | null): void;
  /** A second token: the API takes both, webhooks are still signed with the first. */
  createSecondaryToken(accountSid: string): string;
  /** Takes the second token back: only the first is valid. */
  deleteSecondaryToken(accountSid: string): void;
  /** Promotes the secondary token (made if there is none): from now on it alone is valid, and it signs. */
  rotateToken(accountSid: string): string;
  /** A Standard API key, or a Restricted one that may make these calls. */
  addApiKey(accountSid: string, permissions?: readonly CallKind[]): ApiKey;
  deleteApiKey(sid: string): void;
  /** A key that signs webhooks, once a Rule's Setting names it. */
  addSharedKey(accountSid: string): SharedKey;
  /** A Rule with its Setting. Without more it is the default Rule, and changes only the retries. */
  addWebhookRule(accountSid: string, rule?: NewRule): WebhookRule;
  deleteWebhookRule(accountSid: string, id: string): void;
  addNumber(accountSid: string, settings: NumberSettings & { number: string }): IncomingNumber;
  configureNumber(number: string, settings: NumberSettings): IncomingNumber;
  numbers(): IncomingNumber[];
  addMessagingService(accountSid: string, settings?: Partial<MessagingService>): MessagingService;
  /** Returns the trunk's SID. */
  /** An RCS sender whose messages go to the number's webhook. @returns its address, `rcs:<name>` */
  addRcsSender(number: string, name: string): string;
  addTrunk(accountSid: string): string;
  /**
   * A contact's phone texts a number. Resolves when the webhook and its retries are over. If all fail the message is
   * still in Twilio's lists.
   */
  text(input: InboundMessage): Promise<InboundDelivery>;
  /** Moves a message on by hand. Resolves with the callback's attempts; none where Twilio makes no callback. */
  advance(sid: string, status: MessageStatus, options?: { errorCode?: number }): Promise<WebhookAttempt[]>;
  /** Creates to this contact get a Twilio error; null ends it. */
  refuse(to: string, code: number | null): void;
  /** How texts to this contact end; null is delivered again. */
  deliverAs(to: string, outcome: DeliveryOutcome | null): void;
  /** Whether the contact is opted out of that sender. */
  isBlocked(sender: string, contact: string): boolean;
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** Returns the function that ends it. */
  on(listener: (event: CarrierEvent) => void): () => void;
  hold(match?: HoldMatch): Held;
  /** Runs before Twilio looks at a create. Returns the function that removes it. */
  beforeCreate(hook: BeforeCreate): () => void;
  /** Runs after Twilio accepted, before it answers. Returns the function that removes it. */
  afterCreate(hook: AfterCreate): () => void;
  /** Runs before and after every other call. Returns the function that removes it. */
  onCall(hook: OnCall): () => void;
  /** Nothing listens on the port: connections are refused. The ledger stays. */
  goDown(): Promise<void>;
  /** Listens on the same port again. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

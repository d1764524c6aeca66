/** The client of supabase-sms: what an app calls, on the app's own client of supabase-js. docs/client.md */
import { Calls, type Supabase } from "./call.ts";
import { consents } from "./consents.ts";
import { conversations } from "./conversations.ts";
import { events } from "./events.ts";
import { changes } from "./live/changes.ts";
import type { Visibility } from "./live/polling.ts";
import type { Change } from "./live/source.ts";
import {
  broadcast,
  broadcasts,
  type BroadcastToSend,
  messages,
  send,
  type SendOptions,
  type TextToSend,
  timeOf,
} from "./messages.ts";
import { Rows } from "./rows.ts";
import { accounts, numbers } from "./setup.ts";
import type {
  Assistant,
  AssistantChanges,
  Contact,
  ContactChanges,
  Limits,
  Models,
  NewAssistant,
  NewContact,
  NewTemplate,
  Preview,
  PreviewRequest,
  Stats,
  Template,
  TemplateChanges,
} from "./types.ts";

export type { Call, Supabase } from "./call.ts";
export type {
  Consent,
  ConsentBasis,
  ConsentEntry,
  ConsentImport,
  ContactConsent,
  ContactWithoutConsent,
  CsvImport,
  RejectedLine,
} from "./consents.ts";
export type { ConversationFilter, ListOptions, Place } from "./conversations.ts";
export type { EndpointToSave, EventAttempt, EventEndpoint } from "./events.ts";
export { errorOfResponse, isRefusal, type Refusal, type SmsCode, SmsError } from "./error.ts";
export type { Change } from "./live/source.ts";
export type { BroadcastToSend, SendOptions, TextToSend, WaitOptions } from "./messages.ts";
export type { AccountToConnect, ListedNumber, NumberToAssign } from "./setup.ts";
export type * from "./types.ts";

export interface SmsOptions {
  /** With the secret key: the tenant for whom everything is done. Without it, who is signed in. */
  readonly userId?: string;
  /** How often a call is tried at most where no answer comes and it may be repeated. 1 for an app that repeats by itself. Default: 4. */
  readonly attempts?: number;
}

export interface StatsQuery {
  /** A time, or a day in the time zone. */
  readonly from?: Date | string;
  /** Not included. */
  readonly to?: Date | string;
  readonly bucket?: "hour" | "day";
  /** IANA name. Default: UTC. */
  readonly timeZone?: string;
  readonly numberId?: string;
  readonly assistantId?: string;
  readonly signal?: AbortSignal;
}

export interface ListenOptions {
  /** False where the project has no Realtime: it is asked. Default: true. */
  readonly realtime?: boolean;
  /** Milliseconds between two questions where nothing is heard. Default: 4,000. */
  readonly pollMs?: number;
}

/** Conversations that may have changed; null where nobody knows which. */
export interface Changed {
  readonly conversations: Change;
}

export type Sms = ReturnType<typeof createSms>;

/**
 * @example
 * const sms = createSms(supabase);                 // as who is signed in
 * const asTenant = createSms(admin, { userId });   // a backend with the secret key, for one tenant
 */
export function createSms(supabase: Supabase, { userId, attempts }: SmsOptions = {}) {
  const calls = new Calls(supabase, userId, attempts);
  return {
    send: (text: TextToSend, options?: SendOptions) => send(calls, text, options),
    broadcast: Object.assign(
      (text: BroadcastToSend, options?: SendOptions) => broadcast(calls, text, options),
      broadcasts(calls),
    ),
    messages: messages(calls),
    conversations: conversations(calls),
    contacts: Object.assign(
      new Rows<Contact, NewContact, ContactChanges>(
        calls,
        "sms_contacts",
        ["number", "id"],
      ),
      {
        /** For who asked in another way than by STOP. Only their START undoes it. */
        optOut: async (id: string): Promise<void> => {
          await calls.verb("sms_opt_out_contact", { contact_id: id });
        },
        /** What the contact meant by words that may be an opt-out: ends a doubt, or takes back what was read wrongly. */
        settleOptOut: async (id: string, optedOut: boolean): Promise<void> => {
          await calls.verb("sms_settle_opt_out", { contact_id: id, opted_out: optedOut });
        },
        /** All that is stored of a contact, to hand out. docs/privacy.md */
        export: (id: string) => calls.verb("sms_export_contact", { contact_id: id }),
        consents: consents(calls),
        /** A contact with everything that was said, for good; figures and its opt-out stay. docs/privacy.md */
        erase: (id: string) => calls.verb("sms_erase_contact", { contact_id: id }),
      },
    ),
    templates: new Rows<Template, NewTemplate, TemplateChanges>(
      calls,
      "sms_templates",
      ["name", "id"],
    ),
    assistants: new Rows<Assistant, NewAssistant, AssistantChanges>(
      calls,
      "sms_assistants",
      ["name", "id"],
    ),
    numbers: numbers(calls),
    accounts: accounts(calls),
    events: events(calls),
    /** What the operator switched off for everybody: what is written waits, or nobody answers. */
    stops: () => calls.verb("sms_list_stops", {}),
    preview: Object.assign(
      /** What an assistant would answer; nothing is stored or sent. */
      (request: Omit<PreviewRequest, "user_id">): Promise<Preview> =>
        calls.function("sms-preview", { method: "POST", body: request }),
      {
        /** The models that an assistant may use. */
        models: (
          { signal }: { readonly signal?: AbortSignal } = {},
        ): Promise<Models> => calls.function("sms-preview", { signal }),
      },
    ),
    stats: (
      { from, to, bucket, timeZone, numberId, assistantId, signal }: StatsQuery = {},
    ): Promise<Stats> =>
      calls.function("sms-stats", {
        query: {
          from: timeOf(from),
          to: timeOf(to),
          bucket,
          time_zone: timeZone,
          phone_number_id: numberId,
          assistant_id: assistantId,
        },
        signal,
      }),
    /** What the operator has set for the tenant; null: the defaults (docs/rules/limits.md). */
    limits: async ({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Limits | null> => {
      const [row] = await new Rows<Limits, never, never>(calls, "sms_limits", ["user_id"]).list({ signal });
      return row ?? null;
    },
    /** Any verb, with its own types. A refusal is thrown. */
    verb: calls.verb.bind(calls),
    /** Tells when conversations may have changed. @returns what ends it */
    on: (
      event: "changed",
      tell: (changed: Changed) => void,
      options: ListenOptions = {},
    ) => listen(calls, event, tell, options),
  };
}

function listen(
  calls: Calls,
  event: "changed",
  tell: (changed: Changed) => void,
  { realtime = true, pollMs = 4_000 }: ListenOptions,
): () => void {
  if (event !== "changed") {
    throw new TypeError(`on() knows the event "changed", not ${event}`);
  }
  let end = () => {};
  let ended = false;
  const begin = (listenAs: string | null) => {
    if (ended) return;
    const { document: page = null } = globalThis as { document?: Visibility };
    const options = {
      client: calls.supabase,
      listenAs,
      userId: calls.userId,
      page,
      pollMs,
      watched: () => null,
    };
    end = changes(options, (conversations) => tell({ conversations }));
  };
  // The topic is private to its user, so a backend with the secret key asks.
  if (!realtime || calls.userId !== undefined) begin(null);
  else calls.tenant().then(begin, () => begin(null));
  return () => {
    ended = true;
    end();
  };
}

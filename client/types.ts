// Made by `deno task reference` from the contract, the table of outcomes and the tables; do not edit.

import type { ConsentImport, ContactConsent, ContactWithoutConsent } from "./consents.ts";
import type { EventEndpoint } from "./events.ts";

export type Message = {
  readonly id: string;
  readonly message_sid: string | null;
  readonly account_sid: string;
  readonly conversation_id: string | null;
  readonly user_id: string | null;
  readonly seq: number | null;
  readonly direction: "inbound" | "outbound";
  readonly kind:
    | "text"
    | "keyword"
    | "reaction"
    | "reply"
    | "greeting"
    | "goodbye"
    | "error"
    | "opt_out_confirmation";
  readonly sender: "contact" | "assistant" | "person" | "system";
  readonly to_number: string;
  readonly from_number: string;
  readonly body: string;
  readonly media: readonly ({
    readonly url: string;
    readonly content_type?: string | null;
  })[];
  readonly intent: string | null;
  readonly status:
    | "received"
    | "scheduled"
    | "pending"
    | "unconfirmed"
    | "accepted"
    | "queued"
    | "sending"
    | "sent"
    | "partially_delivered"
    | "canceled"
    | "failed"
    | "undelivered"
    | "delivered"
    | "read";
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly num_segments: number | null;
  readonly price: number | null;
  readonly price_unit: string | null;
  readonly send_at: string | null;
  /** Not sent after this; null: as long as its kind may wait. */
  readonly not_after?: string | null;
  /** What the sender said it is for. */
  readonly purpose?: "promotional" | "transactional";
  /** Until when it was held back last; null: it was never held. In the future: it waits. */
  readonly held_until?: string | null;
  /** Why it was held until then, such as quiet_hours. */
  readonly held_reason?: string | null;
  /** Our sender where it is not the number itself: rcs:<name> or whatsapp:<number>; null: SMS or MMS. */
  readonly via?: string | null;
  readonly date_created: string;
  readonly date_sent: string | null;
  readonly date_updated: string;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Broadcast = {
  readonly id: string;
  readonly user_id: string;
  readonly name: string | null;
  readonly from_number: string;
  /** What the sender said it is for. */
  readonly purpose?: "promotional" | "transactional";
  readonly created_at: string;
};

export type Conversation = {
  readonly id: string;
  readonly user_id: string;
  readonly phone_number_id: string;
  readonly contact_id: string;
  readonly assistant_id: string | null;
  readonly status: "active" | "ended";
  readonly end_reason: "assistant" | "person" | "idle" | null;
  readonly intent: string | null;
  readonly ai_enabled: boolean;
  /** A time, or infinity: until handed back. */
  readonly ai_paused_until: string | null;
  /** Why the contact's last message got no automatic reply; null also where only ai_enabled is off. */
  readonly ai_paused_reason: string | null;
  /** The contact asked for a person, or a text to the contact was too late and not sent. */
  readonly waiting_for_person: boolean;
  readonly greeting_pending: boolean;
  readonly last_seq: number;
  readonly read_seq: number;
  readonly last_message_at: string;
  readonly last_message_preview: string | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly reopened_at: string | null;
  readonly updated_at: string;
  /** The sender of ours that the contact wrote to last, as in a message. */
  readonly via?: string | null;
  readonly contact: {
    readonly id: string;
    /** E.164, or as Twilio names other senders. */
    readonly number: string;
    readonly name: string | null;
    readonly opted_out_at: string | null;
  };
  readonly phone_number: {
    readonly id: string;
    readonly number: string;
  };
  /** All messages after read_seq, those of the assistant and of people too. A text of an app makes nothing unread. */
  readonly unread: number;
};

export type PhoneNumber = {
  readonly id: string;
  readonly user_id: string;
  /** The Twilio account that owns the number. */
  readonly account_sid: string;
  readonly number: string;
  /** Twilio's SID of the number. */
  readonly twilio_sid: string | null;
  /** The trunk it was on when Twilio last confirmed. */
  readonly trunk_sid: string | null;
  /** Who answers; null: texts wait for a person. */
  readonly assistant_id: string | null;
  /** Sending pace. */
  readonly segments_per_second: number;
  /** The webhook that Twilio last confirmed. */
  readonly sms_url: string | null;
  /** pending: being set up, or interrupted while it was · configured: confirmed by Twilio · failed, drifted: see webhook_error. */
  readonly webhook_status: "pending" | "configured" | "failed" | "drifted";
  /** What went wrong and what to do, in a sentence for people. */
  readonly webhook_error: string | null;
  /** Why webhooks of its account were refused (403) in the last day, and what to do. Only of the tenant's own accounts. */
  readonly webhook_problem?: string | null;
  /** Whether what is stored of its account cannot be opened any more: nothing is sent, and texts are refused, until the operator brings the key back or the account is connected again. Only of the tenant's own accounts. */
  readonly credentials_unreadable?: boolean;
  /** When Twilio last confirmed the webhook. */
  readonly configured_at: string | null;
  /** When Twilio was last asked about it. */
  readonly webhook_checked_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Account = {
  /** Ours. */
  readonly id: string;
  /** Twilio's. */
  readonly account_sid: string;
  /** The tenant's own name for it. */
  readonly label: string | null;
  /** The main trunk, to which assigned numbers are attached. */
  readonly trunk_sid: string | null;
  /** When it was first connected. */
  readonly created_at: string;
  /** When it last changed. */
  readonly updated_at: string;
  /** When it was disconnected; it is kept for the conversations of its numbers. Null while connected. */
  readonly disconnected_at: string | null;
  /** Until when the token before the last one signs too: promote the new one in that time. */
  readonly previous_until: string | null;
  /** The API key that asks Twilio in place of the auth token. */
  readonly api_key_sid: string | null;
  /** The SharedKeys that may sign its webhooks, without their secrets. */
  readonly shared_keys: readonly ({
    readonly key_id: string;
    readonly created_at: string;
  })[];
  /** Webhooks of the last day that were refused (403), and whose signer was not accepted since. */
  readonly webhooks_refused: readonly ({
    /** SIGNATURE_MISMATCH: another token or secret signed · SHARED_KEY_UNKNOWN: a SharedKey signed that was not given · SIGNATURE_ALGORITHM_UNKNOWN: of no known algorithm. */
    readonly reason: "SIGNATURE_MISMATCH" | "SHARED_KEY_UNKNOWN" | "SIGNATURE_ALGORITHM_UNKNOWN";
    /** The SharedKey that they named; null for the auth token. */
    readonly key_id: string | null;
    readonly algorithm: string | null;
    /** How many, since first_at. */
    readonly refused: number;
    readonly first_at: string;
    readonly last_at: string;
    /** What to do, for people. */
    readonly message: string;
  })[];
  /** Whether its token, API key or a SharedKey cannot be opened any more, because SMS_CREDENTIALS_KEY has changed. Connect it again, or let the operator bring the key back. */
  readonly credentials_unreadable?: boolean;
};

export type SendRequest = {
  /** The recipient in full, as +14155550101; or up to 1,000 of them, which makes it a broadcast. May be missing where conversation_id is given. */
  readonly to?: string | readonly (string)[];
  /** The text, at most 1,600 characters. It is never cut. */
  readonly body?: string;
  /** Which of your numbers sends. Default: the conversation's, else your only one. */
  readonly from?: string;
  /** At most 10 public http or https URLs, which the carrier fetches. */
  readonly media_urls?: readonly (string)[];
  /** One of your templates, instead of a body. */
  readonly template_id?: string;
  /** Values for the template's variables. */
  readonly variables?: Readonly<Record<string, string | number>>;
  /** When to send it, at most a year ahead. A time in the past means now. Default: now. */
  readonly send_at?: string;
  /** After this time it is not sent any more: it becomes canceled, with EXPIRED. Later than now and than send_at. Default: 4 hours from now; 12 hours after send_at; 72 hours after a broadcast's start. Time in which it waits for the number's pace, or its broadcast is paused, counts only where you name a time. */
  readonly not_after?: string;
  /** What the text is for: promotional (it asks the recipient to buy or to come) or transactional (an answer, a booking, a code). Default: the template's; else promotional for a broadcast, transactional for one recipient. It is kept as your statement. */
  readonly purpose?: "promotional" | "transactional";
  /** The conversation that is answered. Not for broadcasts. */
  readonly conversation_id?: string;
  /** What the broadcast is called. For broadcasts only. */
  readonly name?: string;
  /** True for a person's answer: the assistant pauses in that conversation, and the text's sender is person. Default: false, a text of your app, whose sender is system. Not for broadcasts. */
  readonly pauses_assistant?: boolean;
  /** Whom the request acts for. Needed with a secret key. A signed-in user may leave it out, and can only name themselves. */
  readonly user_id?: string;
};

export type ConversationPage = {
  /** Newest first. */
  readonly conversations: readonly (Conversation)[];
  /** For the next page; null at the end. A page that is short, or empty, is the last one only if this is null. */
  readonly next_cursor: string | null;
};

export type Thread = {
  readonly conversation: Conversation;
  /** Newest first. */
  readonly messages: readonly (Message)[];
  /** For the next page; null at the end. A page that is short, or empty, is the last one only if this is null. */
  readonly next_cursor: string | null;
};

export type ConversationChanges = {
  /** The assistant's switch. Off also takes back what it has not sent yet; on means from the next text on. */
  readonly ai_enabled?: boolean;
  /** ended ends the conversation; active reopens an ended one. */
  readonly status?: "active" | "ended";
  /** The seq up to which everything is read; never back. */
  readonly read_through?: number;
};

export type Stats = {
  /** Start of what was counted: as asked for, rounded down to a quarter of an hour. */
  readonly from: string;
  /** End of what was counted: as asked for, rounded up to a quarter of an hour. */
  readonly to: string;
  readonly bucket: "hour" | "day";
  readonly time_zone: string;
  readonly totals: {
    readonly inbound: number;
    /** Texts that went out, or were to. */
    readonly outbound: number;
    /** Outbound texts with the status delivered or read. */
    readonly delivered: number;
    /** Outbound texts with the status failed or undelivered. */
    readonly failed: number;
    /** delivered / (delivered + failed): of the texts that reached an end. Null when none has. */
    readonly delivery_rate: number | null;
    /** SMS segments, in and out. */
    readonly segments: number;
    /** Conversations that began in the range. */
    readonly conversations: number;
    /** Times that contacts opted out. With a filter: said to that number or assistant. */
    readonly opt_outs: number;
    /** Times that contacts opted in again. With a filter: said to that number or assistant. */
    readonly opt_ins: number;
    /** Texts by direction and the status they have now; only those that occur. */
    readonly statuses: readonly ({
      readonly direction: "inbound" | "outbound";
      readonly status: string;
      readonly messages: number;
    })[];
    /** What contacts wanted, by inbound texts that an assistant has understood; most frequent first. */
    readonly intents: readonly ({
      readonly intent: string;
      readonly messages: number;
    })[];
    /** Of the texts whose price Twilio has told so far, by currency. */
    readonly cost: readonly ({
      /** ISO 4217. */
      readonly currency: string;
      /** What Twilio charged; a positive number is a cost. */
      readonly amount: number;
    })[];
    /** From a contact's first unanswered text until Twilio took the answer. */
    readonly answer_time: {
      /** Answers of assistants and people. */
      readonly count: number;
      /** Milliseconds, within 5 %; null without answers. */
      readonly median_ms: number | null;
      /** Milliseconds, within 5 %; null without answers. */
      readonly p95_ms: number | null;
    };
  };
  /** Every hour or day that the range touches, also those without a text. */
  readonly series: readonly ({
    /** When the hour or day begins; the first may begin before the range does. */
    readonly start: string;
    readonly inbound: number;
    readonly outbound: number;
    readonly delivered: number;
    readonly failed: number;
    readonly segments: number;
    /** Of the texts whose price Twilio has told so far, by currency. */
    readonly cost: readonly ({
      /** ISO 4217. */
      readonly currency: string;
      /** What Twilio charged; a positive number is a cost. */
      readonly amount: number;
    })[];
  })[];
};

export type NumbersAnswer = {
  readonly numbers: readonly ({
    readonly id: string;
    readonly user_id: string;
    /** The Twilio account that owns the number. */
    readonly account_sid: string;
    readonly number: string;
    /** Twilio's SID of the number. */
    readonly twilio_sid: string | null;
    /** The trunk it was on when Twilio last confirmed. */
    readonly trunk_sid: string | null;
    /** Who answers; null: texts wait for a person. */
    readonly assistant_id: string | null;
    /** Sending pace. */
    readonly segments_per_second: number;
    /** The webhook that Twilio last confirmed. */
    readonly sms_url: string | null;
    /** pending: being set up, or interrupted while it was · configured: confirmed by Twilio · failed, drifted: see webhook_error. */
    readonly webhook_status: "pending" | "configured" | "failed" | "drifted";
    /** What went wrong and what to do, in a sentence for people. */
    readonly webhook_error: string | null;
    /** Why webhooks of its account were refused (403) in the last day, and what to do. Only of the tenant's own accounts. */
    readonly webhook_problem?: string | null;
    /** Whether what is stored of its account cannot be opened any more: nothing is sent, and texts are refused, until the operator brings the key back or the account is connected again. Only of the tenant's own accounts. */
    readonly credentials_unreadable?: boolean;
    /** When Twilio last confirmed the webhook. */
    readonly configured_at: string | null;
    /** When Twilio was last asked about it. */
    readonly webhook_checked_at: string | null;
    readonly created_at: string;
    readonly updated_at: string;
    /** With verify=1. */
    readonly check?: {
      readonly outcome: "configured" | "drifted" | "unchecked";
      readonly drift: readonly ({
        /** address: what answered at the URL that Twilio is given was not this project's sms-webhook. */
        readonly field:
          | "number"
          | "capabilities"
          | "sms_url"
          | "sms_method"
          | "sms_application_sid"
          | "trunk_sid"
          | "messaging_service_sid"
          | "shared_key_id"
          | "address";
        /** At Twilio; of address, the host and what it answered. */
        readonly is: string | null;
        readonly should_be: string | null;
      })[];
      /** What to do, or why Twilio could not be asked; for a configured one what would be better. */
      readonly message: string | null;
    };
  })[];
};

export type UnassignedNumbers = {
  readonly numbers: readonly ({
    readonly account_sid: string;
    readonly number: string;
    readonly twilio_sid: string;
    readonly friendly_name: string;
    /** Whether it can be assigned: some numbers take calls only. */
    readonly can_text: boolean;
  })[];
  /** Whether an account has more numbers than were looked at (1,000 each). */
  readonly more: boolean;
  /** Accounts that Twilio did not answer for. */
  readonly unavailable: readonly ({
    readonly account_sid: string;
    readonly code: string;
    readonly message: string;
  })[];
};

export type AssignRequest = {
  readonly number: string;
  /** Who answers. The secret key may leave it out for a number of the operator's default account. */
  readonly assistant_id?: string;
  /** Whom the request acts for. Needed with a secret key. A signed-in user may leave it out, and can only name themselves. */
  readonly user_id?: string;
};

export type ConnectRequest = {
  /** The SID of the account itself, AC…. */
  readonly account_sid: string;
  /** Its primary auth token; while it is rotated, the next one, before or after it is promoted. Null takes it away, where an API key is there. */
  readonly auth_token?: string | null;
  /** Asks Twilio in place of the auth token, which then need not be given: what signs is a SharedKey, or the token. A Restricted key needs messages (create, read, list), media (read), incoming phone numbers (read, list, update), Messaging Services (read, list) and, with a trunk, trunks. Null takes it away, where a token is there. */
  readonly api_key?: {
    readonly sid: string;
    readonly secret: string;
  } | null;
  /** SharedKeys to add. One that is there already gets this secret. For a connected account they can come alone. */
  readonly shared_keys?: readonly ({
    /** Twilio's id of the key. */
    readonly key_id: string;
    /** Twilio shows it once, when the key is made. */
    readonly secret: string;
  })[];
  /** The main trunk; null takes it away. */
  readonly trunk_sid?: string | null;
  /** A name for it; an empty one takes it away. */
  readonly label?: string;
  /** Whom the request acts for. Needed with a secret key. A signed-in user may leave it out, and can only name themselves. */
  readonly user_id?: string;
};

export type PreviewRequest = {
  readonly assistant: {
    readonly name: string;
    readonly prompt: string;
    /** To answer in; without one, the contact's. */
    readonly language?: string | null;
    /** Taken if the operator allows it, as everywhere; else the default answers. */
    readonly model?: string | null;
    readonly temperature?: number | null;
    /** How long a model that reasons may think; sent only to models that take it. */
    readonly reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
    /** How much it says; sent only to models that take it. */
    readonly verbosity?: "low" | "medium" | "high";
    /** Whose time the assistant is told; without one, UTC. */
    readonly time_zone?: string | null;
    /** The longest reply, in SMS segments. */
    readonly max_segments?: number;
  };
  /** The conversation so far, oldest first; the last one is answered. */
  readonly messages: readonly ({
    readonly role: "contact" | "assistant";
    readonly body: string;
  })[];
  /** Whom the request acts for. Needed with a secret key. A signed-in user may leave it out, and can only name themselves. */
  readonly user_id?: string;
};

export type Preview = {
  /** As it would be sent; empty where nothing would be. */
  readonly reply: string;
  readonly intent: string | null;
  /** It would end: a goodbye message, if there is one, is sent instead. */
  readonly end_conversation: boolean;
  /** The contact would be opted out. */
  readonly opt_out: boolean;
  /** A person would be asked for. */
  readonly handoff: boolean;
  /** It was too long twice and is cut at the end of a sentence. */
  readonly shortened: boolean;
  readonly segments: number;
  readonly encoding: "GSM-7" | "UCS-2";
  /** Which model answered. */
  readonly model: string;
};

export type Models = {
  /** Answers for assistants that name none, or one that is not allowed. */
  readonly default_model: string;
  /** Those that an assistant may name besides. */
  readonly models: readonly (string)[];
  /** Those of both that their provider shuts down within 30 days, or has shut down. */
  readonly ending: readonly ({
    readonly model: string;
    readonly shutdown_date: string;
  })[];
};

/** A row of sms_conversations, without its contact and its number. */
export type ConversationRow = Omit<Conversation, "contact" | "phone_number" | "unread">;

export type MessageStatus = Message["status"];

/** What a list of recipients becomes. */
export interface BroadcastAnswer {
  readonly broadcast: Broadcast;
  readonly accepted: number;
  readonly rejected: readonly { readonly to: string; readonly code: string }[];
}

/** A broadcast, and how many of its messages have each status. */
export interface BroadcastProgress {
  readonly broadcast: Broadcast;
  readonly totals: { readonly [Status in MessageStatus]?: number };
}

/** A row of sms_contacts. */
export interface Contact {
  readonly canonical_number: string | null;
  readonly created_at: string;
  readonly id: string;
  readonly name: string | null;
  readonly number: string;
  readonly opt_out_doubt: string | null;
  readonly opt_out_doubted_at: string | null;
  readonly opt_out_source: string | null;
  readonly opted_out_at: string | null;
  readonly time_zone: string | null;
  readonly updated_at: string;
  readonly user_id: string;
  readonly wrote_at: string | null;
}

export interface NewContact {
  readonly name?: string | null;
  readonly number: string;
  readonly time_zone?: string | null;
}

export interface ContactChanges {
  readonly name?: string | null;
  readonly number?: string;
  readonly time_zone?: string | null;
}

/** A row of sms_templates. */
export interface Template {
  readonly body: string;
  readonly created_at: string;
  readonly id: string;
  readonly name: string;
  readonly purpose: "promotional" | "transactional" | null;
  readonly updated_at: string;
  readonly user_id: string;
}

export interface NewTemplate {
  readonly body: string;
  readonly name: string;
  readonly purpose?: "promotional" | "transactional" | null;
}

export interface TemplateChanges {
  readonly body?: string;
  readonly name?: string;
  readonly purpose?: "promotional" | "transactional" | null;
}

/** A row of sms_limits. */
export interface Limits {
  readonly allowed_countries: (string)[] | null;
  readonly assistants: number | null;
  readonly broadcast_recipients_per_day: number | null;
  readonly contacts: number | null;
  readonly conversation_replies_per_day: number | null;
  readonly conversation_replies_per_hour: number | null;
  readonly conversation_unsent_calls_per_hour: number | null;
  readonly default_numbers: number | null;
  readonly sends_per_minute: number | null;
  readonly shared_segments_per_day: number | null;
  readonly templates: number | null;
  readonly tenant_replies_per_day: number | null;
  readonly tenant_unsent_calls_per_day: number | null;
  readonly texts_per_minute: number | null;
  readonly updated_at: string;
  readonly user_id: string;
}

/** A row of sms_assistants. */
export interface Assistant {
  readonly active: boolean;
  readonly created_at: string;
  readonly error_message: string | null;
  readonly first_message: string | null;
  readonly goodbye_message: string | null;
  readonly id: string;
  readonly idle_timeout: string;
  readonly language: string | null;
  readonly max_history: number;
  readonly max_segments: number;
  readonly model: string | null;
  readonly name: string;
  readonly prompt: string;
  readonly reads_images: boolean;
  readonly reasoning_effort: "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
  readonly reply_after_first_message: boolean;
  readonly reply_delay_ms: number;
  readonly temperature: number | null;
  readonly time_zone: string | null;
  readonly updated_at: string;
  readonly user_id: string;
  readonly verbosity: "low" | "medium" | "high";
}

export interface NewAssistant {
  readonly active?: boolean;
  readonly error_message?: string | null;
  readonly first_message?: string | null;
  readonly goodbye_message?: string | null;
  readonly idle_timeout?: string;
  readonly language?: string | null;
  readonly max_history?: number;
  readonly max_segments?: number;
  readonly model?: string | null;
  readonly name: string;
  readonly prompt: string;
  readonly reads_images?: boolean;
  readonly reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
  readonly reply_after_first_message?: boolean;
  readonly reply_delay_ms?: number;
  readonly temperature?: number | null;
  readonly time_zone?: string | null;
  readonly verbosity?: "low" | "medium" | "high";
}

export interface AssistantChanges {
  readonly active?: boolean;
  readonly error_message?: string | null;
  readonly first_message?: string | null;
  readonly goodbye_message?: string | null;
  readonly idle_timeout?: string;
  readonly language?: string | null;
  readonly max_history?: number;
  readonly max_segments?: number;
  readonly model?: string | null;
  readonly name?: string;
  readonly prompt?: string;
  readonly reads_images?: boolean;
  readonly reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
  readonly reply_after_first_message?: boolean;
  readonly reply_delay_ms?: number;
  readonly temperature?: number | null;
  readonly time_zone?: string | null;
  readonly verbosity?: "low" | "medium" | "high";
}

/** The verbs of signed-in users: what each takes, answers, and refuses with. */
export interface Verbs {
  readonly sms_create_message: {
    readonly args: {
      readonly body?: string | null;
      readonly conversation_id?: string | null;
      readonly from_number?: string | null;
      readonly idempotency_key?: string | null;
      readonly media_urls?: (string)[] | null;
      readonly not_after?: string | null;
      readonly pauses_assistant?: boolean | null;
      readonly purpose?: string | null;
      readonly send_at?: string | null;
      readonly template_id?: string | null;
      readonly to_number?: string | null;
      readonly variables?: unknown | null;
    };
    readonly answer: { readonly outcome: "created" | "repeated" } & { readonly message: Message };
    readonly refused:
      | "INVALID_IDEMPOTENCY_KEY"
      | "IDEMPOTENCY_KEY_REUSED"
      | "IDEMPOTENCY_KEY_IN_USE"
      | "MESSAGE_NOT_FOUND"
      | "CONVERSATION_NOT_FOUND"
      | "INVALID_RECIPIENT"
      | "RECIPIENT_MISMATCH"
      | "BODY_OR_TEMPLATE"
      | "TEMPLATE_NOT_FOUND"
      | "INVALID_VARIABLES"
      | "TEMPLATE_VARIABLE_MISSING"
      | "BODY_REQUIRED"
      | "BODY_TOO_LONG"
      | "TOO_MANY_MEDIA"
      | "INVALID_MEDIA_URL"
      | "INVALID_SEND_AT"
      | "INVALID_NOT_AFTER"
      | "INVALID_PURPOSE"
      | "NOT_YOUR_NUMBER"
      | "ACCOUNT_DISCONNECTED"
      | "FROM_REQUIRED"
      | "NO_NUMBER"
      | "COUNTRY_NOT_ALLOWED"
      | "RECIPIENT_OPTED_OUT"
      | "OPT_OUT_IN_DOUBT"
      | "NO_CONSENT"
      | "RATE_LIMITED"
      | "SEGMENTS_USED_UP"
      | "USER_NOT_FOUND";
  };
  readonly sms_create_broadcast: {
    readonly args: {
      readonly body?: string | null;
      readonly from_number?: string | null;
      readonly idempotency_key?: string | null;
      readonly media_urls?: (string)[] | null;
      readonly name?: string | null;
      readonly not_after?: string | null;
      readonly purpose?: string | null;
      readonly send_at?: string | null;
      readonly template_id?: string | null;
      readonly to_numbers: (string)[];
      readonly variables?: unknown | null;
    };
    readonly answer: { readonly outcome: "created" | "repeated" } & BroadcastAnswer;
    readonly refused:
      | "INVALID_IDEMPOTENCY_KEY"
      | "IDEMPOTENCY_KEY_REUSED"
      | "IDEMPOTENCY_KEY_IN_USE"
      | "BROADCAST_NOT_FOUND"
      | "NO_RECIPIENTS"
      | "TOO_MANY_RECIPIENTS"
      | "INVALID_NAME"
      | "BODY_OR_TEMPLATE"
      | "TEMPLATE_NOT_FOUND"
      | "INVALID_VARIABLES"
      | "TEMPLATE_VARIABLE_MISSING"
      | "BODY_REQUIRED"
      | "BODY_TOO_LONG"
      | "TOO_MANY_MEDIA"
      | "INVALID_MEDIA_URL"
      | "INVALID_SEND_AT"
      | "INVALID_NOT_AFTER"
      | "INVALID_PURPOSE"
      | "NOT_YOUR_NUMBER"
      | "ACCOUNT_DISCONNECTED"
      | "FROM_REQUIRED"
      | "NO_NUMBER"
      | "RATE_LIMITED"
      | "SEGMENTS_USED_UP"
      | "USER_NOT_FOUND";
  };
  readonly sms_pause_broadcast: {
    readonly args: { readonly broadcast_id: string };
    readonly answer: { readonly outcome: "paused" } & BroadcastProgress;
    readonly refused: "BROADCAST_NOT_FOUND" | "TOO_LATE";
  };
  readonly sms_resume_broadcast: {
    readonly args: { readonly broadcast_id: string };
    readonly answer: { readonly outcome: "resumed" } & BroadcastProgress;
    readonly refused: "BROADCAST_NOT_FOUND" | "TOO_LATE";
  };
  readonly sms_cancel_broadcast: {
    readonly args: { readonly broadcast_id: string };
    readonly answer: { readonly outcome: "canceled" } & BroadcastProgress;
    readonly refused: "BROADCAST_NOT_FOUND";
  };
  readonly sms_get_broadcast: {
    readonly args: { readonly broadcast_id: string };
    readonly answer: { readonly outcome: "found" } & BroadcastProgress;
    readonly refused: "BROADCAST_NOT_FOUND";
  };
  readonly sms_cancel_message: {
    readonly args: { readonly message_id: string };
    readonly answer: { readonly outcome: "canceled" };
    readonly refused: "TOO_LATE" | "MESSAGE_NOT_FOUND";
  };
  readonly sms_settle_message: {
    readonly args: {
      readonly message_id: string;
      readonly message_sid?: string | null;
      readonly was_sent: boolean;
    };
    readonly answer: { readonly outcome: "settled" } & { readonly message: Message };
    readonly refused:
      | "MESSAGE_NOT_FOUND"
      | "SENT_OR_NOT"
      | "INVALID_MESSAGE_SID"
      | "MESSAGE_SID_TAKEN"
      | "OUTCOME_KNOWN"
      | "STILL_LOOKING";
  };
  readonly sms_take_over: {
    readonly args: { readonly conversation_id: string };
    readonly answer: { readonly outcome: "taken_over" } & { readonly conversation: ConversationRow };
    readonly refused: "CONVERSATION_NOT_FOUND";
  };
  readonly sms_hand_back: {
    readonly args: { readonly conversation_id: string };
    readonly answer: { readonly outcome: "handed_back" } & { readonly conversation: ConversationRow };
    readonly refused: "CONVERSATION_NOT_FOUND";
  };
  readonly sms_update_conversation: {
    readonly args: {
      readonly ai_enabled?: boolean | null;
      readonly contact_number?: string | null;
      readonly conversation_id?: string | null;
      readonly from_number?: string | null;
      readonly read_through?: number | null;
      readonly status?: string | null;
    };
    readonly answer: { readonly outcome: "updated" } & { readonly conversation: Conversation };
    readonly refused: "CONVERSATION_NOT_FOUND" | "NOTHING_TO_CHANGE" | "INVALID_STATUS" | "ANOTHER_IS_ACTIVE";
  };
  readonly sms_search_conversations: {
    readonly args: {
      readonly answered_by?: string | null;
      readonly before_at?: string | null;
      readonly before_id?: string | null;
      readonly intent?: string | null;
      readonly page_size?: number | null;
      readonly search?: string | null;
      readonly status?: string | null;
      readonly unread?: boolean | null;
    };
    readonly answer: { readonly outcome: "found" } & {
      readonly conversations: readonly Conversation[];
      readonly next: { readonly at: string; readonly id: string } | null;
    };
    readonly refused:
      | "INVALID_PAGE_SIZE"
      | "INVALID_STATUS"
      | "INVALID_ANSWERER"
      | "INVALID_CURSOR"
      | "SEARCH_TOO_LONG";
  };
  readonly sms_get_conversation: {
    readonly args: {
      readonly before_seq?: number | null;
      readonly contact_number?: string | null;
      readonly conversation_id?: string | null;
      readonly from_number?: string | null;
      readonly page_size?: number | null;
    };
    readonly answer: { readonly outcome: "found" } & {
      readonly conversation: Conversation;
      readonly messages: readonly Message[];
      readonly next_seq: number | null;
    };
    readonly refused: "CONVERSATION_NOT_FOUND" | "INVALID_PAGE_SIZE";
  };
  readonly sms_list_messages_with: {
    readonly args: { readonly contact_number: string; readonly page_size?: number | null };
    readonly answer: { readonly outcome: "found" } & { readonly messages: readonly Message[] };
    readonly refused: "INVALID_PAGE_SIZE";
  };
  readonly sms_get_attachment: {
    readonly args: {
      readonly attachment: number;
      readonly contact_number?: string | null;
      readonly conversation_id?: string | null;
      readonly message_id: string;
    };
    readonly answer: { readonly outcome: "found" } & {
      readonly account_sid: string;
      readonly direction: Message["direction"];
      readonly url: string;
      readonly content_type: string | null;
    };
    readonly refused: "MEDIA_NOT_FOUND";
  };
  readonly sms_list_numbers: {
    readonly args: { readonly phone_number_id?: string | null };
    readonly answer: { readonly outcome: "listed" } & { readonly phone_numbers: readonly PhoneNumber[] };
    readonly refused: "NUMBER_NOT_FOUND";
  };
  readonly sms_list_accounts: {
    readonly args: { readonly account_sid?: string | null };
    readonly answer: { readonly outcome: "listed" } & { readonly accounts: readonly Account[] };
    readonly refused: "ACCOUNT_NOT_FOUND";
  };
  readonly sms_opt_out_contact: {
    readonly args: { readonly contact_id: string };
    readonly answer: { readonly outcome: "opted_out" };
    readonly refused: "CONTACT_NOT_FOUND";
  };
  readonly sms_settle_opt_out: {
    readonly args: { readonly contact_id: string; readonly opted_out: boolean };
    readonly answer: { readonly outcome: "opted_out" | "settled" };
    readonly refused: "CONTACT_NOT_FOUND" | "OPTED_OUT_OR_NOT" | "ONLY_START_OPTS_IN";
  };
  readonly sms_erase_contact: {
    readonly args: { readonly contact_id: string };
    readonly answer: { readonly outcome: "erased" } & {
      readonly erasure_id: string;
      readonly messages: number;
      readonly conversations: number;
      readonly canceled: number;
    };
    readonly refused: "CONTACT_NOT_FOUND";
  };
  readonly sms_export_consents: {
    readonly args: {
      readonly after?: string | null;
      readonly contact_id?: string | null;
      readonly page_size?: number | null;
    };
    readonly answer: { readonly outcome: "exported" } & {
      readonly csv: string;
      readonly rows: number;
      readonly next: string | null;
    };
    readonly refused: "CONTACT_NOT_FOUND" | "INVALID_PAGE_SIZE" | "INVALID_CURSOR";
  };
  readonly sms_export_contact: {
    readonly args: { readonly contact_id: string };
    readonly answer: { readonly outcome: "exported" } & Readonly<Record<string, unknown>>;
    readonly refused: "CONTACT_NOT_FOUND";
  };
  readonly sms_export_tenant: {
    readonly args: { readonly after?: string | null; readonly page_size?: number | null };
    readonly answer: { readonly outcome: "exported" } & {
      readonly part: string;
      readonly rows: readonly Readonly<Record<string, unknown>>[];
      readonly next: string | null;
    };
    readonly refused: "INVALID_PAGE_SIZE" | "INVALID_CURSOR" | "USER_NOT_FOUND";
  };
  readonly sms_record_consents: {
    readonly args: { readonly consents: unknown; readonly idempotency_key?: string | null };
    readonly answer: { readonly outcome: "created" | "repeated" } & ConsentImport;
    readonly refused:
      | "INVALID_IDEMPOTENCY_KEY"
      | "IDEMPOTENCY_KEY_REUSED"
      | "IDEMPOTENCY_KEY_IN_USE"
      | "CONSENTS_REQUIRED"
      | "TOO_MANY_CONSENTS"
      | "RATE_LIMITED"
      | "USER_NOT_FOUND";
  };
  readonly sms_get_consent: {
    readonly args: { readonly contact_id: string };
    readonly answer: { readonly outcome: "found" } & ContactConsent;
    readonly refused: "CONTACT_NOT_FOUND";
  };
  readonly sms_list_contacts_without_consent: {
    readonly args: { readonly after?: string | null; readonly page_size?: number | null };
    readonly answer: { readonly outcome: "listed" } & {
      readonly contacts: readonly ContactWithoutConsent[];
      readonly required_from: string | null;
      readonly next: string | null;
    };
    readonly refused: "INVALID_PAGE_SIZE" | "INVALID_CURSOR";
  };
  readonly sms_summarize_messages: {
    readonly args: {
      readonly assistant_id?: string | null;
      readonly bucket?: string | null;
      readonly from_at?: string | null;
      readonly from_day?: string | null;
      readonly phone_number_id?: string | null;
      readonly time_zone?: string | null;
      readonly to_at?: string | null;
      readonly to_day?: string | null;
    };
    readonly answer: { readonly outcome: "summarized" } & Stats;
    readonly refused:
      | "INVALID_TIME_ZONE"
      | "INVALID_BUCKET"
      | "INVALID_RANGE"
      | "RANGE_TOO_LARGE"
      | "NUMBER_NOT_FOUND"
      | "ASSISTANT_NOT_FOUND";
  };
  readonly sms_choose_sender: {
    readonly args: { readonly account_sid: string; readonly to_number: string };
    readonly answer: { readonly outcome: "chosen" } & { readonly from_number: string | null };
    readonly refused: "CONNECT_ACCOUNT_FIRST";
  };
  readonly sms_count_messages: {
    readonly args: { readonly from_at?: string | null; readonly to_at?: string | null };
    readonly answer:
      & { readonly outcome: "counted" }
      & { readonly [Count in "total" | "inbound" | "outbound" | "sent" | "delivered" | "failed"]: number };
    readonly refused: "INVALID_RANGE";
  };
  readonly sms_list_event_endpoints: {
    readonly args: Readonly<Record<string, never>>;
    readonly answer: { readonly outcome: "listed" } & {
      readonly endpoints: readonly EventEndpoint[];
      readonly types: readonly string[];
    };
    readonly refused: never;
  };
  readonly sms_save_event_endpoint: {
    readonly args: {
      readonly active?: boolean | null;
      readonly endpoint_id?: string | null;
      readonly types?: (string)[] | null;
      readonly url?: string | null;
    };
    readonly answer: { readonly outcome: "saved" } & {
      readonly endpoint: EventEndpoint;
      readonly secret?: string;
    };
    readonly refused:
      | "INVALID_EVENT_URL"
      | "UNKNOWN_EVENT_TYPE"
      | "TOO_MANY_ENDPOINTS"
      | "ENDPOINT_NOT_FOUND"
      | "USER_NOT_FOUND";
  };
  readonly sms_delete_event_endpoint: {
    readonly args: { readonly endpoint_id: string };
    readonly answer: { readonly outcome: "deleted" };
    readonly refused: "ENDPOINT_NOT_FOUND";
  };
  readonly sms_rotate_event_secret: {
    readonly args: { readonly endpoint_id: string; readonly overlap_hours?: number | null };
    readonly answer: { readonly outcome: "rotated" } & {
      readonly endpoint: EventEndpoint;
      readonly secret: string;
    };
    readonly refused: "INVALID_OVERLAP" | "ENDPOINT_NOT_FOUND";
  };
  readonly sms_test_event_endpoint: {
    readonly args: { readonly endpoint_id: string };
    readonly answer: { readonly outcome: "queued" };
    readonly refused: "ENDPOINT_OFF" | "ENDPOINT_NOT_FOUND";
  };
  readonly sms_replay_events: {
    readonly args: {
      readonly endpoint_id: string;
      readonly event_id?: string | null;
      readonly since?: string | null;
    };
    readonly answer: { readonly outcome: "replayed" } & { readonly events: number };
    readonly refused: "EVENT_OR_SINCE" | "EVENT_NOT_FOUND" | "ENDPOINT_OFF" | "ENDPOINT_NOT_FOUND";
  };
  readonly sms_list_message_numbers: {
    readonly args: Readonly<Record<string, never>>;
    readonly answer: { readonly outcome: "listed" } & { readonly numbers: readonly string[] };
    readonly refused: never;
  };
  readonly sms_list_stops: {
    readonly args: Readonly<Record<string, never>>;
    readonly answer: { readonly outcome: "listed" } & {
      readonly stops: readonly { readonly what: "sending" | "answering"; readonly since: string }[];
    };
    readonly refused: never;
  };
}

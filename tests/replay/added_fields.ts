import { RENAMED } from "./names.ts";

/**
 * Fields that answers have now and that the recorded build did not have: the name of an object, of the table whose rows
 * were read or of the verb that answered, and the new field, such as `contact.note` or `sms_contacts.note`. They are taken
 * out of an answer before it is compared. Nothing else may be new.
 */
export const ADDED: readonly string[] = [
  "sms_get_delivery.turn_in_ms",
  "sms_contacts.canonical_number",
  "sms_contacts.opt_out_doubt",
  "sms_contacts.opt_out_doubted_at",
  "sms_contacts.wrote_at",
  ...["basis", "given_at", "words", "page", "form_text", "import_id"].map((field) =>
    `sms_consent_events.${field}`
  ),
  "sms_worker_health.consent_required_from",
  ".consent_required_from",
  "sms_assistants.reasoning_effort",
  "sms_assistants.verbosity",
  "sms_assistants.reads_images",
  // What the worker gets for a reply.
  "assistant.reasoning_effort",
  "assistant.verbosity",
  "assistant.reads_images",
  "history.media",
  "history.account_sid",
  "sms_worker_health.model_without_credit",
  "sms_worker_health.models_ending",
  // What functions answer as a whole: sms-worker, sms-preview.
  ".model_without_credit",
  ".models_ending",
  ".ending",
  ...["account", "accounts", "sms_save_account", "sms_list_accounts"].flatMap((name) =>
    ["previous_until", "api_key_sid", "shared_keys", "webhooks_refused", "credentials_unreadable"].map((
      field,
    ) => `${name}.${field}`)
  ),
  ...["number", "numbers", "phone_number", "phone_numbers"].flatMap((name) =>
    ["webhook_problem", "credentials_unreadable"].map((field) => `${name}.${field}`)
  ),
  ...["credentials_unreadable", "suppression_keys_unreadable", "last_woken_at", "last_woken_by", "schedule"]
    .flatMap((field) => [
      `.${field}`,
      `sms_worker_health.${field}`,
    ]),
  ".sms_url",
  ...["rotating", "api_key_sid", "api_key_secret", "shared_keys", "refused_signers"]
    .map((field) => `sms_get_account.${field}`),
  "sms_worker_health.events",
  ".events",
  "sms_worker_health.webhooks_refused",
  // The worker's own answer is of no table and no verb.
  ".webhooks_refused",
  "credentials.secrets",
  // What GET /functions/v1/sms-worker answers.
  ".expired",
  "assistant.time_zone",
  "broadcast.not_after",
  "conversation.via",
  "conversations.via",
  "message.not_after",
  "message.via",
  "messages.not_after",
  "messages.via",
  "sms_broadcasts.not_after",
  "sms_assistants.time_zone",
  "sms_conversations.via",
  "sms_messages.not_after",
  "sms_messages.via",
  ...[
    "conversation_unsent_calls_per_hour",
    "tenant_unsent_calls_per_day",
    "assistants",
    "contacts",
    "templates",
    "texts_per_minute",
    "shared_segments_per_day",
    "default_numbers",
  ].map((limit) => `sms_limits.${limit}`),
  "broadcast.purpose",
  ...["message", "messages", "sms_messages"].flatMap((name) =>
    ["purpose", "held_until", "held_reason"].map((field) => `${name}.${field}`)
  ),
  "sms_broadcasts.purpose",
  "sms_templates.purpose",
  "sms_worker_health.expired",
  ".stopped",
  "assistant.minutes_east",
  "contact.minutes_east",
  "sms_worker_health.stopped",
];

/** The answer's body without the added fields. The request says which table or verb it is of, by its recorded name. */
export function withoutAdded<A extends { readonly request: string; readonly body: unknown }>(
  answer: A,
  added: readonly string[] = ADDED,
): A {
  const [, verb, of = ""] = /rest\/v1\/(rpc\/)?(\w+)/.exec(answer.request) ?? [];
  const name = (verb ? RENAMED.verbs : RENAMED.tables)[of] ?? of;
  return { ...answer, body: withoutFields(answer.body, added, name) };
}

function withoutFields(value: unknown, added: readonly string[], name: string): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutFields(one, added, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => !added.includes(`${name}.${field}`))
      .map(([field, one]) => [field, withoutFields(one, added, field)]),
  );
}

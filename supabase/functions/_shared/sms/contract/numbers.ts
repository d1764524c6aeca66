import { z } from "zod";
import { AccountSid, E164, Owner, Timestamp, Uuid } from "./common.ts";

// What sms-numbers takes and answers.

/** A row of `sms_numbers`. Columns that a later migration adds pass through. */
export const PhoneNumber = z.looseObject({
  id: Uuid,
  user_id: Uuid,
  account_sid: AccountSid.describe("The Twilio account that owns the number."),
  number: E164,
  twilio_sid: z.string().nullable().describe("Twilio's SID of the number."),
  trunk_sid: z.string().nullable().describe("The trunk it was on when Twilio last confirmed."),
  assistant_id: Uuid.nullable().describe("Who answers; null: texts wait for a person."),
  segments_per_second: z.number().describe("Sending pace."),
  sms_url: z.string().nullable().describe("The webhook that Twilio last confirmed."),
  webhook_status: z.enum(["pending", "configured", "failed", "drifted"]).describe(
    "pending: being set up, or interrupted while it was · configured: confirmed by Twilio · failed, drifted: see " +
      "webhook_error.",
  ),
  webhook_error: z.string().nullable().describe("What went wrong and what to do, in a sentence for people."),
  webhook_problem: z.string().nullable().optional().describe(
    "Why webhooks of its account were refused (403) in the last day, and what to do. Only of the tenant's own accounts.",
  ),
  credentials_unreadable: z.boolean().optional().describe(
    "Whether what is stored of its account cannot be opened any more: nothing is sent, and texts are refused, until the operator " +
      "brings the key back or the account is connected again. Only of the tenant's own accounts.",
  ),
  configured_at: Timestamp.nullable().describe("When Twilio last confirmed the webhook."),
  webhook_checked_at: Timestamp.nullable().describe("When Twilio was last asked about it."),
  created_at: Timestamp,
  updated_at: Timestamp,
}).meta({ id: "PhoneNumber", description: "A row of sms_numbers." });
export type PhoneNumber = z.infer<typeof PhoneNumber>;

export const ListNumbersQuery = z.strictObject({
  verify: z.literal("1").optional().describe("Asks Twilio about each number and records what it finds."),
  user_id: Owner,
});

export const NumberQuery = z.strictObject({ user_id: Owner });

/** One thing at Twilio that is not as it should be. */
export const NumberDrift = z.object({
  field: z.enum([
    "number",
    "capabilities",
    "sms_url",
    "sms_method",
    "sms_application_sid",
    "trunk_sid",
    "messaging_service_sid",
    "shared_key_id",
    "address",
  ]).describe("address: what answered at the URL that Twilio is given was not this project's sms-webhook."),
  is: z.string().nullable().describe("At Twilio; of address, the host and what it answered."),
  should_be: z.string().nullable(),
});
export type NumberDrift = z.infer<typeof NumberDrift>;

export const NumberCheck = z.object({
  outcome: z.enum(["configured", "drifted", "unchecked"]),
  drift: z.array(NumberDrift),
  message: z.string().nullable().describe(
    "What to do, or why Twilio could not be asked; for a configured one what would be better.",
  ),
});
export type NumberCheck = z.infer<typeof NumberCheck>;

export const ListNumbersResponse = z.object({
  numbers: z.array(PhoneNumber.extend({ check: NumberCheck.optional().describe("With verify=1.") })),
});

export const AssignNumberRequest = z.strictObject({
  number: E164,
  assistant_id: Uuid.optional().describe(
    "Who answers. The secret key may leave it out for a number of the operator's default account.",
  ),
  user_id: Owner,
});
export type AssignNumberRequest = z.infer<typeof AssignNumberRequest>;

/** What `GET /look` found at Twilio and at our own address. */
export const LookResponse = z.object({
  address: z.object({
    sms_url: z.string().describe("What Twilio is given for texts."),
    ours: z.boolean().describe("Whether this project's sms-webhook answers there."),
    found: z.enum(["no_answer", "another_server", "another_project", "older_version"]).nullable().describe(
      "What else. older_version: it does not prove of which project it is.",
    ),
    message: z.string().nullable(),
  }),
  default_account_sid: AccountSid.nullable(),
  accounts: z.array(z.object({
    account_sid: AccountSid,
    shared: z.boolean(),
    credentials_unreadable: z.boolean(),
    outcome: z.enum(["ok", "refused", "unchecked"]).describe(
      "refused: Twilio does not take what is stored of it.",
    ),
    message: z.string().nullable(),
    trial: z.boolean().nullable().describe(
      "Whether it is a trial account; null: what is stored of it may not ask (an API key).",
    ),
  })),
  numbers: z.array(z.object({
    id: Uuid,
    number: E164,
    account_sid: AccountSid,
    webhook_status: z.string().describe("As it is recorded; it is not changed."),
    outcome: z.enum(["configured", "drifted", "unchecked"]),
    message: z.string().nullable(),
    registration: z.object({
      of: z.enum(["10dlc", "toll-free"]),
      state: z.enum(["registered", "in_review", "refused", "missing"]),
      message: z.string().nullable(),
    }).nullable().describe(
      "What US carriers want before they take its texts; null: nothing, or it is not configured.",
    ),
  })).describe("Those of accounts that Twilio refuses are left out."),
  numbers_in_all: z.number().int(),
});
export type LookResponse = z.infer<typeof LookResponse>;

export const NumberResponse = z.object({ number: PhoneNumber });

/** A number at Twilio that has no assistant here. */
export const UnassignedNumber = z.object({
  account_sid: AccountSid,
  number: E164,
  twilio_sid: z.string(),
  friendly_name: z.string(),
  can_text: z.boolean().describe("Whether it can be assigned: some numbers take calls only."),
});

export const UnassignedNumbersResponse = z.object({
  numbers: z.array(UnassignedNumber),
  more: z.boolean().describe("Whether an account has more numbers than were looked at (1,000 each)."),
  unavailable: z.array(z.object({ account_sid: AccountSid, code: z.string(), message: z.string() }))
    .describe("Accounts that Twilio did not answer for."),
});
export type UnassignedNumbersResponse = z.infer<typeof UnassignedNumbersResponse>;

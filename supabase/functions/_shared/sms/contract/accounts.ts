import { z } from "zod";
import { AccountSid, Owner, Timestamp, Uuid } from "./common.ts";

/** A Twilio trunk, where the numbers of an account that has one are attached. */
export const TrunkSid = z.string().regex(
  /^TK[0-9a-f]{32}$/,
  "not a trunk's SID (TK and 32 hexadecimal digits)",
);

/** https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys */
export const SharedKeyId = z.string().regex(
  /^webhooks_sharedkey_[0-9A-Za-z]{26}$/,
  "not a SharedKey's id (webhooks_sharedkey_ and 26 letters and digits)",
);

// Twilio's tokens are 32 hexadecimal digits today, but Twilio does not promise it. So anything that fits into Basic
// authentication is accepted.
const Secret = (what: string) => z.string().regex(/^[!-~]{1,512}$/, `not ${what}`);

export const RefusedWebhooks = z.object({
  reason: z.enum(["SIGNATURE_MISMATCH", "SHARED_KEY_UNKNOWN", "SIGNATURE_ALGORITHM_UNKNOWN"]).describe(
    "SIGNATURE_MISMATCH: another token or secret signed · SHARED_KEY_UNKNOWN: a SharedKey signed that was not given · " +
      "SIGNATURE_ALGORITHM_UNKNOWN: of no known algorithm.",
  ),
  key_id: z.string().nullable().describe("The SharedKey that they named; null for the auth token."),
  algorithm: z.string().nullable(),
  refused: z.number().int().describe("How many, since first_at."),
  first_at: Timestamp,
  last_at: Timestamp,
  message: z.string().describe("What to do, for people."),
});

/** A tenant's Twilio account. There is no field for a token or a secret: it never comes back. */
export const Account = z.object({
  id: Uuid.describe("Ours."),
  account_sid: AccountSid.describe("Twilio's."),
  label: z.string().nullable().describe("The tenant's own name for it."),
  trunk_sid: TrunkSid.nullable().describe("The main trunk, to which assigned numbers are attached."),
  created_at: Timestamp.describe("When it was first connected."),
  updated_at: Timestamp.describe("When it last changed."),
  disconnected_at: Timestamp.nullable()
    .describe(
      "When it was disconnected; it is kept for the conversations of its numbers. Null while connected.",
    ),
  previous_until: Timestamp.nullable()
    .describe("Until when the token before the last one signs too: promote the new one in that time."),
  api_key_sid: z.string().nullable().describe("The API key that asks Twilio in place of the auth token."),
  shared_keys: z.array(z.object({ key_id: z.string(), created_at: Timestamp }))
    .describe("The SharedKeys that may sign its webhooks, without their secrets."),
  webhooks_refused: z.array(RefusedWebhooks)
    .describe("Webhooks of the last day that were refused (403), and whose signer was not accepted since."),
  credentials_unreadable: z.boolean().optional().describe(
    "Whether its token, API key or a SharedKey cannot be opened any more, because SMS_CREDENTIALS_KEY has changed. Connect it " +
      "again, or let the operator bring the key back.",
  ),
}).meta({ id: "Account", description: "A Twilio account of a tenant." });
export type Account = z.infer<typeof Account>;

export const SharedKey = z.strictObject({
  key_id: SharedKeyId.describe("Twilio's id of the key."),
  secret: Secret("a SharedKey's secret").describe("Twilio shows it once, when the key is made."),
});

/** Query of the calls that have no body. */
export const AccountQuery = z.strictObject({ user_id: Owner });

export const ConnectAccountRequest = z.strictObject({
  account_sid: AccountSid.describe("The SID of the account itself, AC…."),
  auth_token: Secret("an auth token").max(128, "not an auth token").nullable().optional().describe(
    "Its primary auth token; while it is rotated, the next one, before or after it is promoted. Null takes it away, where " +
      "an API key is there.",
  ),
  api_key: z.strictObject({
    sid: z.string().regex(/^SK[0-9a-f]{32}$/, "not an API key's SID (SK and 32 hexadecimal digits)"),
    secret: Secret("an API key's secret"),
  }).nullable().optional().describe(
    "Asks Twilio in place of the auth token, which then need not be given: what signs is a SharedKey, or the token. A " +
      "Restricted key needs messages (create, read, list), media (read), incoming phone numbers (read, list, update), " +
      "Messaging Services (read, list) and, with a trunk, trunks. Null takes it away, where a token is there.",
  ),
  shared_keys: z.array(SharedKey).max(50, "more than 50").refine(
    (keys) => new Set(keys.map(({ key_id }) => key_id)).size === keys.length,
    "one key_id twice",
  ).optional().describe(
    "SharedKeys to add. One that is there already gets this secret. For a connected account they can come alone.",
  ),
  trunk_sid: TrunkSid.nullable().optional().describe("The main trunk; null takes it away."),
  label: z.string().trim().max(200, "longer than 200 characters").optional()
    .describe("A name for it; an empty one takes it away."),
  user_id: Owner,
}).refine(
  ({ auth_token, api_key, shared_keys }) =>
    [auth_token, api_key, shared_keys].some((one) => one !== undefined),
  { path: ["auth_token"], error: "give auth_token, api_key or shared_keys" },
);
export type ConnectAccountRequest = z.infer<typeof ConnectAccountRequest>;

export const AccountResponse = z.object({ account: Account });

export const AccountsResponse = z.object({ accounts: z.array(Account) });

export const DisconnectAccountResponse = z.object({
  account_sid: AccountSid,
  disconnected: z.literal(true),
});

export const RemoveSharedKeyResponse = z.object({
  account_sid: AccountSid,
  key_id: z.string(),
  removed: z.literal(true),
});

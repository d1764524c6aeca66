import { z } from "zod";
import { AccountSid, Timestamp, Uuid } from "./common.ts";

/** A Twilio trunk, where the numbers of an account that has one are attached. */
export const TrunkSid = z.string().regex(
  /^TK[0-9a-f]{32}$/,
  "not a trunk's SID (TK and 32 hexadecimal digits)",
);

/** A tenant's Twilio account. There is no field for a token: it never comes back. */
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
}).meta({ id: "Account", description: "A Twilio account of a tenant." });
export type Account = z.infer<typeof Account>;

export const ConnectAccountRequest = z.strictObject({
  account_sid: AccountSid.describe(
    "The SID of the account itself, AC…: with an API key, SK…, nobody can check what Twilio signs.",
  ),
  // Twilio's tokens are 32 hexadecimal digits today, but Twilio does not promise it. So anything that fits into Basic
  // authentication is accepted.
  auth_token: z.string().regex(/^[!-~]{1,128}$/, "not an auth token").describe(
    "Its primary auth token; while it is rotated, the next one, before or after it is promoted.",
  ),
  trunk_sid: TrunkSid.nullable().optional().describe("The main trunk; null takes it away."),
  label: z.string().trim().max(200, "longer than 200 characters").optional()
    .describe("A name for it; an empty one takes it away."),
});
export type ConnectAccountRequest = z.infer<typeof ConnectAccountRequest>;

export const AccountResponse = z.object({ account: Account });

export const AccountsResponse = z.object({ accounts: z.array(Account) });

export const DisconnectAccountResponse = z.object({
  account_sid: AccountSid,
  disconnected: z.literal(true),
});

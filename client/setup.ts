import type { Calls } from "./call.ts";
import type {
  Account,
  AssignRequest,
  ConnectRequest,
  NumbersAnswer,
  PhoneNumber,
  UnassignedNumbers,
} from "./types.ts";

/** A number, and what a check at Twilio found where it was asked for. */
export type ListedNumber = NumbersAnswer["numbers"][number];

export interface NumberToAssign {
  readonly number: AssignRequest["number"];
  /** Only the secret key may leave it out, for a number of the operator's default account. */
  readonly assistantId?: string;
}

interface Asked {
  readonly signal?: AbortSignal | undefined;
}

export const numbers = (calls: Calls) => {
  const one = async (
    method: "GET" | "POST" | "DELETE",
    path: string,
    body?: object,
  ): Promise<PhoneNumber> =>
    (await calls.function<{ number: PhoneNumber }>(`sms-numbers${path}`, {
      method,
      ...(body ? { body } : {}),
    })).number;
  return {
    /** @param asked `verify`: asks Twilio about each, and records what it finds */
    list: async (
      { verify, signal }: Asked & { readonly verify?: boolean } = {},
    ): Promise<readonly ListedNumber[]> =>
      (await calls.function<NumbersAnswer>("sms-numbers", {
        query: { verify: verify ? "1" : undefined },
        signal,
      }))
        .numbers,
    get: (id: string): Promise<PhoneNumber> => one("GET", `/${encodeURIComponent(id)}`),
    /** Numbers at Twilio that have no assistant here. */
    unassigned: ({ signal }: Asked = {}): Promise<UnassignedNumbers> =>
      calls.function("sms-numbers/unassigned", { signal }),
    /** Lets an assistant answer on a number; Twilio's side is set up. */
    assign: ({ number, assistantId }: NumberToAssign): Promise<PhoneNumber> =>
      one("POST", "", {
        number,
        ...(assistantId === undefined ? {} : { assistant_id: assistantId }),
      }),
    /** Sets up Twilio's side again. */
    repair: (id: string): Promise<PhoneNumber> => one("POST", `/${encodeURIComponent(id)}/repair`),
    /** Takes the assistant off; texts still arrive, and wait for a person. */
    unassign: (id: string): Promise<PhoneNumber> => one("DELETE", `/${encodeURIComponent(id)}`),
  };
};

export interface AccountToConnect {
  readonly accountSid: string;
  readonly authToken?: string | null;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | null;
  readonly sharedKeys?: ConnectRequest["shared_keys"];
  readonly trunkSid?: string | null;
  readonly label?: string;
}

export const accounts = (calls: Calls) => ({
  /** Without tokens: these never come back. */
  list: async ({ signal }: Asked = {}): Promise<readonly Account[]> =>
    (await calls.function<{ accounts: Account[] }>("sms-accounts", { signal }))
      .accounts,
  get: async (accountSid: string): Promise<Account> =>
    (await calls.function<{ account: Account }>(
      `sms-accounts/${encodeURIComponent(accountSid)}`,
    )).account,
  /** Connects one, or stores its next token, its API key or SharedKeys. */
  connect: async (account: AccountToConnect): Promise<Account> => {
    const { accountSid, authToken, apiKey, sharedKeys, trunkSid, label } = account;
    const given = {
      account_sid: accountSid,
      auth_token: authToken,
      api_key: apiKey,
      shared_keys: sharedKeys,
      trunk_sid: trunkSid,
      label,
    };
    const body = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    return (await calls.function<{ account: Account }>("sms-accounts", {
      method: "POST",
      body,
    })).account;
  },
  /** Its token and keys are forgotten. */
  disconnect: async (accountSid: string): Promise<void> => {
    await calls.function(`sms-accounts/${encodeURIComponent(accountSid)}`, {
      method: "DELETE",
    });
  },
  removeSharedKey: async (accountSid: string, keyId: string): Promise<void> => {
    const path = `sms-accounts/${encodeURIComponent(accountSid)}/shared-keys/${encodeURIComponent(keyId)}`;
    await calls.function(path, { method: "DELETE" });
  },
});

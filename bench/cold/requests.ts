/** A first request to each function: one that it answers itself, with whatever it needs for that. */
import { signForm } from "../../local/carrier/signature.ts";
import type { Stack } from "../../local/stack.ts";
import { messageSid, phone } from "../../tests/database/support.ts";
import { headersOf } from "../measure/readers.ts";

export const BARE = "bench-bare";

export type Ask = () => Promise<Request>;

export function requestsOf(stack: Stack): Readonly<Record<string, Ask>> {
  const { functionsUrl, user, number, carrier } = stack.ready;
  const get = (path: string): Ask => async () =>
    new Request(`${functionsUrl}/${path}`, { headers: await headersOf(stack, user.id) });
  const signed = (name: string, fields: () => Record<string, string>): Ask => () => {
    const url = `${functionsUrl}/${name}`;
    const entries = Object.entries({ AccountSid: carrier.accountSid, ...fields() });
    const signature = signForm(carrier.authToken ?? "", url, entries);
    const body = new URLSearchParams(entries);
    return Promise.resolve(
      new Request(url, { method: "POST", headers: { "x-twilio-signature": signature }, body }),
    );
  };
  return {
    [BARE]: () => Promise.resolve(new Request(`${functionsUrl}/${BARE}`, { method: "POST", body: "a=b" })),
    "sms-webhook": signed("sms-webhook", () => ({
      MessageSid: messageSid(),
      From: phone(),
      To: number ?? "",
      Body: "Are you open on Sunday?",
      NumMedia: "0",
      NumSegments: "1",
    })),
    "sms-status": signed("sms-status", () => ({
      MessageSid: messageSid(),
      From: number ?? "",
      To: phone(),
      MessageStatus: "delivered",
    })),
    // How the worker is; a run would take as long as there is work.
    "sms-worker": () =>
      Promise.resolve(new Request(`${functionsUrl}/sms-worker`, { headers: { apikey: stack.workerKey } })),
    "sms-send": async () =>
      new Request(`${functionsUrl}/sms-send`, {
        method: "POST",
        headers: { ...await headersOf(stack, user.id), "content-type": "application/json" },
        body: JSON.stringify({ to: phone(), body: "We open at nine." }),
      }),
    "sms-conversation": get("sms-conversation?limit=20"),
    "sms-stats": get("sms-stats"),
    "sms-numbers": get("sms-numbers"),
    "sms-accounts": get("sms-accounts"),
    "sms-preview": get("sms-preview"),
    "sms-api": get("sms-api/api/v1/sms/numbers"),
  };
}

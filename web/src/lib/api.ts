import { createSms, type Sms } from "../../../client/mod.ts";
import type { Client } from "./backend.ts";

const known = new WeakMap<Client, Sms>();

/** The calls of the person who is signed in. What is worth repeating, the queries and the outbox repeat: nothing twice. */
export function smsOf(client: Client): Sms {
  const sms = known.get(client) ?? createSms(client, { attempts: 1 });
  known.set(client, sms);
  return sms;
}

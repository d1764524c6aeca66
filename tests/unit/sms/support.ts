import { getExpectedTwilioSignature } from "twilio/webhooks";
import type { Clock } from "../../../supabase/functions/_shared/sms/worker/clock.ts";
import type { AccountTokens } from "../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { createVault } from "../../../supabase/functions/_shared/sms/twilio/vault.ts";
import {
  DatabaseError,
  type RpcAnswer,
  type RpcClient,
} from "../../../supabase/functions/_shared/sms/database/rpc.ts";
import type { Context } from "../../../supabase/functions/_shared/sms/http/endpoint.ts";
import { readSettings, type Settings } from "../../../supabase/functions/_shared/sms/settings.ts";
import { createLogger } from "../../../supabase/functions/_shared/sms/log.ts";
import type { DeliveryJob } from "../../../supabase/functions/_shared/sms/database/verbs/deliveries.ts";
import type { ReplyJob } from "../../../supabase/functions/_shared/sms/database/verbs/replies.ts";

export const ACCOUNT = `AC${"a".repeat(32)}`;
export const OTHER_ACCOUNT = `AC${"b".repeat(32)}`;
export const TOKEN = "12345";
export const PUBLIC_URL = "https://texts.example.com";
export const KEY = btoa("k".repeat(32));

export const environment = {
  SUPABASE_URL: "http://db.test",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}',
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}',
  SMS_PUBLIC_URL: PUBLIC_URL,
  SMS_CREDENTIALS_KEY: KEY,
} as const;

/** Settings as a function would read them. An undefined value takes a variable out. */
export function settingsWith(more: Record<string, string | undefined> = {}): Settings {
  const all: Record<string, string | undefined> = { ...environment, ...more };
  return readSettings((name) => all[name]);
}

export type Verbs = Record<string, (args: Record<string, unknown>) => unknown>;
export interface FakeClient extends RpcClient {
  readonly calls: { verb: string; args: Record<string, unknown> }[];
  /** Arguments of the calls of one verb. */
  of(verb: string): Record<string, unknown>[];
}

/** A database that answers with functions; one that throws an error is one that failed. */
export function fakeClient(verbs: Verbs): FakeClient {
  const calls: FakeClient["calls"] = [];
  return {
    calls,
    of: (verb) => calls.filter((call) => call.verb === verb).map((call) => call.args),
    async rpc(verb, args): Promise<RpcAnswer> {
      calls.push({ verb, args });
      const answer = verbs[verb];
      if (!answer) return { data: null, error: { code: "PGRST202", message: `no ${verb}` } };
      try {
        return { data: await answer(args), error: null };
      } catch (error) {
        if (error instanceof DatabaseError) return { data: null, error };
        return { data: null, error: { code: "57P01", message: error instanceof Error ? error.message : "" } };
      }
    },
  };
}

/** A log whose lines can be read. */
export function capturedLog() {
  const lines: string[] = [];
  return { lines, log: createLogger({ level: "debug", write: (line) => lines.push(line) }) };
}

export function contextWith(
  client: RpcClient,
): Context & { notes: Record<string, unknown>; lines: string[] } {
  const { log, lines } = capturedLog();
  const notes: Record<string, unknown> = {};
  return {
    requestId: "request-0123456789",
    caller: { kind: "none" },
    supabase: client,
    supabaseAdmin: client,
    log,
    note: (fields) => void Object.assign(notes, fields),
    notes,
    lines,
  };
}

export type Entries = [name: string, value: string][];

export interface SignedOptions {
  token?: string;
  /** The URL that was signed; by default the first public one. */
  url?: string;
  /** The URL at which the request arrives, which a proxy chooses. */
  arrivesAt?: string;
  signature?: string | null;
  body?: BodyInit;
  headers?: Record<string, string>;
  /** A SharedKey signs with the token given, and the request says so. */
  sharedKey?: { id: string; algorithm: string };
}

/** A request as Twilio makes it. */
export function signedRequest(fn: string, entries: Entries, options: SignedOptions = {}): Request {
  const url = options.url ?? `${PUBLIC_URL}/functions/v1/${fn}`;
  const form: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of entries) {
    const before = form[name];
    form[name] = before === undefined ? value : [before, value].flat();
  }
  const signature = options.signature === undefined
    ? getExpectedTwilioSignature(
      options.token ?? TOKEN,
      url,
      form,
      options.sharedKey?.algorithm === "HMAC_SHA1" ? "HMAC_SHA1" : options.sharedKey && "HMAC_SHA256",
    )
    : options.signature;
  return new Request(options.arrivesAt ?? `http://functions.internal:9999/${fn}${new URL(url).search}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      ...(signature === null ? {} : { "x-twilio-signature": signature }),
      ...(options.sharedKey === undefined ? {} : {
        "x-twilio-webhooks-signature-settings":
          `key=${options.sharedKey.id},algorithm=${options.sharedKey.algorithm}`,
      }),
      ...options.headers,
    },
    body: options.body ?? new URLSearchParams(entries).toString(),
  });
}

export const inbound: Entries = [
  ["AccountSid", ACCOUNT],
  ["MessageSid", `SM${"0".repeat(32)}`],
  ["From", "+14155550101"],
  ["To", "+15005550006"],
  ["Body", "Hello"],
  ["NumMedia", "0"],
  ["NumSegments", "1"],
];

export function withFields(entries: Entries, more: Record<string, string | null>): Entries {
  const kept = entries.filter(([name]) => !Object.hasOwn(more, name));
  const added = Object.entries(more).filter((entry): entry is [string, string] => entry[1] !== null);
  return [...kept, ...added];
}

export const vault = createVault(settingsWith().credentialsKeys);

/** What is known of an account that has tokens, and no keys unless a test says so. */
export function secretsWith(tokens: string[], more: Partial<AccountTokens> = {}): AccountTokens {
  return {
    tokens,
    unreadable: false,
    sharedKeys: new Map(),
    apiKey: null,
    rotating: null,
    refusedSigners: [],
    ...more,
  };
}

/** `sms_get_account` for one account with these tokens. */
export async function accountWith(tokens: { current: string; previous?: string }, accountSid = ACCOUNT) {
  const seal = (auth_token: string) => vault.seal({ account_sid: accountSid, auth_token });
  return {
    account_sid: accountSid,
    user_id: null,
    shared: false,
    current_token: await seal(tokens.current),
    previous_token: tokens.previous === undefined ? null : await seal(tokens.previous),
  };
}

/** A clock that moves only when told, or from event to event. */
export class FakeClock implements Clock {
  time = 0;
  readonly timers = new Set<{ at: number; ring: () => void }>();

  now = () => this.time;

  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = { at: this.time + milliseconds, ring: resolve };
      this.timers.add(timer);
      signal?.addEventListener("abort", () => {
        this.timers.delete(timer);
        resolve();
      }, { once: true });
    });
  }

  /** Moves on to the next timer. @returns false when there is none */
  tick(): boolean {
    const next = [...this.timers].sort((a, b) => a.at - b.at)[0];
    if (!next) return false;
    this.timers.delete(next);
    this.time = Math.max(this.time, next.at);
    next.ring();
    return true;
  }

  /** Lets everything happen that can, moving time whenever all are waiting, until the promise is settled. */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => settled = true);
    watched.catch(() => {/* thrown to whoever awaits it, below */});
    for (let turns = 0; !settled; turns++) {
      await quiet();
      if (!settled && !this.tick() && turns > 1_000) throw new Error("Nothing happens any more");
    }
    return await watched;
  }

  /** The same, up to a time. */
  async runTo(time: number): Promise<void> {
    for (;;) {
      await quiet();
      const next = Math.min(...[...this.timers].map((timer) => timer.at));
      if (next > time) break;
      this.tick();
    }
    this.time = Math.max(this.time, time);
  }
}

/** Resolves when all that could happen without time passing has happened. */
export async function quiet(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

export function replyJob(id: string, more: Partial<ReplyJob> = {}): ReplyJob {
  return {
    job_id: id,
    lease_token: `lease-${id}`,
    conversation_id: `conversation-${id}`,
    user_id: "user",
    contact_id: `contact-${id}`,
    through_seq: 1,
    attempt: 1,
    greeting: false,
    reopened: false,
    waiting_for_person: false,
    assistant: {
      id: "assistant",
      name: "Ada",
      prompt: "You answer for a bakery.",
      model: null,
      temperature: null,
      language: null,
      max_segments: 1,
      reasoning_effort: "none",
      verbosity: "low",
      reads_images: false,
    },
    contact: { name: null, time_zone: null },
    history: [
      {
        seq: 1,
        direction: "inbound",
        sender: "contact",
        body: "Open?",
        media: [],
        account_sid: null,
        created_at: "2026-11-22T10:00:00Z",
      },
    ],
    ...more,
  };
}

export function deliveryJob(id: string, more: Partial<DeliveryJob> = {}): DeliveryJob {
  return {
    job_id: id,
    lease_token: `lease-${id}`,
    message_id: `message-${id}`,
    user_id: "user",
    account_sid: ACCOUNT,
    from_number: "+15005550006",
    to_number: "+14155550101",
    body: "Hello",
    media_urls: [],
    ...more,
  };
}

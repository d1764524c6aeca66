/**
 * The Webhooks configuration API (public beta, pages of 2026-09-07): SharedKeys, Settings, and Rules that say which Setting
 * a webhook gets.
 *
 * https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
 * https://www.twilio.com/docs/usage/webhooks/webhook-rules
 * https://www.twilio.com/docs/usage/webhooks/webhook-settings
 */
import type { Overrides, RetryPolicy } from "./overrides.ts";
import { type Algorithm, withoutFragment } from "./signature.ts";

/** The secret is shown once, in the answer to its creation. */
export interface SharedKey {
  readonly id: string;
  readonly secret: string;
}

const RETRY_ON = {
  HTTP_4XX: "4xx",
  HTTP_5XX: "5xx",
  CONNECTION_TIMEOUT: "ct",
  READ_TIMEOUT: "rt",
  ALL: "all",
} as const satisfies Record<string, RetryPolicy>;

export interface Connection {
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly retryPolicy: { readonly retryCount: number; readonly retryOn: readonly (keyof typeof RETRY_ON)[] };
}

/** Without `signature`, a Setting leaves signing as it is: by the auth token. */
export interface WebhookSetting {
  readonly id: string;
  readonly signature: { readonly sharedKeyId: string; readonly algorithm: Algorithm } | null;
  readonly connection: Connection | null;
}

/** One Setting gets all of the traffic, or two share it. */
export interface WebhookRule {
  readonly id: string;
  readonly matchType: "EXACT_MATCH" | "PREFIX_MATCH" | "DEFAULT";
  /** The URL, or how it begins; empty for DEFAULT. */
  readonly pattern: string;
  readonly settings: readonly { readonly settingId: string; readonly percentage: number }[];
}

/** What a test says of a Rule; the Setting is made with it. */
export interface NewRule {
  matchType?: WebhookRule["matchType"];
  pattern?: string;
  sharedKeyId?: string;
  algorithm?: Algorithm;
  connection?: Connection;
  /** A second key that signs this share of the webhooks, as while keys are changed. */
  second?: { sharedKeyId: string; algorithm?: Algorithm; percentage: number };
}

/** How a webhook is signed and tried. */
export interface Signer {
  readonly secret: string;
  readonly algorithm: Algorithm;
  /** Null: the auth token signs, and no header says so. */
  readonly sharedKeyId: string | null;
  /** The Setting's. It takes the place of the URL's connection overrides. Null: no Rule matches. */
  readonly overrides: Overrides | null;
}

/** 26 characters of Crockford's base 32, as in all ids of this API. */
function newId(kind: "sharedkey" | "setting" | "rule"): string {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return `webhooks_${kind}_${[...bytes].map((byte) => letters[byte % 32]).join("")}`;
}

/** "If omitted, system defaults are applied": 15 s in all, and no retries. */
const DEFAULT_CONNECTION: Connection = {
  connectTimeoutMs: 5_000,
  readTimeoutMs: 15_000,
  totalTimeoutMs: 15_000,
  retryPolicy: { retryCount: 0, retryOn: [] },
};

/** The configuration of one account. */
export class WebhookConfiguration {
  readonly keys = new Map<string, SharedKey>();
  readonly settings = new Map<string, WebhookSetting>();
  readonly rules = new Map<string, WebhookRule>();

  addKey(): SharedKey {
    const secret = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
    const key = { id: newId("sharedkey"), secret };
    this.keys.set(key.id, key);
    return key;
  }

  addRule({ matchType = "DEFAULT", pattern = "", connection, second, ...given }: NewRule): WebhookRule {
    const share = second?.percentage ?? 0;
    const first = this.#addSetting(given, connection);
    const settings = [{ settingId: first.id, percentage: 100 - share }];
    if (second !== undefined) {
      settings.push({ settingId: this.#addSetting(second, connection).id, percentage: share });
    }
    const rule = { id: newId("rule"), matchType, pattern, settings };
    this.rules.set(rule.id, rule);
    return rule;
  }

  #addSetting(
    { sharedKeyId, algorithm = "HMAC_SHA256" }: { sharedKeyId?: string; algorithm?: Algorithm },
    connection: Connection | undefined,
  ): WebhookSetting {
    const signature = sharedKeyId === undefined ? null : { sharedKeyId, algorithm };
    const setting = { id: newId("setting"), signature, connection: connection ?? null };
    this.settings.set(setting.id, setting);
    return setting;
  }

  /** Exact matches before prefixes, the longest first, then the default Rule (the page of its FAQ). */
  ruleFor(url: string): WebhookRule | null {
    const called = withoutFragment(url);
    const matching = (type: WebhookRule["matchType"], fits: (pattern: string) => boolean) =>
      [...this.rules.values()].filter((rule) => rule.matchType === type && fits(rule.pattern))
        .sort((one, other) => other.pattern.length - one.pattern.length)[0];
    return matching("EXACT_MATCH", (pattern) => called === pattern) ??
      matching("PREFIX_MATCH", (pattern) => called.startsWith(pattern)) ??
      matching("DEFAULT", () => true) ?? null;
  }

  signerFor(url: string, { authToken, random }: { authToken: string; random: () => number }): Signer {
    const byToken = { secret: authToken, algorithm: "HMAC_SHA1", sharedKeyId: null } as const;
    const rule = this.ruleFor(url);
    if (rule === null) return { ...byToken, overrides: null };
    const [first, second] = rule.settings;
    const chosen = second !== undefined && random() * 100 < second.percentage ? second : first;
    const setting = this.settings.get(chosen?.settingId ?? "");
    const overrides = overridesOf(setting?.connection ?? DEFAULT_CONNECTION);
    const key = this.keys.get(setting?.signature?.sharedKeyId ?? "");
    if (!setting?.signature || key === undefined) return { ...byToken, overrides };
    return { secret: key.secret, algorithm: setting.signature.algorithm, sharedKeyId: key.id, overrides };
  }
}

function overridesOf({ readTimeoutMs, totalTimeoutMs, retryPolicy }: Connection): Overrides {
  return {
    readTimeout: readTimeoutMs,
    totalTime: totalTimeoutMs,
    retryCount: retryPolicy.retryCount,
    retryPolicy: new Set(retryPolicy.retryOn.map((kind) => RETRY_ON[kind])),
  };
}

/** `GET /v1/Webhooks/Rules`, `/Settings/{id}`: camelCase JSON, as this API answers. */
export function webhookConfigurationApi(
  configuration: WebhookConfiguration,
  [resource = "", id]: readonly string[],
): Response | null {
  if (resource === "Rules" && id === undefined) {
    return Response.json({ rules: [...configuration.rules.values()].map(renderRule), meta: metaOf("rules") });
  }
  if (resource === "Settings" && id === undefined) {
    const settings = [...configuration.settings.values()].map(renderSetting);
    return Response.json({ settings, meta: metaOf("settings") });
  }
  const setting = resource === "Settings" ? configuration.settings.get(id ?? "") : undefined;
  return setting === undefined ? null : Response.json(renderSetting(setting));
}

/** All of it is on the first page: an account has 50 of each at most. */
const metaOf = (key: string) => ({ key, nextToken: null, previousToken: null, pageSize: 100 });

function renderRule({ id, matchType, pattern, settings }: WebhookRule) {
  return {
    id,
    friendlyName: "",
    matchType,
    ...(matchType === "EXACT_MATCH" ? { value: pattern } : {}),
    ...(matchType === "PREFIX_MATCH" ? { prefix: pattern } : {}),
    settings,
  };
}

function renderSetting({ id, signature, connection }: WebhookSetting) {
  return {
    id,
    type: "CUSTOMER",
    friendlyName: "",
    auth: { type: "NONE" },
    ...(signature === null ? {} : { signature: { type: "SHARED_KEY", ...signature } }),
    ...(connection === null ? {} : { connection }),
  };
}

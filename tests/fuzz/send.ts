/** Sends one request of the fuzz, with the secrets that its names stand for. */
import type { TransactionSql } from "postgres";
import { signForm } from "../../local/carrier/mod.ts";
import type { Answer, FormRequest, FuzzRequest, HttpRequest, SqlRequest, Who } from "./request.ts";
import { type Callable, statementOf } from "./sql_requests.ts";
import type { FuzzTenant, World } from "./world.ts";

const PATIENCE_MS = 30_000;

export interface Sent {
  readonly answer: Answer;
  /** Of a form: whether Twilio, or who holds the token, could have signed it so. */
  readonly isGenuine: boolean;
  /** All that the caller said, so that an echo is no leak. */
  readonly said: string;
}

export async function send(
  world: World,
  verbs: ReadonlyMap<string, Callable>,
  request: FuzzRequest,
): Promise<Sent> {
  switch (request.kind) {
    case "http":
      return await sendHttp(world, request);
    case "form":
      return await sendForm(world, request);
    case "sql":
      return await callSql(world, verbs, request);
  }
}

async function sendHttp(world: World, request: HttpRequest): Promise<Sent> {
  const own = request.who === "secret key for a" ? withoutV(world) : (text: string) => text;
  const path = own(request.path);
  const body = request.body === null ? null : own(request.body);
  const headers = { ...request.headers, ...credentialsOf(world, request.who) };
  const hasBody = body !== null && !["GET", "HEAD"].includes(request.method);
  const answer = await exchange(world, request.function, path, {
    method: request.method,
    headers,
    body: hasBody ? request.isBytes ? Uint8Array.from(body, (one) => one.charCodeAt(0)) : body : null,
  });
  return { answer, isGenuine: true, said: path + safely(path) + (body ?? "") + JSON.stringify(headers) };
}

function safely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The secret key is the operator's, and may do anything for anybody. Here it acts for one tenant. */
function withoutV({ a, v }: World): (text: string) => string {
  const pairs = Object.entries(v.ids).map(([kind, id]) => [id, a.ids[kind] ?? a.id] as const);
  const all = [...pairs, [v.accountSid, "AC00000000000000000000000000000001"], [v.number, a.number]] as const;
  return (text) => all.reduce((so, [from, to]) => so.replaceAll(from, to), text);
}

function credentialsOf(world: World, who: Who): Record<string, string> {
  const { publishableKey, secretKey } = world.stack.ready;
  const bearer = (token: string) => ({ apikey: publishableKey, authorization: `Bearer ${token}` });
  switch (who) {
    case "nobody":
      return {};
    case "a":
      return bearer(world.a.accessToken);
    case "b":
      return bearer(world.b.accessToken);
    case "publishable key":
      return { apikey: publishableKey };
    case "secret key for a":
      return { apikey: secretKey };
    case "worker key":
      return { apikey: world.stack.workerKey };
    case "wrong secret key":
      return { apikey: "sb_secret_0000000000000000000000_00000000" };
    default:
      return bearer(world.tokens[who] ?? "x");
  }
}

interface Signed {
  readonly headers: Record<string, string>;
  readonly fields: [string, string][];
  readonly isGenuine: boolean;
}

async function sendForm(world: World, request: FormRequest): Promise<Sent> {
  const fields = request.fields.map(([name, value]): [string, string] => [
    name,
    value === "new" && /Sid$/.test(name) ? newSid() : value.toWellFormed(),
  ]);
  const signed = sign(world, request, fields);
  const body = new URLSearchParams(signed.fields).toString();
  const answer = await exchange(world, request.function.split("/")[0] ?? "", "", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...signed.headers },
    body,
  }, `/${request.function}${request.query}`);
  return { answer, isGenuine: signed.isGenuine, said: signed.fields.flat().join(" ") + request.query };
}

const newSid = () => `SM${crypto.randomUUID().replaceAll("-", "")}`;

function sign(
  world: World,
  { function: name, query, signing }: FormRequest,
  fields: [string, string][],
): Signed {
  const { a, b, carrier, stack } = world;
  const account = fields.find(([field]) => field === "AccountSid")?.[1] ?? "";
  const owner: FuzzTenant | undefined = [a, b].find(({ accountSid }) => accountSid === account);
  const token = account === carrier.accountSid ? carrier.authToken : owner?.authToken;
  const url = `${stack.ready.functionsUrl}/${name}${query}`;
  const withToken = (secret: string, to = url) => ({ "x-twilio-signature": signForm(secret, to, fields) });
  const named = (key: string, algorithm: string) => ({
    "x-twilio-webhooks-signature-settings": `key=${key},algorithm=${algorithm}`,
  });
  const mayBe = token !== undefined;
  switch (signing) {
    case "by the account's token":
      return { fields, headers: withToken(token ?? a.authToken), isGenuine: mayBe };
    case "by a SharedKey, SHA-256":
    case "by a SharedKey, SHA-1": {
      const algorithm = signing.endsWith("256") ? "HMAC_SHA256" : "HMAC_SHA1";
      const { id, secret } = (owner ?? a).sharedKey;
      const signature = signForm(secret, url, fields, { algorithm });
      return {
        fields,
        headers: { "x-twilio-signature": signature, ...named(id, algorithm) },
        isGenuine: owner !== undefined,
      };
    }
    case "by another account's token":
      return { fields, headers: withToken(owner === b ? a.authToken : b.authToken), isGenuine: false };
    case "by the token, a SharedKey named":
      return {
        fields,
        headers: { ...withToken(token ?? a.authToken), ...named(a.sharedKey.id, "HMAC_SHA1") },
        isGenuine: false,
      };
    case "by an unknown SharedKey":
      return {
        fields,
        headers: {
          ...withToken(a.sharedKey.secret),
          ...named(`webhooks_sharedkey_${"0".repeat(26)}`, "HMAC_SHA1"),
        },
        isGenuine: false,
      };
    case "by an unknown algorithm":
      return {
        fields,
        headers: { ...withToken(token ?? a.authToken), ...named(a.sharedKey.id, "HMAC_MD5") },
        isGenuine: false,
      };
    case "for another address": {
      const elsewhere = `${stack.ready.functionsUrl}/${
        name === "sms-webhook" ? "sms-status" : "sms-webhook"
      }${query}`;
      return { fields, headers: withToken(token ?? a.authToken, elsewhere), isGenuine: false };
    }
    case "altered afterwards":
      return {
        fields: [...fields, ["Added", "1"]],
        headers: withToken(token ?? a.authToken),
        isGenuine: false,
      };
    case "with junk":
      return { fields, headers: { "x-twilio-signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, isGenuine: false };
    case "not at all":
      return { fields, headers: {}, isGenuine: false };
  }
}

async function exchange(
  { stack }: World,
  name: string,
  path: string,
  init: { method: string; headers: Record<string, string>; body: BodyInit | null },
  wholePath = `/${name}${path}`,
): Promise<Answer> {
  const { origin } = await stack.functions.get(name);
  const startedAt = performance.now();
  const response = await fetch(`${origin}${wholePath}`, {
    ...init,
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  const headers = [...response.headers].map((header) => header.join(": ")).join("\n");
  return {
    status: response.status,
    code: codeIn(text),
    told: `${headers}\n${text}`,
    retryAfter: response.headers.get("retry-after"),
    took: performance.now() - startedAt,
  };
}

function codeIn(text: string): string {
  return /"(?:code|error)":"([A-Za-z0-9_]+)"/.exec(text)?.[1] ?? "";
}

/** With the rights, the time-out and the transaction that the API gives it. */
async function callSql(
  world: World,
  verbs: ReadonlyMap<string, Callable>,
  { who, what, args }: SqlRequest,
): Promise<Sent> {
  const callable = verbs.get(what);
  const startedAt = performance.now();
  const done = (status: number, code: string, told: string): Sent => ({
    answer: { status, code, told, retryAfter: null, took: performance.now() - startedAt },
    isGenuine: true,
    said: args,
  });
  if (callable === undefined) return done(404, "PGRST202", "");
  const statement = statementOf(callable, Object.keys(JSON.parse(args)));
  const user = who === "nobody" ? null : world[who].id;
  try {
    const rows = await world.sql.begin(async (transaction: TransactionSql) => {
      const role = user === null ? "anon" : "authenticated";
      await transaction`select set_config('request.jwt.claims', ${
        JSON.stringify({ sub: user ?? undefined, role })
      }, true),
        set_config('statement_timeout', '8s', true)`;
      await transaction.unsafe(`set local role ${role}`);
      return await transaction.unsafe(statement, [args]);
    });
    return done(200, "", JSON.stringify(rows));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const { code, message, ...more } = error as
      & Error
      & { code: string }
      & Partial<Record<"detail" | "hint" | "where", string>>;
    const told = JSON.stringify([message, more.detail, more.hint]);
    // What turns JSON into arguments is Postgres itself, and refuses lists of lists as too complex (54000). Nothing of ours has run.
    const isOurs = /\bfunction\b/.test(more.where ?? "");
    return done(code === "54000" && !isOurs ? 400 : statusOf(code), isOurs ? `${code} inside` : code, told);
  }
}

/** https://docs.postgrest.org/en/v13/references/errors.html#http-status-codes */
function statusOf(code: string): number {
  if (/^(42501|28|0L|0P)/.test(code)) return 403;
  if (/^(42883|42P01)/.test(code)) return 404;
  if (/^(23503|23505)/.test(code)) return 409;
  if (/^(P0001)/.test(code)) return 400;
  if (/^(53|08)/.test(code)) return 503;
  return /^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/.test(code) ? 500 : 400;
}

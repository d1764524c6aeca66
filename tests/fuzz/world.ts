/** Whom the fuzz plays, and with what: two tenants whose tokens it has, and a third one whom it must not reach. */
import { strict as assert } from "node:assert";
import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { Sql } from "postgres";
import type { Carrier } from "../../local/carrier/mod.ts";
import type { ServerAddress } from "../../local/database.ts";
import { connect } from "../../local/database.ts";
import { liftLimits } from "../../local/demo_tenant.ts";
import type { LogLine } from "../../local/functions.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import {
  type ConnectedTenant,
  connectTenant,
  CREDENTIALS_KEY,
  operator,
  saveSharedKey,
} from "../support/tenants.ts";
import { secretsOf } from "../support/secrets.ts";
import type { Who } from "./request.ts";
import type { Pools } from "./values.ts";

export interface FuzzTenant extends ConnectedTenant {
  readonly sharedKey: { readonly id: string; readonly secret: string };
  /** Is in all that the tenant has, and in nothing else. */
  readonly mark: string;
  /** Of its rows, by what they are. */
  readonly ids: Readonly<Record<string, string>>;
  readonly contacts: readonly string[];
}

export interface World extends AsyncDisposable {
  readonly stack: Stack;
  readonly carrier: Carrier;
  /** Connections of the project's owner, each of which plays one caller at a time. */
  readonly sql: Sql;
  readonly a: FuzzTenant;
  readonly b: FuzzTenant;
  readonly v: FuzzTenant;
  readonly pools: Pools;
  /** Is in what the fuzz itself writes. */
  readonly words: string;
  readonly tokens: Readonly<Partial<Record<Who, string>>>;
  /** What nobody may be told: tokens, keys, and what they are made of. */
  readonly secrets: readonly string[];
  /** Lines of the functions since the last call. */
  newLines(): LogLine[];
}

const FUNCTIONS = [
  "sms-webhook",
  "sms-status",
  "sms-send",
  "sms-conversation",
  "sms-stats",
  "sms-accounts",
  "sms-numbers",
  "sms-preview",
  "sms-api",
  "sms-worker",
];

export async function raiseWorld(server?: ServerAddress): Promise<World> {
  await using parts = new AsyncDisposableStack();
  const stack = parts.use(
    await startStack({
      ...(server ? { server } : {}),
      database: "straight",
      worker: false,
      functionEnv: { SMS_CREDENTIALS_KEY: CREDENTIALS_KEY },
    }),
  );
  const { carrier } = stack;
  assert(carrier);
  // First, so that it calls nobody who is gone.
  parts.defer(() => carrier.stop());
  const sql = connect(stack.ready.dbUrl, 8);
  parts.defer(() => sql.end({ timeout: 1 }));
  const a = await addTenant(stack, "a", "+14152000001");
  const b = await addTenant(stack, "b", "+14152000002");
  const v = await addTenant(stack, "v", "+14152000003");
  // One of them meets the limits, and one does not.
  await stack.sql.begin((transaction) => liftLimits(transaction, a.id));
  const lines: LogLine[] = [];
  stack.functions.onLog((line) => lines.push(line));
  await warmUp(stack);
  const words = `wordmark${crypto.randomUUID().slice(0, 8)}`;
  const tokens = await makeTokens(stack, { a, v });
  const running = parts.move();
  return {
    stack,
    carrier,
    sql,
    a,
    b,
    v,
    pools: { ...poolsOf(stack, [a, b, v]), words },
    words,
    tokens,
    secrets: secretsOf(
      stack,
      [a, b, v].flatMap((
        { authToken, accessToken, sharedKey },
      ) => [authToken, accessToken, sharedKey.secret]),
    ),
    newLines: () => lines.splice(0),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function addTenant(stack: Stack, name: string, number: string): Promise<FuzzTenant> {
  const tenant = await connectTenant(stack, number);
  const mark = `${name}mark${crypto.randomUUID().slice(0, 8)}`;
  const sharedKey = {
    id: `webhooks_sharedkey_${crypto.randomUUID().replaceAll("-", "").slice(0, 26)}`,
    secret: `shared${crypto.randomUUID().replaceAll("-", "")}`,
  };
  await saveSharedKey(stack, tenant, sharedKey);
  await stack
    .sql`update public.sms_assistants set prompt = ${`Answer for ${mark}.`}, name = ${mark} where user_id = ${tenant.id}`;
  const letter = name.charCodeAt(0);
  const contacts = [1, 2, 3].map((index) => `+14153${letter}00${index}`.padEnd(12, "0"));
  for (const [index, from] of contacts.entries()) {
    await stack.sql`select public.sms_receive_message(${tenant.accountSid}, ${
      sidOf(name, index)
    }, ${from}, ${number},
      ${index === 2 ? "STOP" : `Hello from ${mark}`}, '[]', 1, null)`;
  }
  await stack.sql`update public.sms_contacts set name = ${mark} where user_id = ${tenant.id}`;
  const calls = { owner_id: tenant.id };
  const client = operator(stack);
  for (const to_number of contacts.slice(0, 2)) {
    const made = await client.rpc("sms_create_message_for", { ...calls, to_number, body: `Yes, ${mark}` });
    assert.equal(made.data?.outcome, "created", made.error?.message);
  }
  await stack
    .sql`insert into public.sms_templates (user_id, name, body) values (${tenant.id}, ${mark}, ${`Hi {{name}}, ${mark}`})`;
  const broadcast = await client.rpc("sms_create_broadcast_for", {
    ...calls,
    to_numbers: contacts.slice(0, 1),
    body: `All of ${mark}`,
    send_at: "2026-12-24T12:00:00Z",
  });
  assert.equal(broadcast.error, null);
  const saved = await tenant.client.rpc("sms_save_event_endpoint", { url: `https://hooks.invalid/${mark}` });
  assert.equal(saved.error, null);
  return { ...tenant, mark, sharedKey, contacts, ids: await idsOf(stack.sql, tenant.id) };
}

const sidOf = (name: string, index: number) =>
  `SM${name.charCodeAt(0).toString(16)}${String(index).padStart(30, "0")}`;

async function idsOf(sql: Sql, user: string): Promise<Record<string, string>> {
  const rows = await sql<{ kind: string; id: string }[]>`
    select 'user' as kind, ${user} as id
    union all select 'conversation', id::text from public.sms_conversations where user_id = ${user}
    union all select 'message', id::text from public.sms_messages where user_id = ${user}
    union all select 'contact', id::text from public.sms_contacts where user_id = ${user}
    union all select 'assistant', id::text from public.sms_assistants where user_id = ${user}
    union all select 'template', id::text from public.sms_templates where user_id = ${user}
    union all select 'broadcast', id::text from public.sms_broadcasts where user_id = ${user}
    union all select 'number', id::text from public.sms_numbers where user_id = ${user}
    union all select 'endpoint', id::text from sms_private.event_endpoints where user_id = ${user}
    order by 1, 2`;
  const counts = new Map<string, number>();
  return Object.fromEntries(rows.map(({ kind, id }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return [`${kind} ${count}`, id];
  }));
}

function poolsOf(stack: Stack, tenants: FuzzTenant[]): Omit<Pools, "words"> {
  const all = (kind: string) =>
    tenants.flatMap(({ ids }) =>
      Object.entries(ids).filter(([name]) => name.startsWith(kind)).map(([, id]) => id)
    );
  return {
    users: all("user"),
    conversations: all("conversation"),
    messages: all("message"),
    contacts: all("contact"),
    assistants: all("assistant"),
    templates: all("template"),
    broadcasts: all("broadcast"),
    numberIds: all("number"),
    endpoints: all("endpoint"),
    numbers: [...tenants.map(({ number }) => number), stack.ready.number ?? ""],
    phones: [...tenants.flatMap(({ contacts }) => contacts), "+14155550199", "+447700900123"],
    // The first two are those that forms are signed for.
    accounts: [
      ...tenants.slice(0, 2).map(({ accountSid }) => accountSid),
      stack.ready.carrier.accountSid,
      ...tenants.slice(2).map(({ accountSid }) => accountSid),
      "AC00000000000000000000000000000001",
      "AC0000000000000000000000000000000g",
    ],
    sids: tenants.flatMap((_, index) => [0, 1].map((at) => sidOf("abv"[index] ?? "a", at))),
    cursors: [
      "",
      "x",
      btoa("2026-11-30T00:00:00Z"),
      btoa("[1,2]"),
      "0",
      "9223372036854775808",
      "é".repeat(80),
    ],
  };
}

async function makeTokens(
  stack: Stack,
  { a, v }: { a: FuzzTenant; v: FuzzTenant },
): Promise<Partial<Record<Who, string>>> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: v.id, role: "authenticated", aud: "authenticated", iat: now, exp: now + 3_600 };
  const { privateKey } = await generateKeyPair("ES256");
  const [head = "", body = "", signature = ""] = a.accessToken.split(".");
  const forV = btoa(JSON.stringify(claims)).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
  return {
    "expired token of v": await stack.signToken({ ...claims, iat: now - 7_200, exp: now - 3_600 }),
    "token of another project for v": await new SignJWT(claims).setProtectedHeader({
      alg: "ES256",
      kid: "other",
    })
      .sign(privateKey),
    "unsigned token for v": new UnsecuredJWT(claims).encode(),
    "altered token of a": [head, forV || body, signature].join("."),
    "garbage": "eyJ.eyJ.x",
  };
}

/** So that what starting costs is not taken for what a request costs. */
async function warmUp(stack: Stack): Promise<void> {
  for (const name of FUNCTIONS) {
    const { origin } = await stack.functions.get(name);
    for (let time = 0; time < 2; time++) {
      const response = await fetch(`${origin}/${name}`, {
        method: time === 0 ? "POST" : "GET",
        headers: { apikey: "x" },
      });
      await response.body?.cancel();
    }
  }
}

/** A whole stack for one storm: a Postgres of its own, three tenants, short leases, and a model whose answers can be traced. */
import { strict as assert } from "node:assert";
import type { Sql } from "postgres";
import type { Carrier } from "../../../local/carrier/mod.ts";
import type { ChatRequest, Model } from "../../../local/model/mod.ts";
import { textOf } from "../../../local/model/request.ts";
import { connect } from "../../../local/database.ts";
import { type PostgresServer, startPostgres } from "../../../local/postgres.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { crashPostgres } from "../../support/crash.ts";
import { connectTenant, CREDENTIALS_KEY } from "../../support/tenants.ts";
import { secretsOf } from "../../support/secrets.ts";
import { drawFrom } from "./draw.ts";
import { setSigners, type Signers } from "./signers.ts";

export interface Stage extends AsyncDisposable {
  stack: Stack;
  sql: Sql;
  carrier: Carrier;
  model: Model;
  /** The tenants' numbers: two of the operator's account, and one of each tenant with an account of their own. */
  lines: Line[];
  /** The second line's account is signed by SharedKeys, the third one's by its token. */
  signers: Signers;
  /** What must be in no line and no row. */
  secrets: readonly string[];
  crashPostgres(): Promise<void>;
}

export interface Line {
  number: string;
  accountSid: string;
  accessToken: string;
}

export const LINES = 3;

const LEASE_SECONDS = 5;
const TICK_MS = 1_000;
/** What a function's clock may be wrong by. */
const LONGEST_SKEW_MS = 10 * 60_000;

/** In place of minutes and hours. The look-ups' wait is not shorter than a request may take, as in the real settings. */
const SETTINGS = {
  lookup_wait_seconds: 2,
  lookup_spread_seconds: 14,
  listing_interval_seconds: 3,
  listing_overlap_seconds: 15,
  settle_gaps_seconds: [2, 2, 2, 3, 3, 6],
};

export const APOLOGY = "Sorry, I cannot answer right now.";

export interface StageOptions {
  /** The same seed makes the same messages and faults. */
  seed: number;
  /** How the functions reach Postgres, and the version of Deno that they run on. */
  database?: "direct" | "api" | undefined;
  deno?: string | undefined;
  /** A server that somebody else stops. Default: one of its own. */
  server?: PostgresServer | undefined;
}

export async function raise({ seed, database, deno, server: given }: StageOptions): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const server = given ?? parts.use(await startPostgres({ ephemeral: true }));
  await keepWhatIsCommitted(server.adminUrl);
  const skews = drawFrom(seed);
  const stack = parts.use(
    await startStack({
      server,
      database,
      deno,
      unpaced: true,
      tickMs: TICK_MS,
      functionEnv: {
        SMS_CREDENTIALS_KEY: CREDENTIALS_KEY,
        SMS_LEASE_SECONDS: String(LEASE_SECONDS),
        SMS_LOG_LEVEL: "warn",
      },
      clockSkewMs: () => skews.between(-LONGEST_SKEW_MS, LONGEST_SKEW_MS),
    }),
  );
  const { sql, carrier, model } = stack;
  // The functions' own connections, of which none is open yet.
  await sql`alter role postgres set synchronous_commit = on`;
  assert(carrier && model && stack.ready.number);
  // First, so that it calls nobody who is gone.
  parts.defer(() => carrier.stop());
  for (const [name, value] of Object.entries(SETTINGS)) {
    await sql`update sms_private.settings set value = ${sql.json(value)} where name = ${name}`;
  }
  const demo = await stack.createUser(stack.ready.user.email, stack.ready.user.password);
  const others = [
    await connectTenant(stack, "+14152000001"),
    await connectTenant(stack, "+14152000002"),
  ] as const;
  const signers = await setSigners(stack, ...others);
  await liftCaps(sql);
  model.answerAll(answerTo);
  const running = parts.move();
  return {
    stack,
    sql,
    carrier,
    model,
    lines: [
      { number: stack.ready.number, accountSid: carrier.accountSid, accessToken: demo.accessToken },
      ...others,
    ],
    signers,
    secrets: secretsOf(
      stack,
      [demo, ...others].map(({ accessToken }) => accessToken).concat(
        others.map(({ authToken }) => authToken),
      ),
    ),
    crashPostgres: () => crashPostgres(sql),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** It survives a crash of the server, as on any real one; an ephemeral one does not promise it. */
async function keepWhatIsCommitted(adminUrl: string): Promise<void> {
  const admin = connect(adminUrl, 1);
  await admin`alter role supabase_admin set synchronous_commit = on`;
  await admin.end();
}

/** A storm is about what gets lost, and caps refuse on purpose. */
async function liftCaps(sql: Sql): Promise<void> {
  await sql`update public.sms_assistants
    set reply_delay_ms = 0, first_message = null, goodbye_message = null, error_message = ${APOLOGY}`;
  await sql`insert into public.sms_limits (user_id) select id from auth.users on conflict do nothing`;
  const caps = await sql<{ column_name: string }[]>`
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = 'sms_limits' and data_type in ('integer', 'bigint', 'numeric')`;
  for (const { column_name } of caps) {
    await sql`update public.sms_limits set ${sql(column_name)} = null`;
  }
}

/** Names the questions since the last answer, so that who was answered can be read in the carrier's ledger. */
function answerTo(request: ChatRequest): unknown {
  const said = request.messages.filter(({ role }) => role === "user" || role === "assistant");
  const last = said.findLastIndex(({ role }) => role === "assistant");
  const open = said.slice(last + 1).flatMap((message) => idsIn(textOf(message), "q"));
  return {
    reply: `About ${open.map((id) => `q${id}`).join(" ")}: yes.`,
    intent: "question",
    end_conversation: false,
    opt_out: false,
    handoff: false,
  };
}

/** The ids of steps in a text: `q12` for questions, `s12` for what a program sends. */
export function idsIn(text: string, letter: "q" | "s"): number[] {
  return [...text.matchAll(new RegExp(`\\b${letter}(\\d+)\\b`, "g"))].map(([, id]) => Number(id));
}

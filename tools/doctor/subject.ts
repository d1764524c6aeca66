import postgres, { type Sql } from "postgres";
import { z } from "zod";
import { Inspected } from "../../supabase/functions/_shared/sms/database/verbs/inspect.ts";
import { LookResponse } from "../../supabase/functions/_shared/sms/contract/numbers.ts";
import { Found, PUSH, Skip } from "./check.ts";
import type { DoctorOptions } from "./options.ts";
import { type Project, readProject, readRelease, type Release } from "./project.ts";

const TIMEOUT_MS = 40_000;
const CONNECT_SECONDS = 10;

/** An answer of the project, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null where it is none. */
  readonly body: unknown;
}

/** Of health, what the checks read. */
export const Health = z.looseObject({
  oldest_due_seconds: z.coerce.number(),
  oldest_unconfirmed_seconds: z.coerce.number(),
  deliveries_unconfirmed: z.number(),
  set_aside: z.number(),
  set_aside_reasons: z.record(z.string(), z.number()),
  model_without_credit: z.object({ replies: z.number() }).nullable(),
  models_ending: z.array(z.looseObject({ model: z.string(), shutdown_date: z.string().nullish() })),
  webhooks_refused: z.array(z.looseObject({ account_sid: z.string(), message: z.string() })),
  credentials_unreadable: z.number().nullable(),
  /** Keys of kept opt-outs that cannot be read, by their ids. */
  lost_keys: z.array(z.coerce.string()).optional(),
  /** From when on broadcasts need a consent. */
  consent_required_from: z.string().nullish(),
  last_woken_at: z.string().nullable(),
  last_woken_by: z.string().nullable(),
  schedule: z.looseObject({
    state: z.string(),
    url: z.string().nullish(),
    last_error: z.string().nullish(),
    last_woken_at: z.string().nullish(),
    missing: z.array(z.string()).nullish(),
  }),
});
export type Health = z.infer<typeof Health>;

const NOT_APPLIED = "not all of our migrations are applied";
/** How PostgREST refuses. */
const Refusal = z.object({ message: z.string(), code: z.string().optional() }).catch({ message: "" });

/** What is looked at: a folder, a project's address, its database. Each is asked once. */
export class Subject implements AsyncDisposable {
  readonly #once = new Map<string, Promise<unknown>>();
  #sql: Sql | undefined;
  /** What was found once, and is the reason for other checks not to be made. */
  readonly found = new Set<string>();

  private constructor(
    readonly options: DoctorOptions,
    readonly project: Project,
    readonly release: Release,
  ) {}

  static async of(options: DoctorOptions): Promise<Subject> {
    return new Subject(options, await readProject(options.directory), await readRelease());
  }

  /** @throws Skip without an address */
  url(): string {
    return this.options.url ?? skip("no --url was given");
  }

  /** @throws Skip without a key */
  secretKey(): string {
    return this.options.secretKey ?? skip("no --secret-key was given");
  }

  /** The database, for reading only. @throws Skip without one */
  sql(): Sql {
    const url = this.options.databaseUrl ?? skip("no --db was given");
    return this.#sql ??= postgres(url, {
      max: 1,
      connect_timeout: CONNECT_SECONDS,
      onnotice: () => {},
      // A mistake of ours cannot change anything.
      connection: {
        default_transaction_read_only: true,
        application_name: "sms-doctor",
        statement_timeout: 30_000,
      },
    });
  }

  ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const url = `${this.url()}${path}`;
    return this.once(`${init.method ?? "GET"} ${path} ${JSON.stringify(init.headers ?? {})}`, async () => {
      const response = await fetch(url, {
        ...init,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
        .catch((error) => {
          const why = `${new URL(url).host} cannot be reached`;
          const what = `${why}: ${error instanceof Error ? error.message : error}.`;
          throw new Found({ what, mend: "Look at the address, and whether the project is paused." }, why);
        });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: parsed(text) };
    });
  }

  /** A verb, with the secret key. @throws Error where it cannot be called */
  async verb(name: string): Promise<unknown> {
    const { status, body } = await this.ask(`/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: { apikey: this.secretKey(), "content-type": "application/json" },
      body: "{}",
    });
    if (status === 200) return body;
    const { message, code } = Refusal.parse(body);
    if (code === "PGRST202") {
      // With --db the check of the migrations has said it.
      if (this.options.databaseUrl !== null) skip(NOT_APPLIED);
      throw new Found({ what: `The database lacks ${name}: ${NOT_APPLIED}.`, mend: PUSH }, NOT_APPLIED);
    }
    throw new Error(`${name} was answered ${status}${message === "" ? "" : `: ${message}`}`);
  }

  /** From the API, or from the database where only that was given. */
  async health(): Promise<Health> {
    const said = this.options.url !== null && this.options.secretKey !== null
      ? await this.verb("sms_worker_health")
      : await this.answerOf("sms_worker_health");
    return Health.parse(said);
  }

  async inspected(): Promise<Inspected> {
    const said = this.options.url !== null && this.options.secretKey !== null
      ? await this.verb("sms_inspect")
      : await this.answerOf("sms_inspect");
    return Inspected.parse(said);
  }

  /** What sms-numbers finds at Twilio and at our own address. */
  async look(): Promise<LookResponse> {
    const { status, body } = await this.ask("/functions/v1/sms-numbers/look", {
      headers: { apikey: this.secretKey() },
    });
    const read = LookResponse.safeParse(body);
    if (status === 200 && read.success) return read.data;
    if (status === 200) throw new Skip("sms-numbers answers as another version does; deploy it");
    throw new Skip(`sms-numbers did not answer (${status})`);
  }

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.#once.get(key) ?? work();
    this.#once.set(key, known);
    return known as Promise<T>;
  }

  withoutSecrets(text: string): string {
    const { secretKey, workerKey, databaseUrl } = this.options;
    // As it is written, and as it is meant.
    const password = databaseUrl === null ? null : new URL(databaseUrl).password;
    const passwords = password === null ? [] : [password, decodeURIComponent(password)];
    return [databaseUrl, secretKey, workerKey, ...passwords].reduce<string>(
      (so, secret) => secret ? so.replaceAll(secret, "…") : so,
      text,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql?.end({ timeout: 1 });
  }

  private async answerOf(verb: string): Promise<unknown> {
    if (this.options.databaseUrl === null) skip("neither --url with --secret-key nor --db was given");
    return await this.once(verb, async () => {
      const sql = this.sql();
      const [row] = await sql`select to_regprocedure(${`public.${verb}()`}) is not null as there`;
      if (!row?.there) skip("nothing of ours is in this database");
      return (await sql`select public.${sql(verb)}() as answer`)[0]?.answer;
    });
  }
}

function skip(why: string): never {
  throw new Skip(why);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

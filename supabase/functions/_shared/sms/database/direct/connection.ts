import pg from "pg";
import type { Statement } from "./statement.ts";
import type { Address } from "./target.ts";

/** What an error of Postgres or of the connection says. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** There is no connection, so nothing was sent: the call may go another way. */
export class NoConnection extends Error {
  override readonly name = "NoConnection";
}

export type Answer = { readonly data: unknown } | { readonly failure: Failure };

/** One connection. Calls are answered in the order in which they were made. */
export interface Connection {
  /** False once it is broken: it is never used again. */
  isSound(): boolean;
  /**
   * One verb in one transaction, with the rights of `service_role`. All of it is sent at once and takes one round trip.
   * @throws NoConnection if Postgres refused to begin: the verb did not run
   */
  call(statement: Statement, timeoutMs: number): Promise<Answer>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 2_000;
/** Shorter than the shortest time-out of a call (8 s): then Postgres ends a stuck verb, and the calls behind it go on. */
const STATEMENT_TIMEOUT_MS = 7_000;
/**
 * The rights end with the transaction, so that a pooler may give the connection to somebody else. `postgres`, whose string
 * the platform gives to functions, is a member of `service_role`.
 */
const BEGIN = `begin; set local role service_role; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`;
/** A broken connection, where neither Postgres nor its driver gives a code. */
const BROKEN = "08006";

/** What we use of the driver, which brings no types. */
interface Client {
  connect(): Promise<void>;
  query(text: string, values?: readonly unknown[]): Promise<{ rows: { answer: unknown }[] }>;
  end(): Promise<void>;
  on(event: "error" | "end", listener: (error?: Error) => void): void;
  connection: { stream: { destroy(): void } };
}

/** @throws NoConnection; its cause says why */
export async function openConnection(address: Address, applicationName: string): Promise<Connection> {
  const { tls, host, port, user, password, database } = address;
  const client: Client = new pg.Client({
    ...{ host, port, user, password, database },
    ssl: tls,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // Queries are sent without waiting for the answer to the one before.
    pipeline: true,
  });
  const connection = new PgConnection(client);
  // The driver's own limit ends when a pooler greets us, which may be before it has a place for us.
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error("timeout expired")), CONNECT_TIMEOUT_MS);
  const probe = async () => {
    await client.connect();
    // Whether the role may be taken is known before the first verb depends on it.
    await Promise.all([client.query(BEGIN), client.query("commit")]);
  };
  try {
    await Promise.race([probe(), limit.promise]);
  } catch (cause) {
    connection.break();
    throw new NoConnection("No connection to Postgres", { cause });
  } finally {
    clearTimeout(timer);
  }
  return connection;
}

class PgConnection implements Connection {
  readonly #client: Client;
  #sound = true;

  constructor(client: Client) {
    this.#client = client;
    // Without a listener, a connection that breaks while nobody calls would end the process.
    client.on("error", () => this.#sound = false);
    client.on("end", () => this.#sound = false);
  }

  isSound(): boolean {
    return this.#sound;
  }

  async call({ text, values }: Statement, timeoutMs: number): Promise<Answer> {
    const client = this.#client;
    const sent = [client.query(BEGIN), client.query(text, values), client.query("commit")] as const;
    const limit = Promise.withResolvers<"too late">();
    const timer = setTimeout(() => limit.resolve("too late"), timeoutMs);
    const results = await Promise.race([Promise.allSettled(sent), limit.promise]);
    clearTimeout(timer);
    if (results === "too late") {
      this.break();
      return { failure: { code: BROKEN, message: `No answer within ${timeoutMs} ms` } };
    }
    const [begun, answered, ended] = results;
    if (begun.status === "rejected") {
      // The verb ran all the same, outside a transaction of ours: it must not be called once more.
      if (answered.status === "fulfilled") return this.#ranAlone();
      return this.#notBegun(begun.reason);
    }
    if (answered.status === "rejected") return { failure: this.#failureOf(answered.reason) };
    if (ended.status === "rejected") return { failure: this.#failureOf(ended.reason) };
    return { data: answered.value.rows[0]?.answer ?? null };
  }

  /** Does not wait: over TLS, `end()` of the driver never resolves on Deno 2.1. */
  close(): void {
    if (!this.#sound) return this.break();
    this.#sound = false;
    this.#client.end().catch(() => {});
  }

  /** At once, whatever is on its way. */
  break(): void {
    this.#sound = false;
    this.#client.connection.stream.destroy();
  }

  #ranAlone(): Answer {
    this.break();
    return { failure: { code: BROKEN, message: "Postgres did not begin a transaction" } };
  }

  /** A connection that broke may have broken after the verb ran. If Postgres refused, it did not run. */
  #notBegun(reason: unknown): Answer {
    const failure = this.#failureOf(reason);
    if (!this.#sound || /^(08|57P)/.test(failure.code)) return { failure };
    this.break();
    throw new NoConnection("Postgres did not begin a transaction", { cause: reason });
  }

  #failureOf(reason: unknown): Failure {
    const { code, message, severity } = reason as { code?: unknown; message?: unknown; severity?: unknown };
    // EPIPE and EBADF have five characters too. Only an error of Postgres has a severity.
    const isState = typeof code === "string" && typeof severity === "string" && /^[0-9A-Z]{5}$/.test(code);
    if (!isState) this.#sound = false;
    return { code: isState ? code : BROKEN, message: typeof message === "string" ? message : "unknown" };
  }
}

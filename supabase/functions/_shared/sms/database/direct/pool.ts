import { type Connection, NoConnection } from "./connection.ts";

export interface PoolOptions {
  /** @throws NoConnection */
  open(): Promise<Connection>;
  readonly max: number;
  /** Called when no connection could be had. */
  onFailure(error: unknown): void;
  /** Default 10 s. An isolate that rests gives its place at Postgres to others. */
  readonly idleMs?: number;
  /** How long to wait before the next attempt. */
  pauseMs?(failures: number): number;
}

const IDLE_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Half to all of 1 s, 2 s, 4 s, up to 30 s. A pooler that meets a wrong password many times a second refuses everybody's
 * connections (`ECIRCUITBREAKER`, docs/postgres.md of @supabase/server 1.8).
 */
const pauseFor = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);

type Timer = ReturnType<typeof setTimeout>;

interface Waiter {
  take(connection: Connection): void;
  refuse(error: unknown): void;
}

/** A few connections that calls take turns with. They are opened when they are needed, and closed when they rest. */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #resting: { connection: Connection; timer: Timer }[] = [];
  readonly #waiting: Waiter[] = [];
  /** Connections in use, resting or being opened. */
  #places = 0;
  /** Of these, the ones that are open. */
  #open = 0;
  #failures = 0;
  #pausedUntil = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** @throws NoConnection if there is none to be had, and what `work` throws */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      return await work(connection);
    } finally {
      this.#giveBack(connection);
    }
  }

  /** Closes what rests. Calls that are on their way go on. */
  close(): void {
    for (const { connection, timer } of this.#resting.splice(0)) {
      clearTimeout(timer);
      this.#drop(connection);
    }
  }

  async #take(): Promise<Connection> {
    for (let rested = this.#resting.pop(); rested; rested = this.#resting.pop()) {
      clearTimeout(rested.timer);
      if (rested.connection.isSound()) return rested.connection;
      this.#drop(rested.connection);
    }
    if (this.#places >= this.#options.max) return await this.#wait();
    if (performance.now() < this.#pausedUntil) {
      if (this.#open > 0) return await this.#wait();
      throw new NoConnection("Postgres could not be reached a moment ago");
    }
    const opening = this.#openOne();
    // After a failure nobody waits for the next attempt: it may take seconds to fail again.
    if (this.#failures === 0 || this.#open > 0) return await opening;
    opening.then((connection) => this.#giveBack(connection)).catch(() => {});
    throw new NoConnection("Postgres could not be reached before");
  }

  #wait(): Promise<Connection> {
    const { promise, resolve: take, reject: refuse } = Promise.withResolvers<Connection>();
    this.#waiting.push({ take, refuse });
    return promise;
  }

  async #openOne(): Promise<Connection> {
    this.#places += 1;
    try {
      const connection = await this.#options.open();
      this.#open += 1;
      this.#failures = 0;
      this.#pausedUntil = 0;
      return connection;
    } catch (error) {
      this.#places -= 1;
      this.#failures += 1;
      const { pauseMs = pauseFor } = this.#options;
      this.#pausedUntil = performance.now() + pauseMs(this.#failures);
      this.#options.onFailure(error);
      if (this.#open === 0) this.#refuseAll(error);
      throw error;
    }
  }

  #giveBack(connection: Connection): void {
    if (!connection.isSound()) {
      this.#drop(connection);
      this.#replace();
      return;
    }
    const next = this.#waiting.shift();
    if (next) return next.take(connection);
    const timer = setTimeout(() => {
      const at = this.#resting.findIndex((rested) => rested.connection === connection);
      if (at < 0) return;
      this.#resting.splice(at, 1);
      this.#drop(connection);
    }, this.#options.idleMs ?? IDLE_MS);
    this.#resting.push({ connection, timer });
  }

  /** A connection broke while others waited for it. */
  #replace(): void {
    if (this.#waiting.length === 0 || this.#places >= this.#options.max) return;
    this.#openOne().then((connection) => this.#giveBack(connection)).catch(() => {});
  }

  #drop(connection: Connection): void {
    this.#places -= 1;
    this.#open -= 1;
    connection.close();
  }

  #refuseAll(error: unknown): void {
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(error);
  }
}

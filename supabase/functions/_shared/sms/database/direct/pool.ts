import { type Connection, NoConnection } from "./connection.ts";

export interface PoolOptions {
  /** @throws NoConnection */
  open(): Promise<Connection>;
  readonly max: number;
  /** How many calls may be on their way on one connection. Default 1. */
  readonly callsEach?: number;
  /** Called when no connection could be had. */
  onFailure(error: unknown): void;
  /** Default 10 s. An isolate that rests gives its place at Postgres to others. */
  readonly idleMs?: number;
  /** How long a call waits for a place. It has sent nothing, so it may go another way. Default 2 s. */
  readonly waitMs?: number;
  /** How long to wait before the next attempt. */
  pauseMs?(failures: number): number;
}

const IDLE_MS = 10_000;
const WAIT_MS = 2_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Half to all of 1 s, 2 s, 4 s, up to 30 s. A pooler that meets a wrong password many times a second refuses everybody's
 * connections (`ECIRCUITBREAKER`, docs/postgres.md of @supabase/server 1.8).
 */
const pauseFor = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);

/** An open connection, and how many calls are on their way on it. */
interface Place {
  readonly connection: Connection;
  calls: number;
  /** Set while it rests. */
  timer?: ReturnType<typeof setTimeout>;
}

interface Waiter {
  take(place: Place): void;
  refuse(error: unknown): void;
}

/** A few connections that calls share. They are opened when they are needed, and closed when they rest. */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #open: Place[] = [];
  readonly #waiting: Waiter[] = [];
  #opening = 0;
  #failures = 0;
  #pausedUntil = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** @throws NoConnection if there is none to be had, and what `work` throws */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const place = await this.#take();
    try {
      return await work(place.connection);
    } finally {
      this.#giveBack(place);
    }
  }

  /** Closes what rests. Calls that are on their way go on. */
  close(): void {
    for (const place of this.#open.filter(({ calls }) => calls === 0)) this.#drop(place);
  }

  async #take(): Promise<Place> {
    for (const place of this.#open.filter(({ connection }) => !connection.isSound())) this.#drop(place);
    const best = this.#leastBusy();
    if (best?.calls === 0) return begin(best);
    const mayOpen = this.#open.length + this.#opening < this.#options.max &&
      performance.now() >= this.#pausedUntil;
    if (best && best.calls < this.#callsEach()) {
      if (mayOpen) this.#openBeside();
      return begin(best);
    }
    // After a failure nobody waits for the next attempt: it may take seconds to fail again.
    const mayWait = this.#failures === 0 || best !== undefined;
    if (mayOpen && mayWait) return await this.#openOne();
    if (mayOpen) this.#openBeside();
    else if (best || (this.#opening > 0 && mayWait)) return await this.#wait();
    throw new NoConnection("Postgres could not be reached a moment ago");
  }

  #callsEach(): number {
    return this.#options.callsEach ?? 1;
  }

  #leastBusy(): Place | undefined {
    return this.#open.reduce<Place | undefined>(
      (best, place) => best && best.calls <= place.calls ? best : place,
      undefined,
    );
  }

  async #wait(): Promise<Place> {
    const { promise, resolve: take, reject: refuse } = Promise.withResolvers<Place>();
    const waiter = { take, refuse };
    this.#waiting.push(waiter);
    const timer = setTimeout(() => {
      const at = this.#waiting.indexOf(waiter);
      if (at >= 0) this.#waiting.splice(at, 1);
      refuse(new NoConnection("Every connection was busy"));
    }, this.#options.waitMs ?? WAIT_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Opens a connection for a call, and for those who wait. */
  async #openOne(): Promise<Place> {
    this.#opening += 1;
    let connection: Connection;
    try {
      connection = await this.#options.open();
    } catch (error) {
      this.#failures += 1;
      const { pauseMs = pauseFor } = this.#options;
      this.#pausedUntil = performance.now() + pauseMs(this.#failures);
      this.#options.onFailure(error);
      if (this.#open.length === 0) this.#refuseAll(error);
      throw error;
    } finally {
      this.#opening -= 1;
    }
    const place = begin({ connection, calls: 0 });
    this.#open.push(place);
    this.#failures = 0;
    this.#pausedUntil = 0;
    this.#offer(place);
    return place;
  }

  /** Opens a connection that nobody waits for. */
  #openBeside(): void {
    this.#openOne().then((place) => this.#giveBack(place)).catch(() => {});
  }

  #giveBack(place: Place): void {
    place.calls -= 1;
    if (place.connection.isSound()) return this.#offer(place);
    this.#drop(place);
    // It broke while others waited for it.
    if (this.#waiting.length === 0 || this.#open.length + this.#opening >= this.#options.max) return;
    this.#openBeside();
  }

  /** To those who wait, or to rest. */
  #offer(place: Place): void {
    while (place.calls < this.#callsEach()) {
      const next = this.#waiting.shift();
      if (!next) break;
      next.take(begin(place));
    }
    if (place.calls > 0) return;
    clearTimeout(place.timer);
    place.timer = setTimeout(() => this.#drop(place), this.#options.idleMs ?? IDLE_MS);
  }

  #drop(place: Place): void {
    clearTimeout(place.timer);
    const at = this.#open.indexOf(place);
    if (at >= 0) this.#open.splice(at, 1);
    place.connection.close();
  }

  #refuseAll(error: unknown): void {
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(error);
  }
}

function begin(place: Place): Place {
  clearTimeout(place.timer);
  place.calls += 1;
  return place;
}

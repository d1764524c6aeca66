import { type Lite, type LiteOptions, startLite } from "./lite.ts";
import { gatewayError } from "./responses.ts";

/** All connections end within that time when the server does. */
const GRACE_MS = 300;
const RETRY_MS = 200;

/**
 * A lite that outlives a crash of the server, as PostgREST does: what was under way is answered 503, and so is what
 * comes before the server is back.
 */
export async function startReconnectingLite(options: LiteOptions): Promise<Lite> {
  const reconnecting = new ReconnectingLite(options);
  await reconnecting.connect();
  return reconnecting;
}

interface Connected {
  lite: Lite;
  /** Resolves when the server has gone. */
  lost: Promise<void>;
  lose(): void;
}

class ReconnectingLite implements Lite {
  #connected: Connected | null = null;
  #closed = false;

  constructor(private readonly options: LiteOptions) {}

  async connect(): Promise<void> {
    let renewal: Promise<void> | undefined;
    const lite = await startLite(this.options, () => void (renewal ??= this.#renew()));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#connected = { lite, lost: promise, lose: resolve };
  }

  async fetch(request: Request): Promise<Response> {
    if (!this.#connected) return databaseLost();
    const { lite, lost } = this.#connected;
    return await Promise.race([lite.fetch(request), lost.then(databaseLost)]);
  }

  async reloadSchema(): Promise<void> {
    await this.#connected?.lite.reloadSchema();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#connected?.lite.close();
  }

  async #renew(): Promise<void> {
    const old = this.#connected;
    await wait(GRACE_MS);
    this.#connected = null;
    old?.lose();
    void old?.lite.close().catch(() => {/* its server is gone */});
    while (!this.#closed && !await this.#reconnects()) await wait(RETRY_MS);
  }

  async #reconnects(): Promise<boolean> {
    try {
      await this.connect();
      return true;
    } catch {
      return false;
    }
  }
}

/** https://docs.postgrest.org/en/v13/references/errors.html */
function databaseLost(): Response {
  return gatewayError(503, "PGRST001", "Database connection lost. Retrying the connection.");
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

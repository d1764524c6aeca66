import { describeError, type Logger } from "../../log.ts";
import type { RpcAnswer, RpcClient } from "../rpc.ts";
import { type Answer, NoConnection, openConnection } from "./connection.ts";
import { ConnectionPool } from "./pool.ts";
import { verbStatement } from "./statement.ts";
import type { Target } from "./target.ts";

export interface DirectOptions {
  readonly target: Target;
  /** How many connections this isolate may have. */
  readonly max: number;
  /** How long a call may take. */
  readonly timeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Logger;
  readonly open?: typeof openConnection;
}

/** The verbs of the secret key, straight to Postgres. */
export interface DirectDatabase {
  /** @param api the way that is taken when there is no connection to be had */
  orBy(api: RpcClient): RpcClient;
  close(): void;
}

const SAY_EVERY_MS = 60_000;
/**
 * How many calls may be on their way on a connection of the database's own: Postgres begins the next one while we read the
 * answer to the one before. A pooler may give the connection to somebody else after each transaction, so there it is one.
 */
const CALLS_EACH = 16;

/**
 * Calls go straight to Postgres. If there is no connection to be had, nothing was sent, and the same call goes through the
 * API. If a connection breaks during a call, its outcome is unknown: that is an error, as it is for a call through the API.
 */
export function createDirect(options: DirectOptions): DirectDatabase {
  const { target: { setting, address }, max, timeoutMs, applicationName, open = openConnection } = options;
  const say = everyMinute((error) =>
    options.log.warn({ outcome: "NO_DIRECT_CONNECTION", setting, error: describeError(error) })
  );
  const pool = new ConnectionPool({
    max,
    callsEach: address?.pooled ? 1 : CALLS_EACH,
    open: () => {
      if (address === null) throw new NoConnection(`${setting} is not a connection string`);
      return open(address, applicationName);
    },
    onFailure: say,
  });
  return {
    orBy: (api) => ({
      async rpc(verb, args) {
        try {
          const statement = verbStatement(verb, args);
          return asRpc(await pool.use((connection) => connection.call(statement, timeoutMs)));
        } catch (error) {
          if (!(error instanceof NoConnection)) throw error;
          say(error);
          return await api.rpc(verb, args);
        }
      },
    }),
    close: () => pool.close(),
  };
}

const asRpc = (answer: Answer): RpcAnswer =>
  "failure" in answer ? { data: null, error: answer.failure } : { data: answer.data, error: null };

function everyMinute(say: (error: unknown) => void): (error: unknown) => void {
  let nextAt = -Infinity;
  return (error) => {
    const now = performance.now();
    if (now < nextAt) return;
    nextAt = now + SAY_EVERY_MS;
    say(error);
  };
}

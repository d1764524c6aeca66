import type { Break } from "../break.ts";

const direct = "supabase/functions/_shared/sms/database/direct";
const connection = "tests/unit/sms/database/connection.test.ts";
const pool = "tests/unit/sms/database/pool.test.ts";
const database = "tests/database/direct.test.ts";

export const directBreaks: Break[] = [
  {
    name: "direct connection: a direct call acts with the rights of the owner",
    in: `${direct}/connection.ts`,
    find: "begin; set local role service_role;",
    replace: "begin;",
    caughtBy: [database],
  },
  {
    name: "direct connection: a server that greets and says nothing is waited for",
    in: `${direct}/connection.ts`,
    find: "await Promise.race([probe(), limit.promise]);",
    replace: "await Promise.race([client.connect(), limit.promise]);",
    caughtBy: [connection],
  },
  {
    name: "direct connection: a verb that ran alone is called once more",
    in: `${direct}/connection.ts`,
    find: 'if (answered.status === "fulfilled") return this.#ranAlone();',
    replace: "",
    caughtBy: [connection],
  },
  {
    name: "direct connection: a broken pipe is taken for an error of Postgres",
    in: `${direct}/connection.ts`,
    find: ' && typeof severity === "string" &&',
    replace: " && severity !== 0 &&",
    caughtBy: [connection],
  },
  {
    name: "direct connection: a call that took too long leaves its connection to the next",
    in: `${direct}/connection.ts`,
    find: 'if (results === "too late") {\n      this.break();',
    replace: 'if (results === "too late") {',
    caughtBy: [database],
  },
  {
    name: "direct connection: a call that broke is made again through the API",
    in: `${direct}/client.ts`,
    find: "return asRpc(await pool.use((connection) => connection.call(statement, timeoutMs)));",
    replace:
      "const answer = asRpc(await pool.use((connection) => connection.call(statement, timeoutMs)));\n          return answer.error ? await api.rpc(verb, args) : answer;",
    caughtBy: [database],
  },
  {
    name: "direct connection: those who wait get a new connection only when its first call is over",
    in: `${direct}/pool.ts`,
    find: "    this.#pausedUntil = 0;\n    this.#offer(place);",
    replace: "    this.#pausedUntil = 0;",
    caughtBy: [pool],
  },
  {
    name: "direct connection: every call tries to connect while Postgres is away",
    in: `${direct}/pool.ts`,
    find: "performance.now() >= this.#pausedUntil",
    replace: "performance.now() >= 0",
    caughtBy: [pool],
  },
];

import { strict as assert } from "node:assert";
import {
  type Answer,
  type Connection,
  NoConnection,
  openConnection,
} from "../../../../supabase/functions/_shared/sms/database/direct/connection.ts";

// https://www.postgresql.org/docs/17/protocol-message-formats.html
const encoder = new TextEncoder();
function message(type: string, body: string | number[]): number[] {
  const bytes = typeof body === "string" ? [...encoder.encode(body)] : body;
  return [type.charCodeAt(0), 0, 0, 0, bytes.length + 4, ...bytes];
}
const GREETING = [...message("R", [0, 0, 0, 0]), ...message("Z", "I")];
const complete = (tag: string) => message("C", `${tag}\0`);
const BEGUN = [...complete("BEGIN"), ...complete("SET"), ...complete("SET"), ...message("Z", "T")];
const COMMITTED = [...complete("COMMIT"), ...message("Z", "I")];
const failed = (code: string) => message("E", `SERROR\0C${code}\0Mcanceled\0\0`);

interface Script extends AsyncDisposable {
  open(): Promise<Connection>;
  /** Breaks the connection on the server's side. */
  break(): void;
}

/** A server that answers what comes by a list, one entry for each packet, and then says nothing. */
function serverThatAnswers(...answers: number[][]): Script {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const clients: Deno.TcpConn[] = [];
  const serving = (async () => {
    for await (const client of listener) {
      clients.push(client);
      const chunk = new Uint8Array(65_536);
      for (const answer of answers) {
        if (await client.read(chunk).catch(() => null) === null) break;
        await client.write(new Uint8Array(answer)).catch(() => {});
      }
    }
  })();
  const address = { host: "127.0.0.1", port: listener.addr.port, user: "u", password: "p", database: "d" };
  const breakAll = () => clients.splice(0).forEach((client) => client.close());
  return {
    open: () => openConnection({ ...address, tls: false, pooled: false }, "test"),
    break: breakAll,
    async [Symbol.asyncDispose]() {
      listener.close();
      breakAll();
      await serving;
    },
  };
}

const call = (connection: Connection): Promise<Answer> =>
  connection.call({ text: "select public.sms_x(a => $1) as answer", values: ["x"] }, 5_000);

Deno.test("a server that greets and then says nothing is no connection", async () => {
  await using server = serverThatAnswers(GREETING);
  await assert.rejects(server.open(), (error) => {
    return error instanceof NoConnection && error.cause instanceof Error &&
      /timeout/.test(error.cause.message);
  });
});

Deno.test("a server that may not begin has not run the verb", async () => {
  const refused = [
    ...failed("57014"),
    ...message("Z", "E"),
    ...failed("25P02"),
    ...message("Z", "E"),
    ...COMMITTED,
  ];
  await using server = serverThatAnswers(GREETING, [...BEGUN, ...COMMITTED], refused);
  const connection = await server.open();
  await assert.rejects(call(connection), NoConnection);
  assert.equal(connection.isSound(), false);
});

Deno.test("a verb that ran although nothing was begun is not called once more", async () => {
  const alone = [
    ...failed("57014"),
    ...message("Z", "I"),
    ...complete("SELECT 1"),
    ...message("Z", "I"),
    ...COMMITTED,
  ];
  await using server = serverThatAnswers(GREETING, [...BEGUN, ...COMMITTED], alone);
  const connection = await server.open();
  assert.deepEqual(await call(connection), {
    failure: { code: "08006", message: "Postgres did not begin a transaction" },
  });
  assert.equal(connection.isSound(), false);
});

Deno.test("a connection that the server has closed leaves an unknown outcome, whatever the system calls it", async () => {
  await using server = serverThatAnswers(GREETING, [...BEGUN, ...COMMITTED]);
  const connection = await server.open();
  server.break();
  const answer = await call(connection);
  assert.equal("failure" in answer && answer.failure.code, "08006");
  assert.equal(connection.isSound(), false);
});

import { strict as assert } from "node:assert";
import { createServer, type Server } from "node:net";
import postgres from "postgres";
import { isLostStatement, outliveDatabase } from "../../../local/driver_guard.ts";

// What a server says to a client that it lets in: AuthenticationOk, and ReadyForQuery.
const WELCOME = new Uint8Array([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** A server that lets a client in, and resets the connection at the first statement. */
async function resettingServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.once("data", () => {
      socket.write(WELCOME);
      socket.once("data", () => socket.resetAndDestroy());
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

Deno.test("a connection reset while the driver asks for array types ends no process", async () => {
  outliveDatabase();
  const unheard = Promise.withResolvers<unknown>();
  globalThis.addEventListener("unhandledrejection", ({ reason }) => unheard.resolve(reason), { once: true });
  const server = await resettingServer();
  const { port } = server.address() as { port: number };
  const sql = postgres(`postgres://anybody@127.0.0.1:${port}/any`, { max: 1 });
  await assert.rejects(async () => void await sql`select 1`, { code: "ECONNRESET" });
  // The same reset, of the statement that nobody waits for: without the guard, the test run ends here.
  assert.equal((await unheard.promise as { code: string }).code, "ECONNRESET");
  await sql.end({ timeout: 1 });
  await new Promise((closed) => server.close(closed));
});

Deno.test("a rejection that is no lost connection is not ignored", () => {
  for (const reason of [new Error("ours"), Object.assign(new Error("our socket"), { code: "ECONNRESET" })]) {
    assert.equal(isLostStatement(reason), false);
  }
});

/** As the driver throws it, and where. */
function lateWrite(): TypeError {
  const error = new TypeError("Cannot read properties of null (reading 'write')");
  error.stack = `${error.message}\n    at nextWrite (file:///postgres/src/connection.js:255:22)`;
  return error;
}

Deno.test("a late write of the driver does not leave its immediate, and every other error does", async () => {
  outliveDatabase();
  const seen: unknown[] = [];
  const see = (event: ErrorEvent) => {
    seen.push(event.error);
    event.preventDefault();
  };
  globalThis.addEventListener("error", see);
  const ours = new TypeError("ours");
  for (const error of [lateWrite(), ours]) {
    setImmediate(() => {
      throw error;
    });
  }
  await new Promise((done) => setImmediate(done));
  globalThis.removeEventListener("error", see);
  assert.deepEqual(seen, [ours]);
});

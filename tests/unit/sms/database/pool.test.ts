import { strict as assert } from "node:assert";
import {
  type Connection,
  NoConnection,
} from "../../../../supabase/functions/_shared/sms/database/direct/connection.ts";
import { ConnectionPool } from "../../../../supabase/functions/_shared/sms/database/direct/pool.ts";

interface FakeConnection extends Connection {
  break(): void;
  closed: boolean;
}

function fakeConnection(): FakeConnection {
  let sound = true;
  return {
    closed: false,
    isSound: () => sound,
    call: () => Promise.reject(new Error("The pool calls nothing")),
    break: () => sound = false,
    close() {
      this.closed = true;
      sound = false;
    },
  };
}

/** A pool whose connections the test opens and refuses by hand. */
function poolOf(
  options: { max: number; callsEach?: number; idleMs?: number; waitMs?: number; pauseMs?: number },
) {
  const openings: PromiseWithResolvers<Connection>[] = [];
  const failures: unknown[] = [];
  const pool = new ConnectionPool({
    max: options.max,
    callsEach: options.callsEach ?? 1,
    waitMs: options.waitMs ?? 60_000,
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
    pauseMs: () => options.pauseMs ?? 0,
    open() {
      const opening = Promise.withResolvers<Connection>();
      openings.push(opening);
      return opening.promise;
    },
    onFailure: (error) => failures.push(error),
  });
  return { pool, openings, failures };
}

/** Takes a connection and keeps it until `done` is called. */
function hold(pool: ConnectionPool) {
  const taken = Promise.withResolvers<Connection>();
  const held = Promise.withResolvers<void>();
  const used = pool.use((connection) => {
    taken.resolve(connection);
    return held.promise;
  });
  used.catch(taken.reject);
  // A test looks at one of the two.
  taken.promise.catch(() => {});
  return { taken: taken.promise, used, done: held.resolve };
}

const refused = (promise: Promise<unknown>) => assert.rejects(promise, NoConnection);

Deno.test("a pool opens a connection for the first call and keeps it for the next", async () => {
  const { pool, openings } = poolOf({ max: 2 });
  const connection = fakeConnection();
  const first = hold(pool);
  openings[0]?.resolve(connection);
  assert.equal(await first.taken, connection);
  first.done();
  await first.used;
  assert.equal(await pool.use((same) => Promise.resolve(same)), connection);
  assert.equal(openings.length, 1);
  pool.close();
  assert(connection.closed);
});

Deno.test("calls beyond the pool's size wait in order for a connection to come free", async () => {
  const { pool, openings } = poolOf({ max: 1 });
  const connection = fakeConnection();
  const calls = [hold(pool), hold(pool), hold(pool)] as const;
  openings[0]?.resolve(connection);
  const order: number[] = [];
  calls.forEach(({ taken }, index) => void taken.then(() => order.push(index)));
  for (const call of calls) {
    assert.equal(await call.taken, connection);
    call.done();
    await call.used;
  }
  assert.deepEqual([openings.length, order], [1, [0, 1, 2]]);
  pool.close();
});

Deno.test("calls share a connection up to its number, and others are opened beside", async () => {
  const { pool, openings } = poolOf({ max: 2, callsEach: 2 });
  const [one, two] = [fakeConnection(), fakeConnection()];
  const first = hold(pool);
  openings[0]?.resolve(one);
  await first.taken;
  const second = hold(pool);
  assert.equal(await second.taken, one, "it does not wait for the other connection");
  openings[1]?.resolve(two);
  const others = [hold(pool), hold(pool), hold(pool)] as const;
  assert.deepEqual([await others[0].taken, await others[1].taken], [two, two]);
  first.done();
  assert.equal(await others[2].taken, one, "the fifth waited for a place");
  for (const call of [second, ...others]) call.done();
  await Promise.all([first, second, ...others].map(({ used }) => used));
  assert.equal(openings.length, 2);
  pool.close();
});

Deno.test("those who waited for the first connection all get it, up to its number", async () => {
  const { pool, openings } = poolOf({ max: 1, callsEach: 3 });
  const calls = [hold(pool), hold(pool), hold(pool)] as const;
  const connection = fakeConnection();
  openings[0]?.resolve(connection);
  for (const { taken } of calls) assert.equal(await taken, connection);
  for (const call of calls) call.done();
  await Promise.all(calls.map(({ used }) => used));
  pool.close();
});

Deno.test("a call that has waited too long for a place is told, and takes no place later", async () => {
  const { pool, openings } = poolOf({ max: 1, waitMs: 0 });
  const first = hold(pool);
  openings[0]?.resolve(fakeConnection());
  await first.taken;
  await refused(hold(pool).used);
  first.done();
  await first.used;
  const next = hold(pool);
  await next.taken;
  next.done();
  await next.used;
  assert.equal(openings.length, 1);
  pool.close();
});

Deno.test("a broken connection is not given to the next call", async () => {
  const { pool, openings } = poolOf({ max: 1 });
  const [broken, sound] = [fakeConnection(), fakeConnection()];
  const first = hold(pool);
  const second = hold(pool);
  openings[0]?.resolve(broken);
  await first.taken;
  broken.break();
  first.done();
  await first.used;
  openings[1]?.resolve(sound);
  assert.equal(await second.taken, sound, "the one that waited gets a new one");
  second.done();
  await second.used;
  sound.break();
  const third = hold(pool);
  openings[2]?.resolve(fakeConnection());
  assert.notEqual(await third.taken, sound, "one that broke while it rested is not used");
  third.done();
  await third.used;
  pool.close();
});

Deno.test("when no connection can be opened, every call that waits is told", async () => {
  const { pool, openings, failures } = poolOf({ max: 1, pauseMs: 60_000 });
  const calls = [hold(pool), hold(pool)] as const;
  openings[0]?.reject(new NoConnection("refused"));
  for (const { used } of calls) await refused(used);
  assert.equal(failures.length, 1);
  await refused(hold(pool).used);
  assert.equal(openings.length, 1, "no attempt during the pause");
});

Deno.test("after a failure no call waits for the next attempt", async () => {
  const { pool, openings } = poolOf({ max: 1, pauseMs: 0 });
  const first = hold(pool);
  openings[0]?.reject(new NoConnection("refused"));
  await refused(first.used);
  await refused(hold(pool).used);
  assert.equal(openings.length, 2, "an attempt is made beside the call");
  const connection = fakeConnection();
  openings[1]?.resolve(connection);
  await openings[1]?.promise;
  await Promise.resolve();
  const next = hold(pool);
  assert.equal(await next.taken, connection);
  next.done();
  await next.used;
  pool.close();
});

Deno.test("a connection that rests is closed", async () => {
  const { pool, openings } = poolOf({ max: 1, idleMs: 0 });
  const connection = fakeConnection();
  const closed = Promise.withResolvers<void>();
  connection.close = closed.resolve;
  const call = hold(pool);
  openings[0]?.resolve(connection);
  await call.taken;
  call.done();
  await call.used;
  await closed.promise;
  const next = hold(pool);
  assert.equal(openings.length, 2, "the place is free again");
  openings[1]?.resolve(fakeConnection());
  await next.taken;
  next.done();
  await next.used;
  pool.close();
});

import assert from "node:assert/strict";
import { AppError } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import {
  createTwilioAccounts,
  type TwilioAccountsDependencies,
} from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { ACCOUNT, accountWith, capturedLog, fakeClient, settingsWith, TOKEN, vault } from "../support.ts";

async function accounts(more: Partial<TwilioAccountsDependencies> = {}) {
  const account = await accountWith({ current: TOKEN });
  const connected = new Set([ACCOUNT]);
  const client = fakeClient({
    sms_get_account: ({ account_sid }) => connected.has(String(account_sid)) ? account : null,
  });
  const clock = { time: 0 };
  const { log } = capturedLog();
  const known = createTwilioAccounts({
    twilio: settingsWith().twilio,
    vault,
    log,
    now: () => clock.time,
    ...more,
  });
  return { client, clock, connected, read: (sid: string) => known.read(client, sid) };
}

const stranger = (n: number) => `AC${n.toString(16).padStart(32, "0")}`;
const unavailable = (error: unknown) => error instanceof AppError && error.status === 503;

Deno.test("read() asks the database once a minute for an account", async () => {
  const { client, clock, read } = await accounts();
  for (const time of [0, 1, 59_999]) {
    clock.time = time;
    assert.deepEqual((await read(ACCOUNT))?.tokens, [TOKEN]);
  }
  assert.equal(client.calls.length, 1);
  clock.time = 60_000;
  await read(ACCOUNT);
  assert.equal(client.calls.length, 2);
});

Deno.test("read() asks once for many requests that come together", async () => {
  const { client, read } = await accounts();
  await Promise.all(Array.from({ length: 100 }, () => read(ACCOUNT)));
  assert.equal(client.calls.length, 1);
});

Deno.test("read() asks no more than 20 times a second for accounts nobody connected", async () => {
  const { client, clock, read } = await accounts();
  for (let i = 0; i < 20; i++) assert.equal(await read(stranger(i)), null);
  for (let i = 20; i < 200; i++) await assert.rejects(read(stranger(i)), unavailable);
  assert.equal(client.calls.length, 20);
  // Those that are known not to exist cost nothing.
  assert.equal(await read(stranger(0)), null);
  clock.time += 1_000;
  assert.equal(await read(stranger(20)), null);
  assert.equal(client.calls.length, 21);
});

Deno.test("read() has no such limit for accounts of our own rows", async () => {
  const { connected, read } = await accounts({ unknownAccountLookupsPerSecond: Infinity });
  for (let i = 0; i < 100; i++) connected.add(stranger(i));
  for (let i = 0; i < 100; i++) assert.ok(await read(stranger(i)));
});

Deno.test("read() keeps serving a known account while strangers invent accounts", async () => {
  const { clock, read } = await accounts();
  await read(ACCOUNT);
  for (let i = 0; i < 2_000; i++) {
    if (i % 20 === 0) clock.time += 1_000;
    await read(stranger(i));
    assert.ok(await read(ACCOUNT));
  }
  // Its minute is over and the strangers have used up the second: a known account is read all the same.
  clock.time += 60_000;
  for (let i = 5_000; i < 5_020; i++) await read(stranger(i));
  await assert.rejects(read(stranger(6_000)), unavailable);
  assert.ok(await read(ACCOUNT));
});

Deno.test("read() knows an account as soon as it is connected, also if it was asked for a moment before", async () => {
  const { connected, read } = await accounts();
  connected.delete(ACCOUNT);
  for (let i = 0; i < 5; i++) assert.equal(await read(ACCOUNT), null);
  connected.add(ACCOUNT);
  assert.ok(await read(ACCOUNT));
});

Deno.test("read() looks no more than ten times a second for accounts that are known not to exist", async () => {
  const { client, clock, connected, read } = await accounts();
  for (let i = 0; i < 500; i++) assert.equal(await read(stranger(0)), null);
  assert.equal(client.calls.length, 10);
  // There is still room for one never looked for.
  assert.equal(await read(stranger(1)), null);
  assert.equal(client.calls.length, 11);
  clock.time += 1_000;
  for (let i = 0; i < 500; i++) assert.equal(await read(stranger(0)), null);
  assert.equal(client.calls.length, 21);
  connected.add(stranger(0));
  assert.equal(await read(stranger(0)), null, "believed unknown while strangers keep us busy");
  clock.time += 1_000;
  assert.ok(await read(stranger(0)));
});

Deno.test("read() forgets a disconnected account within a minute", async () => {
  const { clock, connected, read } = await accounts();
  assert.ok(await read(ACCOUNT));
  connected.delete(ACCOUNT);
  clock.time += 59_999;
  assert.ok(await read(ACCOUNT));
  clock.time += 1;
  assert.equal(await read(ACCOUNT), null);
});

import assert from "node:assert/strict";
import { listAccountSids } from "../../../../supabase/functions/_shared/sms/database/verbs/accounts.ts";
import { AppError } from "../../../../supabase/functions/_shared/sms/http/errors.ts";
import { createTwilioAccounts } from "../../../../supabase/functions/_shared/sms/twilio/tokens.ts";
import { ACCOUNT, accountWith, capturedLog, fakeClient, settingsWith, TOKEN, vault } from "../support.ts";

async function accounts({ ownRows = false } = {}) {
  const account = await accountWith({ current: TOKEN });
  const connected = new Set([ACCOUNT]);
  const client = fakeClient({
    sms_get_account: ({ account_sid }) => connected.has(String(account_sid)) ? account : null,
    sms_list_account_sids: () => ({ outcome: "listed", account_sids: [...connected] }),
  });
  const clock = { time: 0 };
  const { log } = capturedLog();
  const known = createTwilioAccounts({
    twilio: settingsWith().twilio,
    vault,
    log,
    now: () => clock.time,
    ...(ownRows ? {} : { connectedSids: listAccountSids }),
  });
  return {
    client,
    clock,
    connected,
    read: (sid: string) => known.read(client, sid),
    readAfresh: (sid: string) => known.readAfresh(client, sid),
    looks: () => client.of("sms_get_account").length,
    lists: () => client.of("sms_list_account_sids").length,
  };
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
  const { looks, read } = await accounts();
  await Promise.all(Array.from({ length: 100 }, () => read(ACCOUNT)));
  assert.equal(looks(), 1);
});

Deno.test("read() looks up no account that nobody connected, but for the first", async () => {
  const { looks, lists, clock, read } = await accounts();
  assert.equal(await read(stranger(0)), null);
  let late = 0;
  for (let i = 1; i <= 1_000; i++) {
    clock.time += 10;
    await read(stranger(i)).then((found) => assert.equal(found, null), (error) => {
      assert(unavailable(error));
      late += 1;
    });
  }
  assert.equal(looks(), 1, "a hundred a second for ten seconds");
  assert(lists() <= 16, `who is connected is read once a second, and five times at first: ${lists()}`);
  assert(late > 900, "the others are told to come again, not that they are strangers");
});

Deno.test("read() finds a connected account that is not in memory while strangers invent accounts", async () => {
  const { connected, read } = await accounts();
  for (let i = 500; i < 600; i++) connected.add(stranger(i));
  for (let i = 0; i < 100; i++) await read(stranger(i)).catch(() => {});
  for (let i = 500; i < 600; i++) assert.ok(await read(stranger(i)));
  await assert.rejects(read(stranger(100)), unavailable);
});

Deno.test("read() waits for no stranger: a hundred at once cost the first account of a process one list", async () => {
  const { looks, lists, read } = await accounts();
  const strangers = Array.from({ length: 100 }, (_, n) => read(stranger(n)).catch(() => null));
  assert.ok(await read(ACCOUNT));
  await Promise.all(strangers);
  assert.equal(looks(), 2);
  assert(lists() <= 5);
});

Deno.test("read() has no such limit for accounts of our own rows", async () => {
  const { connected, read } = await accounts({ ownRows: true });
  for (let i = 0; i < 100; i++) connected.add(stranger(i));
  for (let i = 0; i < 100; i++) assert.ok(await read(stranger(i)));
  for (let i = 100; i < 200; i++) assert.equal(await read(stranger(i)), null);
});

Deno.test("read() keeps serving a known account while strangers invent accounts", async () => {
  const { clock, read } = await accounts();
  await read(ACCOUNT);
  for (let i = 0; i < 2_000; i++) {
    if (i % 20 === 0) clock.time += 1_000;
    await read(stranger(i)).catch(() => null);
    assert.ok(await read(ACCOUNT));
  }
});

Deno.test("read() knows an account as soon as it is connected, also if it was asked for a moment before", async () => {
  const { connected, read } = await accounts();
  connected.delete(ACCOUNT);
  for (let i = 0; i < 4; i++) assert.equal(await read(ACCOUNT), null);
  connected.add(ACCOUNT);
  assert.ok(await read(ACCOUNT));
});

Deno.test("read() never says of an account that was just connected that nobody has", async () => {
  const { clock, connected, read } = await accounts();
  connected.delete(ACCOUNT);
  for (let i = 0; i < 100; i++) await read(ACCOUNT).catch(() => null);
  connected.add(ACCOUNT);
  await assert.rejects(read(ACCOUNT), unavailable);
  clock.time += 1_000;
  assert.ok(await read(ACCOUNT));
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

Deno.test("readAfresh() joins no look that began before it: what was given in between is seen", async () => {
  let account = await accountWith({ current: TOKEN });
  const held = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let looks = 0;
  const client = fakeClient({
    sms_get_account: async () => {
      const seen = account;
      await held[looks++]?.promise;
      return seen;
    },
  });
  const known = createTwilioAccounts({ twilio: settingsWith().twilio, vault, log: capturedLog().log });
  const first = known.read(client, ACCOUNT);
  held[0]?.resolve();
  await first;
  const before = known.readAfresh(client, ACCOUNT);
  await Promise.resolve();
  account = await accountWith({ current: "given since" });
  const after = [1, 2, 3].map(() => known.readAfresh(client, ACCOUNT));
  held[1]?.resolve();
  assert.deepEqual((await before)?.tokens, [TOKEN]);
  for (const one of after) assert.deepEqual((await one)?.tokens, ["given since"]);
  assert.equal(looks, 3, "the three that came later share one look");
});

Deno.test("readAfresh() looks again once a second in the long run, and says when it may not", async () => {
  const { clock, looks, read, readAfresh } = await accounts();
  await read(ACCOUNT);
  for (let i = 0; i < 5; i++) assert.ok(await readAfresh(ACCOUNT));
  await assert.rejects(readAfresh(ACCOUNT), unavailable);
  clock.time += 1_000;
  assert.ok(await readAfresh(ACCOUNT));
  await assert.rejects(readAfresh(ACCOUNT), unavailable);
  assert.equal(looks(), 7);
});

Deno.test("the default account asks with SMS_TWILIO_API_KEY, and needs no token then", async () => {
  const [sid, secret] = [`SK${"1".repeat(32)}`, "of=the+key"];
  const own = `AC${"d".repeat(32)}`;
  const read = (more: Record<string, string>) =>
    createTwilioAccounts({
      twilio: settingsWith({ TWILIO_ACCOUNT_SID: own, TWILIO_AUTH_TOKEN: undefined, ...more }).twilio,
      vault,
      log: capturedLog().log,
    }).read(fakeClient({}), own);
  const bare = await read({});
  assert.deepEqual([bare?.apiKey, bare?.tokens, bare?.unreadable], [null, [], true]);
  const alone = await read({ SMS_TWILIO_API_KEY: `${sid}=${secret}` });
  assert.deepEqual([alone?.apiKey, alone?.tokens, alone?.unreadable], [{ sid, secret }, [], false]);
  const both = await read({ SMS_TWILIO_API_KEY: `${sid}=${secret}`, TWILIO_AUTH_TOKEN: "signs" });
  assert.deepEqual([both?.apiKey?.sid, both?.tokens], [sid, ["signs"]]);
});

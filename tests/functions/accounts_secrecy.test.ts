/** A token goes in and never comes out again: not in an answer, a table, a verb, an error or a log. */
import { strict as assert } from "node:assert";
import { callAccounts, connect } from "./accounts_support.ts";
import { anonymous, newSid, stackForFile } from "./support.ts";

const stack = await stackForFile({ worker: false, functionEnv: { SMS_LOG_LEVEL: "debug" } });
const { carrier } = stack;
const lines: string[] = [];
stack.functions.onLog(({ text }) => lines.push(text));

const owner = await stack.createUser();
const mine = carrier.addAccount();
const next = carrier.createSecondaryToken(mine.accountSid);
const wrong = "feedfacefeedfacefeedfacefeedface";
/** Tokens, and the beginning of every sealed one (`{"alg":"dir"…`): nothing that is sealed comes out either. */
const SECRETS = [
  mine.authToken,
  next,
  wrong,
  "eyJhbGciOiJkaXIi",
  btoa(`${mine.accountSid}:${mine.authToken}`),
];

function showsNothing(what: string, shown: unknown): void {
  const text = typeof shown === "string" ? shown : JSON.stringify(shown);
  for (const secret of SECRETS) assert(!text.includes(secret), `${what} shows ${secret} in ${text}`);
}

Deno.test("no answer holds a token: neither a good one, nor an error that is about it", async () => {
  showsNothing("connecting", await connect(owner, mine, { label: "Mine" }));
  showsNothing("renewing", await connect(owner, { ...mine, authToken: next }));
  showsNothing("the list", await callAccounts(owner.client, "GET"));
  showsNothing("one account", await callAccounts(owner.client, "GET", `/${mine.accountSid}`));
  const refusals = [
    await connect(owner, { ...mine, authToken: wrong }),
    await connect(owner, { ...mine, authToken: `${wrong} ` }),
    await connect(owner, { ...mine, authToken: wrong.repeat(9) }),
    await connect(owner, mine, { trunk_sid: newSid("TK") }),
    await connect(owner, mine, { trunk_sid: wrong }),
    await connect(await stack.createUser(), mine),
  ];
  assert.deepEqual(refusals.map(({ body }) => body.code), [
    "TWILIO_20003",
    "INVALID_REQUEST",
    "INVALID_REQUEST",
    "TRUNK_NOT_FOUND",
    "INVALID_REQUEST",
    "ACCOUNT_TAKEN",
  ]);
  for (const refusal of refusals) showsNothing("a refusal", refusal);
  await carrier.goDown();
  const down = await connect(owner, mine);
  await carrier.comeBack();
  assert.equal(down.status, 503);
  showsNothing("Twilio's absence", down);
  stack.failPoints.arm({ on: "rpc", name: "sms_save_account", moment: "before", action: { status: 500 } });
  const failed = await connect(owner, { ...mine, authToken: mine.authToken });
  assert(failed.status >= 500);
  showsNothing("a failure of ours", failed);
});

Deno.test("its owner reads the account's row, and nobody finds a token there or in any other table", async () => {
  for (const client of [owner.client, (await stack.createUser()).client, anonymous(stack)]) {
    const { data } = await client.from("sms_accounts").select("*");
    showsNothing("the table of accounts", data);
    assert.equal(data?.length ?? 0, client === owner.client ? 1 : 0);
    const embedded = await client.from("sms_accounts").select("*, twilio_credentials(*)");
    assert(embedded.error, "credentials cannot be embedded");
    const direct = await client.schema("sms_private").from("twilio_credentials").select("*");
    assert(direct.error, "nor is their schema exposed");
    const plain = await client.from("twilio_credentials").select("*");
    assert(plain.error);
    showsNothing("the errors", [embedded.error, direct.error, plain.error]);
  }
  const { data } = await owner.client.rpc("sms_list_accounts", {});
  showsNothing("the verb for users", data);
});

Deno.test("no verb that knows tokens can be called by users or strangers, and none changed anything", async () => {
  const account = { account_sid: mine.accountSid };
  const verbs: [string, Record<string, unknown>][] = [
    ["sms_get_account", account],
    ["sms_list_credentials", { after_id: null, page_size: 10 }],
    ["sms_replace_credentials", {
      account_id: crypto.randomUUID(),
      old_current: "",
      new_current: "",
      old_previous: null,
      new_previous: null,
    }],
    ["sms_save_account", { ...account, owner_id: owner.id, encrypted_token: "mine" }],
    ["sms_disconnect_account", { ...account, owner_id: owner.id }],
    ["sms_take_turn", { owner_id: owner.id, action: "connect_account", per_minute: 1000000 }],
  ];
  const credentials = () => stack.sql`select * from sms_private.twilio_credentials`;
  const before = await credentials();
  for (const client of [owner.client, anonymous(stack)]) {
    for (const [verb, args] of verbs) {
      const { data, error } = await client.rpc(verb, args);
      assert.equal(data, null, verb);
      assert.equal(error?.code, "42501", `${verb}: ${error?.message}`);
      showsNothing(verb, error);
    }
  }
  assert.deepEqual([...await credentials()], [...before]);
});

Deno.test("what is stored is sealed, and no log line at any level holds a token", async () => {
  const rows = await stack.sql`select * from sms_private.twilio_credentials`;
  assert.equal(rows.length, 1);
  for (const secret of [mine.authToken, next]) assert(!JSON.stringify(rows).includes(secret));
  assert.match(rows[0]?.current_token, /^eyJhbGciOiJkaXIi/);
  assert(lines.length >= 12, "there is something to look at");
  for (const line of lines) showsNothing("a log line", line);
});

import assert from "node:assert/strict";
import {
  DatabaseError,
  isTransient,
  storable,
} from "../../../../supabase/functions/_shared/sms/database/rpc.ts";
import { getTwilioAccount } from "../../../../supabase/functions/_shared/sms/database/verbs/accounts.ts";
import { receiveMessage } from "../../../../supabase/functions/_shared/sms/database/verbs/receive.ts";
import { claimReplies } from "../../../../supabase/functions/_shared/sms/database/verbs/replies.ts";
import { ACCOUNT, fakeClient, replyJob } from "../support.ts";

const failedWith = (code: string) => (error: unknown) =>
  error instanceof DatabaseError && error.code === code;

Deno.test("storable() replaces what Postgres cannot hold, wherever it is", () => {
  assert.deepEqual(storable({ a: "x\u0000y", b: [{ c: "\uD800" }], d: 1, e: null }), {
    a: "x\uFFFDy",
    b: [{ c: "\uFFFD" }],
    d: 1,
    e: null,
  });
});

Deno.test("a verb's answer is parsed, and what was not agreed is an error", async () => {
  const job = replyJob("1");
  const client = fakeClient({
    sms_claim_replies: () => ({ jobs: [{ ...job, more: 1 }], next_due_in_ms: null }),
  });
  assert.deepEqual(await claimReplies(client, { batch_size: 1, lease_seconds: 90, in_hand: {} }), {
    jobs: [job],
    next_due_in_ms: null,
  });
  const changed = fakeClient({ sms_claim_replies: () => ({ jobs: [{ ...job, through_seq: "1" }] }) });
  await assert.rejects(
    claimReplies(changed, { batch_size: 1, lease_seconds: 90, in_hand: {} }),
    failedWith("UNEXPECTED_RESULT"),
  );
});

Deno.test("a verb that fails or cannot be reached is a DatabaseError", async () => {
  await assert.rejects(getTwilioAccount(fakeClient({}), ACCOUNT), failedWith("PGRST202"));
  const unreachable = { rpc: () => Promise.reject(new TypeError("fetch failed")) };
  await assert.rejects(getTwilioAccount(unreachable, ACCOUNT), failedWith("UNREACHABLE"));
});

Deno.test("an error never quotes what was sent", async () => {
  const client = fakeClient({ sms_receive_message: () => ({ outcome: "Hello there" }) });
  const text = {
    account_sid: ACCOUNT,
    message_sid: "SM1",
    from_number: "",
    to_number: "",
    body: "Hello there",
    media: [],
    num_segments: null,
    opt_out_type: null,
  };
  await assert.rejects(
    receiveMessage(client, text),
    (error) => error instanceof Error && !error.message.includes("Hello"),
  );
});

Deno.test("isTransient() tells what may work the next time from what will not", () => {
  const transient = [
    "UNREACHABLE",
    "40001",
    "40P01",
    "08006",
    "53300",
    "55P03",
    "57014",
    "57P01",
    "PGRST000",
    "PGRST003",
  ];
  const final = [
    "42501",
    "23505",
    "22007",
    "P0001",
    "XX000",
    "55006",
    "PGRST202",
    "PGRST301",
    "UNEXPECTED_RESULT",
  ];
  const fromBetween = ["BAD_GATEWAY", "502"];
  for (const code of [...transient, ...fromBetween]) {
    assert(isTransient(new DatabaseError("v", code, "")), code);
  }
  for (const code of final) assert(!isTransient(new DatabaseError("v", code, "")), code);
});

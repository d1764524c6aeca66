import { strict as assert } from "node:assert";
import { emptyDbTest } from "./db_test.ts";
import { outbound } from "./outbound.ts";
import { addTenant, claimReplies, messageSid, phone, text } from "./support.ts";

/** What is stored, what an update makes of it, and the rule that refuses it. */
const RULES: Record<string, [change: string, rule: string][]> = {
  "public.sms_messages where direction = 'inbound'": [
    ["direction = 'sideways'", "direction_is_known"],
    ["kind = 'poem'", "kind_is_known"],
    ["sender = 'ghost'", "sender_is_known"],
    ["status = 'delivered'", "inbound_is_received"],
    ["sender = 'person'", "inbound_is_from_contact"],
    ["message_sid = null", "inbound_has_sid"],
    ["message_sid = repeat('S', 65)", "sid_is_bounded"],
    ["user_id = null", "in_conversation_has_owner"],
    ["seq = null", "in_conversation_has_seq"],
    ["conversation_id = null", "in_conversation_has_seq"],
    ["media = '{}'", "media_is_array"],
    ["body = repeat('x', 16001)", "body_is_bounded"],
    ["num_segments = -1", "segments_are_counted"],
    ["answer_ms = -1", "answer_takes_time"],
  ],
  "public.sms_messages where direction = 'outbound'": [
    ["status = 'received'", "inbound_is_received"],
    ["status = 'lost'", "status_is_known"],
    ["sender = 'contact'", "inbound_is_from_contact"],
    ["to_number = '15005550006'", "outbound_shape"],
    ["body = repeat('x', 1601)", "outbound_shape"],
    ["body = ' '", "outbound_shape"],
    ["media = jsonb_build_array(jsonb_build_object('url', 'ftp://example.com/a'))", "outbound_shape"],
  ],
  "public.sms_conversations where true": [
    ["status = 'asleep'", "status_is_known"],
    ["end_reason = 'weather'", "end_reason_is_known"],
    ["status = 'ended'", "ended_says_when_and_why"],
    ["ended_at = now()", "ended_says_when_and_why"],
    ["ai_paused_reason = 'weather'", "pause_reason_is_known"],
    ["read_seq = last_seq + 1", "read_is_within"],
    ["read_seq = -1", "read_is_within"],
  ],
  "sms_private.jobs where kind = 'reply'": [
    ["kind = 'nap'", "kind_is_known"],
    ["kind = 'deliver'", "exactly_one_subject"],
    ["wanted_seq = null", "exactly_one_subject"],
    ["first_unanswered_at = null", "exactly_one_subject"],
    ["priority = 4", "priority_is_known"],
    ["due_at = 'infinity'", "due_some_day"],
    ["lease_token = null", "lease_is_whole"],
    ["last_error = repeat('x', 501)", "error_is_bounded"],
  ],
  "sms_private.jobs where kind = 'deliver'": [
    ["kind = 'reply'", "exactly_one_subject"],
    ["lease_expires_at = now()", "lease_is_whole"],
  ],
};

emptyDbTest("each rule of a row refuses the row that breaks it, by name", async ({ sql }, t) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "Are you open?", { message_sid: messageSid() });
  assert.equal((await claimReplies(sql, 1)).length, 1);
  await outbound(sql, tenant, phone(), "Hello");
  for (const [rows, changes] of Object.entries(RULES)) {
    const [table, condition] = rows.split(" where ");
    const count = await sql.unsafe(`update ${table} set user_id = user_id where ${condition}`);
    assert(count.count > 0, `there is a row: ${rows}`);
    for (const [change, rule] of changes) {
      await t.step(`${rows}: ${change}`, async () => {
        await assert.rejects(sql.unsafe(`update ${table} set ${change} where ${condition}`), {
          code: "23514",
          constraint_name: rule,
        });
      });
    }
  }
});

emptyDbTest("a refused row does not stand in the error", async ({ sql }) => {
  const tenant = await addTenant(sql);
  await text(sql, tenant, phone(), "My password is a secret");
  await assert.rejects(sql`update public.sms_messages set kind = 'poem'`, (error: Error) => {
    assert(!JSON.stringify({ ...error, message: error.message }).includes("password"));
    return true;
  });
});

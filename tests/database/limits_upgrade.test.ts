/** Projects that have more than the new limits allow, or longer codes than are stored now: a real upgrade. */
import { strict as assert } from "node:assert";
import { migrate, readMigrations } from "../../local/migrations.ts";
import { project } from "./adopter.ts";
import { addTenant, call, exchange, messages, phone } from "./support.ts";

Deno.test("an upgrade cuts long codes, and leaves room for what a tenant has", async () => {
  await using owner = await project("");
  const { sql } = owner;
  const all = await readMigrations();
  const first = all.findIndex(({ name }) => name === "sms_long_codes");
  assert(first > 0);
  await migrate(sql, all.slice(0, first));
  const [rich, poor] = [await addTenant(sql), await addTenant(sql)];
  await exchange(sql, rich, phone());
  const [message] = await messages(sql, rich);
  await sql`insert into public.sms_message_events (user_id, message_id, status, error_code, message_sid, source)
    values (${rich.userId}, ${message?.id}, 'failed', ${"9".repeat(60_000)}, ${"S".repeat(100)}, 'callback')`;
  await sql`insert into public.sms_assistants (user_id, name, prompt)
    select ${rich.userId}, 'Assistant ' || n, 'Be kind.' from generate_series(1, 70) n`;
  await sql`insert into public.sms_limits (user_id, tenant_replies_per_day) values (${poor.userId}, 5000)`;

  await migrate(sql, all);

  const [event] = await sql`select error_code, message_sid from public.sms_message_events
    where message_id = ${message?.id} and char_length(error_code) > 10`;
  assert.deepEqual({ ...event }, { error_code: "9".repeat(64), message_sid: "S".repeat(64) });
  const limitsOf = async (id: string) =>
    (await call(sql, "sms_get_limits", { owner_id: id })).limits as Record<string, number>;
  assert.equal((await limitsOf(rich.userId)).assistants, 2 * 71);
  const other = await limitsOf(poor.userId);
  assert.deepEqual([other.assistants, other.tenant_unsent_calls_per_day], [50, 10_000]);
});

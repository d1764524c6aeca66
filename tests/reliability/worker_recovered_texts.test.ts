import { strict as assert } from "node:assert";
import type { Row } from "../functions/rows.ts";
import { sent } from "../functions/sending.ts";
import { demoClient, phone } from "../functions/support.ts";
import { PLACES } from "./fail_points.ts";
import { recoversFromEach, type Recovery } from "./kills.ts";
import { missed, recoveredOn, stackThatLists, storedOnce } from "./missed.ts";

const stack = await stackThatLists();
const { sql } = stack;
const recovered = recoveredOn(stack);

// Refused by the database, whoever stores it: a rule of the project's own.
await sql.unsafe(`create function public.no_poison() returns trigger language plpgsql set search_path = ''
  as $$ begin raise exception 'poison'; end $$;
  create trigger no_poison before insert on public.sms_messages for each row when (new.body = 'Poison')
  execute function public.no_poison()`);

/** One of them cannot be stored: it is kept for a person, once. */
const refused: Recovery = {
  async begin() {
    const contact = phone();
    const texts = await missed(stack, contact, ["One", "Poison", "Two", "Three"]);
    return async () => {
      await storedOnce(stack, contact);
      const kept =
        await sql`select body, last_error from sms_private.texts_set_aside where from_number = ${contact}`;
      assert.deepEqual(kept.map(({ body }) => body), ["Poison"]);
      assert.match(kept[0]?.last_error, /^P0001 .*poison/);
      const [health] = await sql`select public.sms_worker_health() -> 'last_errors' as errors`;
      const shown = health?.errors.map(({ message_sid }: Row) => message_sid);
      assert(shown.includes(texts.find(({ body }) => body === "Poison")?.sid));
      // Or it would be found again in every listing to come.
      for (const text of texts) text.deleted = true;
    };
  },
};

/** A backup was restored, and a text was sent since. */
const sentSince: Recovery = {
  async begin() {
    const contact = phone();
    const { id, message_sid } = await sent(await demoClient(stack), {
      to: contact,
      body: "We close at six.",
    });
    await sql`delete from public.sms_messages where id = ${id}`;
    await sql`insert into sms_private.restores default values`;
    return async () => {
      const rows = await sql`select message_sid, sender from public.sms_messages
        where to_number = ${contact} and direction = 'outbound'`;
      assert.deepEqual(rows.map((row) => ({ ...row })), [{ message_sid, sender: "system" }]);
      assert.equal(stack.carrier.ledger.outbound({ to: contact }).length, 1);
    };
  },
};

recoversFromEach(stack, PLACES["sms-worker"].recovered, {
  "rpc sms_find_unknown_messages": recovered,
  "carrier media": recovered,
  "rpc sms_receive_message": recovered,
  "rpc sms_set_message_aside": refused,
  "rpc sms_recover_sent_message": sentSince,
});

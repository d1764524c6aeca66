/** Contacts are erased while everybody else is at work: contacts, people, workers, Twilio's reports and a merge of spellings. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import type { Sql } from "postgres";
import { emptyDbTest } from "./db_test.ts";
import {
  addFilledTenant,
  addTenant,
  belongings,
  call,
  callAs,
  claimDeliveries,
  claimReplies,
  finish,
  messageSid,
  phone,
  record,
  text,
} from "./support.ts";
import { randomFrom } from "./workload.ts";

const SECRET = "My knee hurts a lot";
/** What Postgres ends and a caller does again: a circle of locks, a contact that went meanwhile, a lock that took too long. */
const AGAIN = ["40P01", "40001", "55P03"];

async function again<T>(work: () => PromiseLike<T>, states = AGAIN): Promise<T> {
  for (let tries = 0;; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof postgres.PostgresError) || !states.includes(error.code) || tries > 20) {
        throw error;
      }
    }
  }
}

async function tablesWith(sql: Sql, needle: string): Promise<string[]> {
  const tables = await sql`select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'sms_private'::regnamespace) order by 1`;
  const found = [];
  for (const { name } of tables) {
    const rows = await sql.unsafe(
      `select t::text as row from ${name} t where position($1 in t::text) > 0 limit 1`,
      [needle],
    );
    if (rows.length > 0) found.push(`${name}: ${rows[0]?.row}`);
  }
  return found;
}

for (const seed of [1, 2]) {
  emptyDbTest(
    `contacts erased among everybody's work leave nothing but their opt-out (${seed})`,
    async ({ sql }) => {
      const random = randomFrom(seed);
      const [tenant, other] = [await addTenant(sql), await addFilledTenant(sql)];
      await sql`insert into public.sms_limits (user_id, allowed_countries, sends_per_minute, tenant_replies_per_day,
      conversation_replies_per_hour, conversation_replies_per_day) values (${tenant.userId}, null, null, null, null, null)`;
      // Here a START counts at once. On a tenant's own account it would be forgotten with a contact who is erased before the proof.
      await sql`update public.sms_accounts set shared = true, user_id = null where account_sid = ${tenant.accountSid}`;
      const numbers = Array.from({ length: 8 }, phone);
      // Of two spellings, each of which is a contact until they are merged.
      for (let i = 0; i < 4; i++) {
        const [one, two] = [`+52155123456${10 + i}`, `+5255123456${10 + i}`];
        await sql.begin(async (old) => {
          await old`set local session_replication_role = replica`;
          for (const number of [one, two]) {
            await old`insert into public.sms_contacts (user_id, number, canonical_number)
            values (${tenant.userId}, ${number}, ${number})`;
          }
        });
        numbers.push(one, two);
      }
      // Who is no contact any more may be texted anew here.
      await sql`update sms_private.settings set value = 'null' where name = 'consent_required_from'`;
      // Nothing of theirs is due, so that the workers leave it as it is.
      await sql`delete from sms_private.jobs`;
      assert.equal((await call(sql, "sms_fold_stats")).remaining, 0);
      const theirs = await belongings(sql, other.userId);
      const said = new Map<string, string>();
      const canonical = (number: string) => number.replace(/^\+521/, "+52");
      const telephones = Map.groupBy(numbers, canonical);
      let over = false;
      const halfErased = Promise.withResolvers<void>();
      const gone = new Set<string>();
      const sentToGone: string[] = [];

      const contactsTalk = async (spellings: string[]) => {
        for (let i = 0; i < 6; i++) {
          const number = random.one(spellings);
          const body = random.one([
            `${SECRET}?`,
            `${SECRET}, and?`,
            `${SECRET}, on Monday`,
            "STOP",
            "START",
            "STOP",
          ]);
          const message_sid = messageSid();
          assert.notEqual(
            (await again(() => text(sql, tenant, number, body, { message_sid }))).outcome,
            "unowned",
          );
          if (["STOP", "START"].includes(body)) said.set(canonical(number), body);
        }
      };
      const peopleWrite = async () => {
        for (let i = 0; i < 40; i++) {
          const to_number = random.one(numbers);
          const later = random.below(4) === 0 ? { send_at: new Date(Date.now() + 86_400_000) } : {};
          await again(() =>
            callAs(sql, tenant, "sms_create_message", { to_number, body: `${SECRET} ${i}`, ...later })
          );
          if (i % 10 === 3) {
            await again(() =>
              callAs(sql, tenant, "sms_create_broadcast", {
                to_numbers: numbers.slice(0, 6),
                body: "News for all",
              })
            );
          }
        }
      };
      const workersWork = async () => {
        const sids: Record<string, unknown>[] = [];
        // Twice more when all is over: whatever is left to send would be sent then.
        for (let left = 2; left > 0; left -= over ? 1 : 0) {
          for (const job of await again(() => claimReplies(sql, 3))) {
            await again(() => finish(sql, job, { reply: `${SECRET}: rest.`, opt_out: false }));
          }
          const before = new Set(gone);
          for (const job of await again(() => claimDeliveries(sql, { batch_size: 3 }))) {
            if (before.has(canonical(job.to_number))) sentToGone.push(job.to_number);
            const outcome = random.one([
              "accepted",
              "accepted",
              "unknown",
              "retry",
              "refused",
              "not_started",
            ]);
            const message_sid = messageSid();
            await again(() =>
              record(sql, job, outcome, {
                message_sid,
                status: "queued",
                error_code: "30003",
                error_message: "no",
              })
            );
            if (outcome === "accepted") sids.push({ ...job, message_sid });
          }
          const sent = sids.shift();
          if (sent) {
            await again(() =>
              call(sql, "sms_record_status", {
                account_sid: sent.account_sid,
                message_sid: sent.message_sid,
                from_number: sent.from_number,
                to_number: sent.to_number,
                status: random.one(["delivered", "undelivered"]),
                error_code: random.one([null, "21610"]),
                error_message: null,
                message_id: sent.message_id,
              })
            );
          }
          await again(() => call(sql, "sms_fold_stats", { max_rows: 20 }));
          await sql`update sms_private.jobs set due_at = least(due_at, now()) where id in (
          select j.id from sms_private.jobs j join public.sms_messages m on m.id = j.message_id
          where m.send_at is null for update of j skip locked)`;
        }
      };
      const erase = async () => {
        for (let i = 0; i < 40; i++) {
          if (i === 20) halfErased.resolve();
          const [contact] = await sql`select id from public.sms_contacts where user_id = ${tenant.userId}
          order by random() limit 1`;
          if (contact) {
            await again(() => callAs(sql, tenant, "sms_erase_contact", { contact_id: contact.id }));
          }
        }
      };
      const merge = async () => {
        await halfErased.promise;
        await again(() => sql`select sms_private.merge_spellings()`);
      };
      const working = [workersWork(), workersWork()];
      await Promise.all([...[...telephones.values()].map(contactsTalk), peopleWrite(), erase(), merge()]);
      await sql`select sms_private.merge_spellings()`;
      // All of them, with the workers still at it.
      for (
        const { id, canonical_number }
          of await sql`select id, canonical_number from public.sms_contacts where user_id = ${tenant.userId}`
      ) {
        assert.equal(
          (await again(() => callAs(sql, tenant, "sms_erase_contact", { contact_id: id }))).outcome,
          "erased",
        );
        gone.add(canonical_number);
      }
      over = true;
      await Promise.all(working);

      assert.deepEqual(sentToGone, []);
      for (const needle of [SECRET, ...numbers, ...numbers.map((number) => number.slice(1))]) {
        assert.deepEqual(await tablesWith(sql, needle), [], needle);
      }
      for (const [number, word] of said) {
        const [row] = await sql`select exists (select from sms_private.suppressions_of(${number}) s
        where s.sending_number = ${tenant.number} and s.reason = 'opted_out') as stopped`;
        // Of two contacts of one telephone, one may be erased at the moment of the other's START. Then the opt-out stays, which
        // is the safe side; their next START lifts it.
        if (word === "START" && (telephones.get(number)?.length ?? 0) > 1) continue;
        assert.equal(row?.stopped, word === "STOP", `${number} said ${word}`);
      }
      assert.deepEqual(await belongings(sql, other.userId), theirs);
      assert.deepEqual([...await sql`select id from sms_private.jobs where user_id = ${tenant.userId}`], []);
    },
  );
}

/** STOP and START by two spellings of one telephone, in every order. Twilio's list has numbers letter by letter; what reaches the telephone is counted in its ledger. */
import { strict as assert } from "node:assert";
import { send } from "./sending.ts";
import { demoClient, stackForFile, until } from "./support.ts";
import { connectTenant } from "./tenants.ts";

const WORDS = ["STOP old", "STOP new", "START old", "START new"];
const SEQUENCES = WORDS.flatMap((one) => WORDS.flatMap((two) => WORDS.map((three) => [one, two, three])));
const PEOPLE = SEQUENCES.map((words, n) => ({
  words,
  old: `+521${5512340000 + n}`,
  new: `+52${5512340000 + n}`,
  isIn: words.at(-1)?.startsWith("START"),
}));

const stack = await stackForFile();
const person = await demoClient(stack);
const other = await connectTenant(stack);
await stack.sql`update public.sms_numbers set assistant_id = null`;
for (const user_id of [stack.userId, other.id]) {
  const unlimited = { user_id, allowed_countries: null, sends_per_minute: null };
  await stack.sql`insert into public.sms_limits ${stack.sql(unlimited)}
    on conflict (user_id) do update set allowed_countries = null, sends_per_minute = null`;
}

async function eachPerson(work: (person: typeof PEOPLE[number]) => Promise<void>): Promise<void> {
  const left = [...PEOPLE];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  }));
}

const reaching = (telephone: string, from: string) =>
  stack.carrier.ledger.reaching(telephone).filter((sent) =>
    sent.from === from && sent.status === "delivered"
  );

Deno.test("after STOP and START by either spelling, in any order, texts to both reach who is opted in", async () => {
  await eachPerson(async ({ words, ...spellings }) => {
    for (const word of ["Hello old", ...words]) {
      const [body = "", spelling] = word.split(" ") as [string, "old" | "new"];
      const { ok } = await stack.carrier.text({ from: spellings[spelling], to: stack.number, body });
      assert(ok, word);
    }
    await stack.carrier.text({ from: spellings.old, to: other.number, body: "Hello" });
  });
  await eachPerson(async ({ words, isIn, ...spellings }) => {
    for (const to of [spellings.old, spellings.new]) {
      const { body } = await send(person, { to, body: "We open at nine." });
      assert.equal(body.code ?? "sent", isIn ? "sent" : "RECIPIENT_OPTED_OUT", words.join(", "));
      const theirs = await send(other.client, { to, body: "We open at ten." });
      assert.equal(theirs.body.code, undefined, "the other tenant's contact said nothing");
    }
  });
  const wanted = PEOPLE.map(({ isIn }) => [isIn ? 2 : 0, 2]);
  const counted = () =>
    PEOPLE.map((one) => [reaching(one.new, stack.number).length, reaching(one.new, other.number).length]);
  await until("all texts arrive", () => JSON.stringify(counted()) === JSON.stringify(wanted), 60_000);
});

/** Consents through client/ on the real supabase-js, and what they open and close. */
import { strict as assert } from "node:assert";
import { createSms, isRefusal, type Sms } from "../../client/mod.ts";
import { anonymous, demoClient, phone, phones, sentTo, stackForFile, text, until } from "./support.ts";
import { connectTenant, operator } from "./tenants.ts";

const stack = await stackForFile();
const other = await connectTenant(stack);
const sms = createSms(await demoClient(stack));
const theirs = createSms(other.client);
const asTenant = createSms(operator(stack), { userId: stack.userId });

const form = (number: string) => ({
  number,
  basis: "form" as const,
  given_at: "2026-11-01T09:00:00Z",
  page: "https://example.com/news",
  form_text: "Yes, text me offers.",
});
const idOf = async (mine: Sms, number: string) =>
  (await mine.contacts.list()).find((contact) => contact.number === number)?.id ?? "";

Deno.test("who agreed gets the broadcast, and who did not is named with the reason", async () => {
  const [agreed = "", backend = "", stranger = ""] = phones(3);
  assert.equal((await sms.contacts.consents.record([form(agreed)])).recorded, 1);
  assert.equal((await asTenant.contacts.consents.record([form(backend)])).recorded, 1);
  const { accepted, rejected } = await sms.broadcast({ to: [agreed, backend, stranger], body: "News" });
  assert.deepEqual([accepted, rejected], [2, [{ to: stranger, code: "NO_CONSENT" }]]);
  await until("both are texted", () => [agreed, backend].every((one) => sentTo(stack, one).length === 1));
  assert.deepEqual(sentTo(stack, stranger), []);
  const refused = await sms.send({ to: stranger, body: "Buy now", purpose: "promotional" })
    .then(() => null, (error) => error);
  assert(
    isRefusal(refused, "NO_CONSENT") && refused.status === 422 &&
      /let them write first/.test(refused.message),
  );
  const missing: string[] = [];
  for await (const { number } of sms.contacts.consents.missing()) missing.push(number);
  assert(
    !missing.includes(agreed) && !missing.includes(stranger),
    "and nobody who is refused becomes a contact",
  );
});

Deno.test("a contact's consent and its proof are their tenant's alone", async () => {
  const number = phone();
  await sms.contacts.consents.record([form(number)]);
  await text(stack, number, "STOP");
  const id = await idOf(sms, number);
  for (const mine of [sms, asTenant]) {
    const consent = await mine.contacts.consents.get(id);
    assert.deepEqual([consent.promotional, consent.history.map(({ change }) => change)], [null, [
      "opt_out",
      "consent",
    ]]);
    let file = "";
    for await (const part of mine.contacts.consents.exportCsv({ contactId: id })) file += part;
    assert(file.split("\r\n")[1]?.includes('"Yes, text me offers."'), file);
  }
  for (
    const ask of [
      () => theirs.contacts.consents.get(id),
      () => theirs.contacts.consents.exportCsv({ contactId: id }).next(),
    ]
  ) {
    const error = await ask().then(() => null, (error: unknown) => error);
    assert(isRefusal(error, "CONTACT_NOT_FOUND"), String(error));
  }
  let all = "";
  for await (const part of theirs.contacts.consents.exportCsv()) all += part;
  assert(!all.includes(number));
  const nobody = createSms(anonymous(stack));
  const error = await nobody.contacts.consents.record([form(phone())]).then(() => null, (error) => error);
  assert(isRefusal(error, "MISSING_CREDENTIALS"), String(error));
});

Deno.test("a file of broken lines is refused line by line, and its good ones are stored", async () => {
  const good = phones(3);
  const line = (number: string) =>
    `${number};form;2026-11-01T09:00:00Z;"Yes; text me ""offers"".";https://example.com`;
  const broken = Array.from({ length: 2_500 }, (_, n) => n % 2 ? `${n};form` : `${n};form;tomorrow;;`);
  const file = [
    "Number;Basis;Given at;Form text;Page",
    ...good.map(line),
    ...broken,
    line("+1 (415) 555-0177"),
  ].join("\r\n");
  const result = await sms.contacts.consents.importCsv(file);
  assert.deepEqual([result.recorded, result.known], [4, 0]);
  assert.deepEqual(result.refused, { INVALID_LINE: 1_250, INVALID_RECIPIENT: 1_250 });
  assert.equal(result.rejected.length, 1_000);
  assert.equal((await sms.contacts.consents.importCsv(file)).known, 4, "the same file once more");
  const entry = (await sms.contacts.consents.get(await idOf(sms, good[0] ?? ""))).history[0];
  assert.equal(entry?.form_text, 'Yes; text me "offers".');
  const error = await sms.contacts.consents.importCsv("phone,when\r\n+1,now").then(
    () => null,
    (error) => error,
  );
  assert(isRefusal(error, "INVALID_FILE"));
});

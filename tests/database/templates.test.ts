import { strict as assert } from "node:assert";
import { dbTest, emptyDbTest } from "./db_test.ts";
import { messageOf, send } from "./sending.ts";
import { addTemplate, addTenant, as, message, stateOf } from "./support.ts";

const UNIQUE = "23505";
const CHECK = "23514";

const RENDERED: [what: string, template: string, variables: Record<string, unknown>, body: string][] = [
  ["no variable", "See you soon.", {}, "See you soon."],
  ["one variable", "Hi {{name}}!", { name: "Grace" }, "Hi Grace!"],
  ["a variable in several places", "{{a}}{{b}}{{a}}", { a: "1", b: "2" }, "121"],
  ["spaces within the braces", "Hi {{ name }} and {{  name}}", { name: "Grace" }, "Hi Grace and Grace"],
  ["a number", "{{count}} at {{price}}", { count: 3, price: 9.5 }, "3 at 9.5"],
  ["an empty value, which is a value", "Hi{{name}}.", { name: "" }, "Hi."],
  ["what it has no place for", "Hi.", { name: "Grace" }, "Hi."],
  ["names that differ in case", "{{Name}} {{name}}", { Name: "A", name: "b" }, "A b"],
  [
    "braces that are no variable",
    "{name} {{}} {{first name}} {{a-b}} }}{{",
    {},
    "{name} {{}} {{first name}} {{a-b}} }}{{",
  ],
  ["three braces", "{{{name}}}", { name: "x" }, "{x}"],
  ["a value that looks like a variable", "{{a}} {{b}}", { a: "{{b}}", b: "{{a}}" }, "{{b}} {{a}}"],
  ["values that make a variable together", "{{a}}{{b}}", { a: "{{", b: "a}}" }, "{{a}}"],
  ["a value of a regular expression's signs", "{{a}}", { a: "\\1 \\& $1 %s ' -- ;" }, "\\1 \\& $1 %s ' -- ;"],
  ["names that every object has", "{{constructor}}", { constructor: "x" }, "x"],
  ["emoji and other scripts", "{{a}} ✓", { a: "👩‍👩‍👧‍👦 שלום" }, "👩‍👩‍👧‍👦 שלום ✓"],
  ["what nobody sees", "a\u202Eb{{x}}\r\nc", { x: "\u200B\u0007y\uFEFF" }, "aby\nc"],
];

dbTest("sms_create_message() puts variables into a template, in one pass", async ({ sql, tenant }, t) => {
  for (const [what, template, variables, body] of RENDERED) {
    await t.step(what, async () => {
      const template_id = await addTemplate(sql, tenant, template);
      const answer = await send(sql, tenant, { body: null, template_id, variables });
      assert.equal(answer.outcome, "created", JSON.stringify(answer));
      const stored = await message(sql, messageOf(answer));
      assert.deepEqual([stored.body, stored.template_id], [body, template_id]);
    });
  }
});

dbTest("a body without a template is sent as it is, braces and all", async ({ sql, tenant }) => {
  const answer = await send(sql, tenant, { body: "Hi {{name}}\u202E\u0000".replace("\u0000", "\u0001") });
  assert.equal((await message(sql, messageOf(answer))).body, "Hi {{name}}");
});

dbTest("what was sent from a template outlives it", async ({ sql, tenant }) => {
  const template_id = await addTemplate(sql, tenant, "Hello");
  const id = messageOf(await send(sql, tenant, { body: null, template_id }));
  await as(
    sql,
    { role: "authenticated", userId: tenant.userId },
    (mine) => mine`delete from public.sms_templates where id = ${template_id}`,
  );
  const stored = await message(sql, id);
  assert.deepEqual([stored.body, stored.template_id, stored.user_id], ["Hello", null, tenant.userId]);
});

emptyDbTest("a template's name is unique for its tenant; both are bounded", async ({ sql }) => {
  const [tenant, other] = [await addTenant(sql), await addTenant(sql)];
  const add = (name: string, body: string, { userId } = tenant) =>
    stateOf(
      as(sql, { role: "authenticated", userId }, (mine) =>
        mine`insert into public.sms_templates (name, body) values (${name}, ${body})`),
    );
  assert.equal(await add("Greeting", "Hi"), "allowed");
  assert.equal(await add("Greeting", "Hi again"), UNIQUE);
  assert.equal(await add("Greeting", "Hi", other), "allowed");
  assert.equal(await add("n".repeat(200), "b".repeat(1600)), "allowed");
  for (
    const [name, body] of [["", "Hi"], ["n".repeat(201), "Hi"], ["a", ""], ["b", "b".repeat(1601)]] as const
  ) {
    assert.equal(await add(name, body), CHECK, `${name.length} and ${body.length} characters`);
  }
});

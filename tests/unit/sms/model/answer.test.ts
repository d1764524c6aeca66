import assert from "node:assert/strict";
import { answerIn } from "../../../../supabase/functions/_shared/sms/model/answer.ts";
import { REPLY } from "../../../../supabase/functions/_shared/sms/model/shapes.ts";

const good = { reply: "Hello!", intent: "other", end_conversation: false, opt_out: false, handoff: false };
const said = (content: string, finish_reason = "stop", more: Record<string, unknown> = {}) =>
  answerIn({ choices: [{ finish_reason, message: { content, ...more } }] }, false, REPLY);

Deno.test("braces and quotation marks in the reply's words do not end the object", () => {
  const odd = { ...good, reply: 'a "}" b \\ {"c' };
  assert.deepEqual(said(`Sure:\n${JSON.stringify(odd)}\nBye {`), odd);
});

Deno.test("an object that is never closed is looked at once for each brace, however long its string", () => {
  const texts = [
    `{"reply":"${"{".repeat(60)}${'\\"'.repeat(8_000)}`,
    `{"reply":"${'{\\"'.repeat(8_000)}`,
    `{${'{\\"'.repeat(8_000)}`,
    `{"reply":"${"{".repeat(300_000)}`,
    `{"reply"${" ".repeat(100_000)}`.repeat(3),
    `{${" ".repeat(100_000)}`.repeat(3),
  ];
  for (const text of texts) {
    const startedAt = performance.now();
    for (const finish of ["stop", "length"]) {
      try {
        said(text, finish);
      } catch (error) {
        assert.match(String(error), /MODEL_(GARBAGE|CUT_OFF)/);
      }
    }
    const took = performance.now() - startedAt;
    assert.ok(took < 500, `${took} ms for ${text.slice(0, 20)}`);
  }
});

const draft = JSON.stringify({ ...good, reply: "A draft, not to be sent" });
const cutThoughts: Record<string, [content: string, more?: Record<string, unknown>]> = {
  "thoughts that were not closed": [`<think>\nA draft: ${draft}\nBut wait, the price is wrong, because`],
  "thoughts in a field of their own": ["", { reasoning_content: `A draft: ${draft}\nBut wait, the price` }],
  "thoughts in another field": ["", { reasoning: draft }],
  "thoughts whose beginning the template wrote": [`They ask for a price. ${draft} is wrong, because`],
  "a draft that was cut off among thoughts": [`<think>\nA draft: ${draft.slice(0, 30)}`],
};
for (const [what, [content, more]] of Object.entries(cutThoughts)) {
  Deno.test(`${what}, cut off at the length limit, hold no answer`, () => {
    assert.equal(said(content, "length", more), "thought too long");
  });
}

Deno.test("an answer that is whole counts although the length limit was reached behind it", () => {
  const whole = JSON.stringify(good);
  assert.deepEqual(said(`${whole}${"\n".repeat(900)}`, "length"), good);
  assert.deepEqual(said(`<think>\n${draft}\n</think>\n${whole} `, "length"), good);
  for (
    const cut of [
      whole.slice(0, 20),
      `<think>\n${draft}\n</think>\n${whole.slice(0, 20)}`,
      '```json\n{\n"reply": "He',
    ]
  ) {
    assert.throws(() => said(cut, "length"), /MODEL_CUT_OFF/);
  }
});

import assert from "node:assert/strict";
import { answerIn } from "../../../../supabase/functions/_shared/sms/model/answer.ts";

const good = { reply: "Hello!", intent: "other", end_conversation: false, opt_out: false, handoff: false };
const said = (content: string, finish_reason = "stop", more: Record<string, unknown> = {}) =>
  answerIn({ choices: [{ finish_reason, message: { content, ...more } }] }, false);

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

import assert from "node:assert/strict";
import { plainWords } from "../../../../supabase/functions/_shared/sms/texts/plain_words.ts";

const marked: [said: string, shown: string][] = [
  ["**Open** until *five*.", "Open until five."],
  ["We are __closed__ on _Sunday_.", "We are closed on Sunday."],
  ["***Both*** at once", "Both at once"],
  ["# Hours\n## Weekdays ##\n8 to 5", "Hours\nWeekdays\n8 to 5"],
  ["* one\n* two\n+ three\n• four", "- one\n- two\n- three\n- four"],
  ["1. first\n2. second", "1. first\n2. second"],
  ["See [our page](https://x.test/a_b_c).", "See our page: https://x.test/a_b_c."],
  ["See [https://x.test](https://x.test/)", "See https://x.test/"],
  [
    'Write to [us](mailto:us@x.test) or [call](tel:+14155550101 "now")',
    "Write to us: us@x.test or call: +14155550101",
  ],
  ["<https://x.test/a*b*c>", "https://x.test/a*b*c"],
  ["![Map](https://x.test/m.png)", "Map: https://x.test/m.png"],
  ["```\nCODE10\n```", "CODE10"],
  ["Use `CODE10` today", "Use CODE10 today"],
  ["> quoted\n> words", "quoted\nwords"],
  ["a\n\n---\n\nb", "a\n\nb"],
  ["| Day | Hours |\n|---|---|\n| Mon | 8-5 |", "Day, Hours\nMon, 8-5"],
  ["~~$90~~ $80", "$90 $80"],
  ["5 \\* 3 and \\_this\\_", "5 * 3 and _this_"],
  ["One<br/>two <b>three</b>", "One\ntwo three"],
];
Deno.test("plainWords() takes Markdown, links in brackets and tags out of what a telephone shows", () => {
  for (const [said, shown] of marked) assert.equal(plainWords(said), shown, said);
});

const plain = [
  "Dial *123# or *456# now",
  "2 * 3 * 4 = 24",
  "a*b*c",
  "#1 in town",
  "snake_case_name and __init__.py",
  "https://x.test/a_b_/c*d*?e=~~f~~ and a_b_@x_y.test",
  "Rated 5 stars * based on 200 reviews",
  "I <3 you, 4 < 5 > 3",
  "[1 photo] received",
  "- one\n- two",
  "Cost: $5 | tax $1",
  "it's 3-4 weeks",
  "Nonetheless, none of us is null and void.",
  "None.  But soon",
];
Deno.test("plainWords() leaves alone what only looks like marks", () => {
  for (const said of plain) assert.equal(plainWords(said), said);
});

const nothing = [
  "null",
  "NULL",
  "None",
  "none.",
  '""',
  '"null"',
  "`undefined`",
  "N/A",
  "[]",
  "{}",
  "(no reply)",
  "[empty message]",
  "[object Object]",
  "*null*",
  " null ",
];
Deno.test("plainWords() is empty for what programs write in place of nothing", () => {
  for (const said of nothing) assert.equal(plainWords(said), "", said);
});

Deno.test("plainWords() takes no longer for a hostile text than for another", () => {
  for (const mark of ["*", "_", "[", "`", "<", "|", "#", "\\", "~~", "[](", "**a"]) {
    const text = mark.repeat(16_000 / mark.length);
    assert.equal(typeof plainWords(text), "string");
  }
});

import assert from "node:assert/strict";
import { plainWords } from "../../../../supabase/functions/_shared/sms/texts/plain_words.ts";

const marked: [said: string, shown: string][] = [
  ["**Open** until *five*.", "Open until five."],
  ["We are __closed__ on _Sunday_.", "We are closed on Sunday."],
  ["***Both*** at once", "Both at once"],
  ["# Hours\n## Weekdays ##\n8 to 5", "Hours\nWeekdays\n8 to 5"],
  ["# C#", "C#"],
  ["# Hi  #", "Hi"],
  ["* one\n* two\n• four", "- one\n- two\n- four"],
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
  ["> > twice", "twice"],
  ["**Price** 20\n+ 5 delivery\n> 9 people: free", "Price 20\n+ 5 delivery\n> 9 people: free"],
  ["a\n\n---\n\nb", "a\n\nb"],
  ["| Day | Hours |\n|---|---|\n| Mon | 8-5 |", "Day, Hours\nMon, 8-5"],
  ["~~$90~~ $80", "$90 $80"],
  ["5 \\* 3 and \\_this\\_", "5 * 3 and _this_"],
  ["One<br/>two <b>three</b>", "One\ntwo three"],
  ["<reply>We open at 9.</reply>", "We open at 9."],
  ["<reply></reply>", ""],
  ["<message> null </message>", ""],
  ["Fish &amp; chips &lt;3, it&#39;s now", "Fish & chips <3, it's now"],
  ["&amp;lt; once only", "&lt; once only"],
  ["https://x.test/?a=1&amp;b=2", "https://x.test/?a=1&b=2"],
  ["AT&T; R&D", "AT&T; R&D"],
  ["Hello.\\nWe open at 9.\\n\\nBye", "Hello.\nWe open at 9.\n\nBye"],
  ["Open:\\n- Monday\\r\\n- Friday", "Open:\n- Monday\n- Friday"],
  ["Menu\\n1. soup", "Menu\n1. soup"],
  ["See C:\\news and D:\\nightly", "See C:\\news and D:\\nightly"],
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
  "None.",
  "none.",
  "Nil",
  "2-0, nil",
  "Price 20 EUR\n+ 5 EUR delivery",
  "Call us:\n+ 49 170 1234567",
  "> 10 people: 5% off",
  ">10 people: 5% off",
];
Deno.test("plainWords() leaves alone what only looks like marks", () => {
  for (const said of plain) assert.equal(plainWords(said), said);
});

const nothing = [
  "null",
  "NULL",
  "None",
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

/** Beginnings, and what follows them many times: each made one of the patterns look at the rest again and again. */
const BEGINNINGS = ["", "# a", "x\n|", "a\n- -", "*a", "<br", "[](", "x\n> "];
const PIECES = [
  "*",
  "_",
  "[",
  "`",
  "<",
  "|",
  "#",
  " #",
  "\\",
  "~~",
  "[](",
  "**a",
  "_a",
  "a",
  "a.",
  ".",
  " ",
  "\t",
  "\n",
]
  .concat(["\n ", "- ", "-", "> ", "---|", "<a ", "<br ", "(a)", "http://", "a@", "```", "1.", "• "]);
Deno.test("plainWords() takes no longer for a hostile text than for another", () => {
  for (const beginning of BEGINNINGS) {
    for (const piece of PIECES) {
      const text = `${beginning}${piece.repeat(4_000 / piece.length)}`;
      for (const said of [text, `${text.slice(0, 3_999)}b`]) {
        const startedAt = performance.now();
        assert.equal(typeof plainWords(said), "string");
        const took = performance.now() - startedAt;
        assert.ok(took < 500, `${took} ms for ${JSON.stringify([beginning, piece])}`);
      }
    }
  }
});

Deno.test("plainWords() looks at a text of its longest length some times, not once a letter", () => {
  // Before: 3 to 30 ms each, for a pattern that began anew at each letter, mark or line.
  const texts = [
    "# a" + "a".repeat(3_990),
    "*" + "1.".repeat(1_990),
    "x" + "\n".repeat(3_990) + "b",
    "*" + "`".repeat(3_990),
  ];
  const startedAt = performance.now();
  for (let round = 0; round < 25; round++) texts.forEach(plainWords);
  const took = performance.now() - startedAt;
  assert.ok(took < 1_000, `${took} ms for a hundred texts`);
});

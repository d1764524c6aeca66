import assert from "node:assert/strict";
import {
  createLogger,
  describeError,
  maskNumber,
  scrub,
} from "../../../supabase/functions/_shared/sms/log.ts";

Deno.test("maskNumber() keeps a number recognisable and no more", () => {
  assert.equal(maskNumber("+15551231234"), "+1******1234");
});

Deno.test("scrub() masks numbers in every usual form", () => {
  for (
    const number of [
      "+14155550101",
      "14155550101",
      "(415) 555-0101",
      "415-555-0101",
      "+49 170 1234567",
      "415.555.0101",
    ]
  ) {
    const scrubbed = scrub(`The 'To' number ${number} is not valid`);
    assert.ok(!scrubbed.includes(number), scrubbed);
    assert.match(scrubbed, /\*{6}/);
  }
  assert.equal(scrub("whatsapp:+14155550101"), "whatsapp:+1******0101");
});

Deno.test("scrub() takes out secrets", () => {
  const secrets = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn",
    "sb_secret_abcdef123456",
    "sk-proj-abcdefgh12345678",
    "Basic QUM6dG9rZW4=12345678",
    "0123456789abcdef0123456789abcdef",
  ];
  for (const secret of secrets) assert.ok(!scrub(`was ${secret}!`).includes(secret), secret);
});

Deno.test("scrub() leaves ids and small numbers readable", () => {
  for (
    const text of [
      "00000000-0000-4000-8000-000000000001",
      `SM${"0123456789".repeat(3)}12`,
      "answered 503 after 12000 ms",
      "error 21211",
    ]
  ) {
    assert.equal(scrub(text), text);
  }
});

Deno.test("describeError() says what happened and quotes nothing", () => {
  const body = 'He said "call me" at noon';
  assert.equal(describeError(new TypeError("fetch failed")), "TypeError: fetch failed");
  let parseError: unknown;
  try {
    JSON.parse("Hello there, my secret");
  } catch (error) {
    parseError = error;
  }
  for (
    const error of [
      parseError,
      new Error(`invalid input syntax for type json: "${body}" in line 1`),
      new Error(`bad '${body}'`),
    ]
  ) {
    const said = describeError(error);
    for (const word of ["Hello", "secret", "call", "noon"]) assert.ok(!said.includes(word), said);
  }
  const caused = new Error("outer", { cause: new Error("to +14155550101") });
  assert.equal(describeError(caused), "Error: outer ← Error: to +1******0101");
  assert.equal(describeError("a text"), "thrown string");
});

Deno.test("a log line is JSON with time, level and scrubbed fields", () => {
  const lines: string[] = [];
  const log = createLogger({ level: "info", write: (line) => lines.push(line) }).with({
    function: "sms-webhook",
  });
  log.debug({ outcome: "unseen" });
  log.info({ outcome: "stored", from: "+14155550101", duration_ms: 12, nothing: undefined });
  assert.equal(lines.length, 1);
  const { time, ...line } = JSON.parse(lines[0] ?? "");
  assert.ok(!Number.isNaN(Date.parse(time)));
  assert.deepEqual(line, {
    level: "info",
    function: "sms-webhook",
    outcome: "stored",
    from: "+1******0101",
    duration_ms: 12,
  });
});

Deno.test("a value is cut before it is searched, at the end of a word", () => {
  const secret = "0123456789abcdef".repeat(2);
  assert.equal(scrub(`${"a ".repeat(990)}${secret}${secret}`), `${"a ".repeat(990)}…`, "no half of a secret");
  assert.equal(scrub("x".repeat(2_000)), "x".repeat(2_000));
  assert.equal(scrub("x".repeat(2_001)), "…", "a word without an end may be a secret");
  const long = describeError(new Error("1 ".repeat(30_000)));
  assert(long.length <= 310, "an error is short");
});

import { strict as assert } from "node:assert";
import { post, refusal, statusOfPost, textForm } from "./forms.ts";
import { rowCounts } from "./rows.ts";
import { newSid, stackForFile } from "./support.ts";

// Without a worker: rows that come by themselves would hide rows that must not come.
const stack = await stackForFile({ worker: false });
const { sql } = stack;
const FORM = "application/x-www-form-urlencoded";
const signed = { "x-twilio-signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };

interface Case {
  what: string;
  init: () => RequestInit;
  status: number;
  code: string;
}

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );
const form = (body: BodyInit | null, headers: Record<string, string> = signed): RequestInit => ({
  method: "POST",
  headers: { "content-type": FORM, ...headers },
  body,
});
const genuine = (more: Record<string, string> = {}) =>
  new URLSearchParams(textForm(stack, { MessageStatus: "sent", ...more })).toString();

const cases: Case[] = [
  {
    what: "JSON",
    init: () => ({
      method: "POST",
      headers: { "content-type": "application/json", ...signed },
      body: JSON.stringify({ AccountSid: stack.accountSid }),
    }),
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
  },
  {
    what: "a form of the other kind",
    init: () => {
      const body = new FormData();
      body.set("AccountSid", stack.accountSid);
      return { method: "POST", headers: signed, body };
    },
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
  },
  {
    what: "no body and no type",
    init: () => ({ method: "POST", headers: signed }),
    status: 415,
    code: "UNSUPPORTED_MEDIA_TYPE",
  },
  { what: "an empty form", init: () => form(""), status: 400, code: "NOT_A_TWILIO_FORM" },
  {
    what: "a form without MessageSid",
    init: () => form(genuine({ MessageSid: "" })),
    status: 400,
    code: "NOT_A_TWILIO_FORM",
  },
  {
    what: "a MessageSid that is none",
    init: () => form(genuine({ MessageSid: "SM'; drop table sms_messages; --" })),
    status: 400,
    code: "NOT_A_TWILIO_FORM",
  },
  {
    what: "an AccountSid that is none",
    init: () => form(genuine({ AccountSid: "ACCOUNT" })),
    status: 400,
    code: "NOT_A_TWILIO_FORM",
  },
  {
    what: "1 MB of body",
    init: () => form(`${genuine()}&Body=${"x".repeat(1024 * 1024)}`),
    status: 413,
    code: "BODY_TOO_LARGE",
  },
  {
    what: "1 MB of body without a length",
    init: () => form(new Blob([`${genuine()}&Body=${"x".repeat(1024 * 1024)}`]).stream()),
    status: 413,
    code: "BODY_TOO_LARGE",
  },
  {
    what: "thousands of fields",
    init: () => form(`${genuine()}${"&a=".repeat(5_000)}`),
    status: 400,
    code: "TOO_MANY_FIELDS",
  },
  {
    what: "NUL bytes",
    init: () => form(bytes(genuine(), "&Body=a", [0, 0], "b%00")),
    status: 403,
    code: "SIGNATURE_MISMATCH",
  },
  {
    what: "invalid UTF-8, raw and escaped",
    init: () => form(bytes(genuine(), "&Body=%ff%fe", [0xc3, 0x28, 0xff])),
    status: 403,
    code: "SIGNATURE_MISMATCH",
  },
  {
    what: "nothing but zeros",
    init: () => form(new Uint8Array(1_000)),
    status: 400,
    code: "NOT_A_TWILIO_FORM",
  },
  ...["GET", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => ({
    what: `${method}`,
    init: () => ({ method, headers: signed }),
    status: 405,
    code: "METHOD_NOT_ALLOWED",
  })),
];

for (const to of ["sms-webhook", "sms-status"]) {
  for (const { what, init, status, code } of cases) {
    Deno.test(`${to} answers ${what} with ${status} ${code}, stores nothing and stays up`, async () => {
      assert.equal(await statusOfPost(stack, { form: textForm(stack) }), 200);
      await fetch(`${stack.ready.functionsUrl}/${to}`).then((response) => response.body?.cancel());
      const pid = await stack.functions.pid(to);
      assert(pid !== null);
      const before = await rowCounts(sql);
      const response = await fetch(`${stack.ready.functionsUrl}/${to}`, init());
      assert.deepEqual(await refusal(response), { status, code });
      assert.deepEqual(await rowCounts(sql), before);
      assert.equal(await statusOfPost(stack, { form: textForm(stack) }), 200, "the next text is stored");
      assert.equal(await stack.functions.pid(to), pid, "by the same process");
    });
  }
}

Deno.test("sms-status answers a signed form without a status with 400, and stores nothing", async () => {
  const before = await rowCounts(sql);
  for (const MessageStatus of ["", "not a status", "x".repeat(33)]) {
    const response = await post(stack, { to: "sms-status", form: textForm(stack, { MessageStatus }) });
    assert.deepEqual(await refusal(response), { status: 400, code: "NOT_A_STATUS_FORM" });
  }
  assert.deepEqual(await rowCounts(sql), before);
});

Deno.test("a request id of the caller's comes back, a telephone number as one does not", async () => {
  const ask = async (id: string) => {
    const response = await post(stack, { form: [], headers: { "x-request-id": id } });
    await response.body?.cancel();
    return response.headers.get("x-request-id");
  };
  const ours = newSid("req-");
  assert.equal(await ask(ours), ours);
  for (const id of ["+14155550101", "short", "a b c d e f g h i j", "x".repeat(65)]) {
    assert.notEqual(await ask(id), id);
  }
});

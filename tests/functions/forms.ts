/** Forms as Twilio posts them, signed as Twilio signs them, and what refusals look like. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type Entries, signForm } from "../../local/carrier/mod.ts";
import { projectRoot } from "../../local/project.ts";
import { newSid, phone, type TestStack } from "./support.ts";

/** A form of tests/fixtures/twilio, of this account. */
export async function fixture(name: string, accountSid: string): Promise<[string, string][]> {
  const text = await Deno.readTextFile(join(projectRoot, "tests/fixtures/twilio", `${name}.form`));
  return [...new URLSearchParams(text.replaceAll("ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", accountSid))];
}

export async function fixtureNames(of: "texts" | "statuses"): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(join(projectRoot, "tests/fixtures/twilio"))) {
    const isStatus = name.startsWith("status_");
    if (name.endsWith(".form") && isStatus === (of === "statuses")) {
      names.push(name.slice(0, -".form".length));
    }
  }
  return names.sort();
}

/** The fields of a text, as few as there can be. */
export function textForm(
  stack: { accountSid: string; number: string },
  more: Record<string, string> = {},
): [string, string][] {
  const form = {
    AccountSid: stack.accountSid,
    MessageSid: newSid(),
    From: phone(),
    To: stack.number,
    Body: "Are you open on Sunday?",
    NumMedia: "0",
    NumSegments: "1",
    ...more,
  };
  return Object.entries(form);
}

export function field(form: Entries, name: string): string {
  return form.find(([other]) => other === name)?.[1] ?? "";
}

export function withField(form: Entries, name: string, value: string): [string, string][] {
  return [...form.filter(([other]) => other !== name).map(([n, v]): [string, string] => [n, v]), [
    name,
    value,
  ]];
}

export interface Posting {
  form: Entries;
  /** Signs; null sends no signature. Default: the default account's. */
  token?: string | null;
  to?: "sms-webhook" | "sms-status" | "sms-api/api/v1/sms/webhook";
  /** With its question mark. */
  query?: string;
  /** What was signed, where that is not where it goes. */
  signedUrl?: string;
  /** What is sent, where that is not what was signed. */
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Posts a signed form straight to a function. */
export async function post(stack: TestStack, posting: Posting): Promise<Response> {
  const { form, token = stack.authToken, to = "sms-webhook", query = "" } = posting;
  const url = `${stack.ready.functionsUrl}/${to}${query}`;
  const headers: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    ...posting.headers,
  };
  if (token !== null) headers["x-twilio-signature"] = signForm(token, posting.signedUrl ?? url, form);
  const body = posting.body ?? new URLSearchParams(form.map(([name, value]) => [name, value])).toString();
  return await fetch(url, { method: "POST", headers, body });
}

/** The status of a signed form's answer. */
export async function statusOfPost(stack: TestStack, posting: Posting): Promise<number> {
  const response = await post(stack, posting);
  await response.body?.cancel();
  return response.status;
}

/** An error is JSON of `code` and `message`, with a request id, and nothing else. */
export async function refusal(response: Response): Promise<{ status: number; code: string }> {
  assert.match(response.headers.get("x-request-id") ?? "", /^[\w-]{16,64}$/);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  const { code, message, ...more } = await response.json();
  assert.match(code, /^[A-Z][A-Z0-9_]+$/);
  assert(typeof message === "string" && message.length > 5, code);
  assert.deepEqual(more, {});
  return { status: response.status, code };
}

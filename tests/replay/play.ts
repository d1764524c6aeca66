/** Plays the script, request by request, and says what was answered. */
import { strict as assert } from "node:assert";
import { z } from "zod";
import { signForm } from "../../local/carrier/mod.ts";
import type { NameTable } from "./names.ts";
import { Placeholders } from "./placeholders.ts";
import { isDropped, meantRequest, renamedPath, substituteFor } from "./renaming.ts";
import { setStage, type Stage } from "./stage.ts";
import type { Request, Step } from "./steps.ts";

/** What one request was answered; in the record without what differs between two runs. */
export interface Answer {
  /** Who asked for what, in the words of the build that was recorded. */
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Every answer, in the order of the script; null where a substitute was asked instead. */
export async function play(script: readonly Step[], names: NameTable): Promise<(Answer | null)[]> {
  await using stage = await setStage();
  const placeholders = new Placeholders(stage.known);
  const answers: (Answer | null)[] = [];
  for (const step of script) {
    if (typeof step === "function") await step(stage);
    else if (isDropped(names, step.path)) {
      await ask(stage, substituteFor(names, step), names);
      answers.push(null);
    } else {
      const answer = await ask(stage, meantRequest(names, step), names);
      keep(stage, step, answer);
      answers.push(placeholders.answer(answer));
    }
  }
  return answers;
}

export function describe({ as, method, path }: Request): string {
  return `${as}: ${method} ${path}`;
}

async function ask(stage: Stage, request: Request, names: NameTable): Promise<Answer> {
  const url = `${stage.stack.ready.apiUrl}/${
    fill(stage, renamedPath(names, request.path), encodeURIComponent)
  }`;
  const { body, headers } = contentOf(stage, request, url);
  const response = await fetch(await behindGateway(stage, url), {
    method: request.method,
    headers: { ...stage.headersOf(request.as), ...headers, ...request.headers },
    ...(body === null ? {} : { body }),
    redirect: "manual",
  });
  return {
    request: describe(request),
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await bodyOf(response),
  };
}

/** The gateway refuses wakes, so that the worker runs when the script says so: straight to the process. */
async function behindGateway({ stack }: Stage, url: string): Promise<string> {
  const gateway = `${stack.ready.functionsUrl}/sms-worker`;
  return url.startsWith(gateway)
    ? `${(await stack.functions.get("sms-worker")).origin}/sms-worker${url.slice(gateway.length)}`
    : url;
}

interface Content {
  readonly body: string | null;
  readonly headers: Record<string, string>;
}

function contentOf(stage: Stage, { as, body, text }: Request, url: string): Content {
  if (text !== undefined) return { body: text, headers: { "content-type": "application/json" } };
  if (body === undefined) return { body: null, headers: {} };
  const filled = fillAll(stage, body);
  if (as !== "twilio" && as !== "forger" && as !== "unsigned") {
    return { body: JSON.stringify(filled), headers: { "content-type": "application/json" } };
  }
  const form = Object.entries(z.record(z.string(), z.string()).parse(filled));
  return {
    body: new URLSearchParams(form).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...signature(stage, { as, url, form }) },
  };
}

interface Signed {
  readonly as: "twilio" | "forger" | "unsigned";
  readonly url: string;
  readonly form: [string, string][];
}

/** With the token of the form's account; a forger has the other one's. */
function signature({ kept }: Stage, { as, url, form }: Signed): Record<string, string> {
  if (as === "unsigned") return {};
  const isBobs = form.some(([name, value]) => name === "AccountSid" && value === kept.get("bobAccount"));
  const token = kept.get(isBobs === (as === "twilio") ? "bobToken" : "token") ?? "";
  return { "x-twilio-signature": signForm(token, url, form) };
}

/** JSON and text as they are; of everything else the size. */
async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  if (/json/.test(type) && text !== "") return JSON.parse(text);
  return text === "" || /^text\/|xml/.test(type) ? text : `${bytes.length} bytes`;
}

function keep({ kept }: Stage, { keep = {} }: Request, answer: Answer): void {
  for (const [name, path] of Object.entries(keep)) {
    const value = path.split(".").reduce<unknown>(
      (at, part) => typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined,
      answer.body,
    );
    assert(
      typeof value === "string",
      `${answer.request} has ${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
    );
    kept.set(name, value);
  }
}

/** Values in place of their `{names}`. */
function fill({ kept }: Stage, text: string, encode = (value: string) => value): string {
  return text.replaceAll(/(?<!\{)\{(\w+)\}(?!\})/g, (_, name) => {
    const value = kept.get(name);
    assert(value !== undefined, `something was kept as ${name}`);
    return encode(value);
  });
}

function fillAll(stage: Stage, value: unknown): unknown {
  if (typeof value === "string") return fill(stage, value);
  if (Array.isArray(value)) return value.map((one) => fillAll(stage, one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fillAll(stage, one)]));
}

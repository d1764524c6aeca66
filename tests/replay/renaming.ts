/** Puts the names of today into a recorded request and into what was answered. */
import type { NameTable } from "./names.ts";
import type { Answer } from "./play.ts";
import type { Request } from "./steps.ts";

const VERB = /^rest\/v1\/rpc\/(\w+)/;
const TABLE = /^rest\/v1\/(\w+)/;
const FUNCTION = /^functions\/v1\/([\w-]+)/;

export function isDropped({ dropped }: NameTable, path: string): boolean {
  const verb = VERB.exec(path)?.[1];
  return verb !== undefined && verb in dropped;
}

/** The request that does the same as one to a verb that is gone. */
export function substituteFor({ dropped }: NameTable, request: Request): Request {
  const verb = VERB.exec(request.path)?.[1] ?? "";
  const substitute = dropped[verb];
  if (!substitute) throw new Error(`${request.path} is not gone`);
  return {
    ...request,
    path: request.path.replace(verb, substitute.verb),
    body: substitute.arguments(request.body as Record<string, unknown>),
  };
}

/** The request in today's words: a field that says what it meant. Nobody answers a list of recipients, nor as an app. */
export function meantRequest({ meant }: NameTable, request: Request): Request {
  const { as, path, body } = request;
  const fields = meant[path];
  if (fields === undefined || as === "operator" || !isRecord(body) || Array.isArray(body.to)) return request;
  return { ...request, body: { ...body, ...fields } };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Where the request goes now. */
export function renamedPath({ tables, verbs, functions }: NameTable, path: string): string {
  const put = (kind: RegExp, names: Readonly<Record<string, string>>) =>
    path.replace(kind, (whole, name: string) => whole.replace(name, names[name] ?? name));
  if (VERB.test(path)) return put(VERB, verbs);
  if (FUNCTION.test(path)) return put(FUNCTION, functions);
  return embedded(tables, put(TABLE, tables));
}

/** What is embedded is named in front of its parenthesis: `select=number,who:contacts(name)`. */
function embedded(tables: Readonly<Record<string, string>>, query: string): string {
  return query.replaceAll(/[a-z_]+(?=\(|%28)/g, (name) => tables[name] ?? name);
}

/**
 * What the answer says now. Only the data API names tables and verbs, and only where it refuses; the field names of
 * answers are the same.
 */
export function renamedAnswer(names: NameTable, answer: Answer): Answer {
  const path = answer.request.replace(/^.*?: \w+ /, "");
  const headers = Object.entries(answer.headers).map(([name, value]) => [
    name,
    name === "content-location" ? renamedPath(names, `rest/v1${value}`).slice("rest/v1".length) : value,
  ]);
  const namesThings = path.startsWith("rest/") && answer.status >= 400;
  const now = (text: string) => names.sentences[text] ?? (namesThings ? words(names, text) : text);
  return { ...answer, headers: Object.fromEntries(headers), body: eachText(answer.body, now) };
}

function eachText(value: unknown, now: (text: string) => string): unknown {
  if (typeof value === "string") return now(value);
  if (Array.isArray(value)) return value.map((one) => eachText(one, now));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, eachText(one, now)]));
}

/** Names of tables and verbs, and of constraints, which begin with their table's. */
function words({ tables, verbs }: NameTable, text: string): string {
  const now = { ...tables, ...verbs };
  return text.replaceAll(/\w+/g, (word) => {
    if (word in now) return now[word] ?? word;
    const table = Object.keys(tables).find((name) => word.startsWith(`${name}_`));
    return table === undefined ? word : `${tables[table]}${word.slice(table.length)}`;
  });
}

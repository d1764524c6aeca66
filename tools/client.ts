/** The types of `client/`, from the sources of truth: the contract of the functions, the outcomes of the verbs, the tables. */
import { join } from "node:path";
import { readIfThere } from "../local/files.ts";
import { projectRoot } from "../local/project.ts";
import {
  PURPOSES,
  REASONING_EFFORTS,
  VERBOSITIES,
} from "../supabase/functions/_shared/sms/contract/common.ts";
import { FOR_USERS } from "../supabase/functions/_shared/sms/contract/verbs_for_users.ts";
import { codeOf } from "../supabase/functions/_shared/sms/http/outcomes.ts";
import { ANSWERS } from "./client/answers.ts";
import { codes, codeType, sentences } from "./client/codes.ts";
import { type Column, DatabaseTypes, fields } from "./client/rows.ts";
import { type Schema, typeOf } from "./client/schema.ts";
import { openApiDocument } from "./openapi/document.ts";
import { operations } from "./openapi/operations.ts";

const MADE =
  "// Made by `deno task reference` from the contract, the table of outcomes and the tables; do not edit.\n";

/** What `client/` calls the bodies and answers of the HTTP API: name, method, path, and which of the two. */
const NAMED: readonly [
  name: string,
  method: string,
  path: string,
  of: "body" | 200 | 201 | 202,
][] = [
  ["SendRequest", "post", "/sms-send", "body"],
  ["ConversationPage", "get", "/sms-conversation", 200],
  ["Thread", "get", "/sms-conversation/{id}", 200],
  ["ConversationChanges", "patch", "/sms-conversation/{id}", "body"],
  ["Stats", "get", "/sms-stats", 200],
  ["NumbersAnswer", "get", "/sms-numbers", 200],
  ["UnassignedNumbers", "get", "/sms-numbers/unassigned", 200],
  ["AssignRequest", "post", "/sms-numbers", "body"],
  ["ConnectRequest", "post", "/sms-accounts", "body"],
  ["PreviewRequest", "post", "/sms-preview", "body"],
  ["Preview", "post", "/sms-preview", 200],
  ["Models", "get", "/sms-preview", 200],
];

/** Rows that apps read from tables, and which of their columns they may write (supabase/schemas/90_grants.sql). */
const ROWS: readonly [
  name: string,
  table: string,
  written: readonly string[],
][] = [
  ["Contact", "sms_contacts", ["number", "name", "time_zone"]],
  ["Template", "sms_templates", ["name", "body", "purpose"]],
  ["Limits", "sms_limits", []],
  ["Assistant", "sms_assistants", [
    "name",
    "prompt",
    "first_message",
    "goodbye_message",
    "error_message",
    "model",
    "temperature",
    "language",
    "reply_delay_ms",
    "max_history",
    "max_segments",
    "idle_timeout",
    "reply_after_first_message",
    "active",
    "reasoning_effort",
    "verbosity",
    "reads_images",
    "time_zone",
  ]],
];

/** Columns whose values are one of a few, which the generated types call a string. */
const UNIONS: Readonly<Record<string, readonly string[]>> = {
  reasoning_effort: REASONING_EFFORTS,
  verbosity: VERBOSITIES,
  purpose: PURPOSES,
};

const narrow = (column: Column): Column => {
  const values = UNIONS[column.name];
  return values
    ? {
      ...column,
      type: values.map((value) => JSON.stringify(value)).join(" | ") +
        (column.type.endsWith("| null") ? " | null" : ""),
    }
    : column;
};

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, OperationObject>>>
  >;
}
interface Content {
  readonly content: {
    readonly "application/json": { readonly schema: Schema };
  };
}
interface OperationObject {
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

function contractTypes(): string[] {
  const document = openApiDocument(operations) as unknown as Document;
  const shared = Object.entries(document.components.schemas).filter(([name]) => name !== "Error");
  const named = NAMED.map(([name, method, path, of]): [string, Schema] => {
    const operation = document.paths[path]?.[method];
    const content = of === "body" ? operation?.requestBody : operation?.responses[of];
    if (!content) {
      throw new Error(
        `docs/reference/openapi.json has no ${method} ${path} ${of}`,
      );
    }
    return [name, content.content["application/json"].schema];
  });
  return [...shared, ...named].map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
}

function rowTypes(types: DatabaseTypes): string[] {
  return ROWS.flatMap(([name, table, written]) => {
    const given = types.columns(table, "Insert").filter((column) => written.includes(column.name)).map(
      narrow,
    );
    const changed = given.map((column) => ({ ...column, optional: true }));
    const row = fields(types.columns(table, "Row").map(narrow));
    const read = `/** A row of ${table}. */\nexport interface ${name} {\n${row}\n}\n`;
    if (written.length === 0) return [read];
    return [
      read,
      `export interface New${name} {\n${fields(given)}\n}\n`,
      `export interface ${name}Changes {\n${fields(changed)}\n}\n`,
    ];
  });
}

function verbTypes(types: DatabaseTypes): string {
  const verbs = Object.entries(FOR_USERS).map(([verb, { done, refused }]) => {
    const args = types.arguments(verb).map((column) => ({
      ...column,
      type: column.optional ? `${column.type} | null` : column.type,
    }));
    const outcomes = Object.keys(done).map((outcome) => JSON.stringify(outcome))
      .join(" | ");
    const codes = Object.keys(refused).map((outcome) => JSON.stringify(codeOf(outcome))).join(" | ") ||
      "never";
    const answer = ANSWERS[verb as keyof typeof FOR_USERS];
    return `readonly ${verb}: {
      readonly args: ${args.length === 0 ? "Readonly<Record<string, never>>" : `{ ${fields(args)} }`};
      readonly answer: { readonly outcome: ${outcomes} }${answer ? ` & ${answer}` : ""};
      readonly refused: ${codes};
    };`;
  });
  return `/** The verbs of signed-in users: what each takes, answers, and refuses with. */
export interface Verbs {\n${verbs.join("\n")}\n}\n`;
}

/** `client/types.ts` and `client/codes.ts`, as they should be but for their format. */
export async function clientFiles(): Promise<Record<string, string>> {
  const path = join(
    projectRoot,
    "supabase/functions/_shared/sms/database/types.ts",
  );
  const types = new DatabaseTypes(await Deno.readTextFile(path));
  return {
    "client/types.ts": [
      MADE,
      'import type { ConsentImport, ContactConsent, ContactWithoutConsent } from "./consents.ts";\n' +
      'import type { EventEndpoint } from "./events.ts";\n',
      ...contractTypes(),
      `/** A row of sms_conversations, without its contact and its number. */
export type ConversationRow = Omit<Conversation, "contact" | "phone_number" | "unread">;\n`,
      `export type MessageStatus = Message["status"];\n`,
      `/** What a list of recipients becomes. */
export interface BroadcastAnswer {
  readonly broadcast: Broadcast;
  readonly accepted: number;
  readonly rejected: readonly { readonly to: string; readonly code: string }[];
}\n`,
      `/** A broadcast, and how many of its messages have each status. */
export interface BroadcastProgress {
  readonly broadcast: Broadcast;
  readonly totals: { readonly [Status in MessageStatus]?: number };
}\n`,
      ...rowTypes(types),
      verbTypes(types),
    ].join("\n"),
    "client/codes.ts": [
      MADE,
      `/** Every code with which a function or a verb refuses. docs/reference/errors.md explains each. */
export type ServerCode =\n${codes().map((code) => `  | ${codeType(code)}`).join("\n")};\n`,
      `/** What a verb's refusal is, said as a function says it. */
export const SENTENCES: Readonly<Record<string, readonly [status: number, message: string]>> = ${
        JSON.stringify(sentences(), null, 2)
      };\n`,
    ].join("\n"),
  };
}

/** Formats each file as `deno fmt` does. */
export async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "fmt",
      "-q",
      "--ext=ts",
      "--config",
      join(projectRoot, "deno.json"),
      "-",
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** @returns what is wrong and what to do about it */
export async function checkClient(): Promise<string[]> {
  const problems: string[] = [];
  for (const [path, text] of Object.entries(await clientFiles())) {
    if (await readIfThere(join(projectRoot, path)) !== await formatted(text)) {
      problems.push(
        `${path} is not what the code says: run \`deno task reference\`.`,
      );
    }
  }
  return problems;
}

export async function writeClient(): Promise<string[]> {
  const files = Object.entries(await clientFiles());
  for (const [path, text] of files) {
    await Deno.writeTextFile(join(projectRoot, path), await formatted(text));
  }
  return files.map(([path]) => path);
}

import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject } from "zod-openapi";
import { ErrorBody } from "../../supabase/functions/_shared/sms/contract/common.ts";
import { VERBS } from "../../supabase/functions/_shared/sms/contract/verbs.ts";
import type { Verb } from "../../supabase/functions/_shared/sms/database/rpc.ts";
import { outcomeError } from "../../supabase/functions/_shared/sms/http/outcomes.ts";
import { VERSION } from "../../supabase/functions/_shared/sms/version.ts";
import { COMMON, type Errors, statusOf } from "../reference/function_errors.ts";

/** Who may call: a signed-in user, the secret key, the key named `worker`, Twilio by its signature, or anybody. */
export type Caller = "user" | "secret" | "worker" | "twilio" | "anyone";

/** One call of the HTTP API. Schemas are those the functions themselves parse with. */
export interface Operation {
  readonly method: "get" | "post" | "patch" | "delete";
  /** Behind `/functions/v1`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly callers: readonly [Caller, ...Caller[]];
  readonly parameters?: ZodOpenApiOperationObject["requestParams"];
  readonly body?: { readonly schema: z.ZodType; readonly contentType?: string };
  readonly answers: Readonly<Record<`${2 | 3}${number}`, Answer>>;
  /** The verbs it calls: their refusals are its own. */
  readonly verbs?: readonly Verb[];
  /** Codes that the function has besides (tools/reference/function_errors.ts). */
  readonly errors?: readonly string[];
}

export interface Answer {
  readonly description: string;
  /** Of a JSON body; without one there is none, or it is not JSON. */
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** The whole page, OpenAPI 3.1. */
export function openApiDocument(operations: readonly Operation[]) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method] = operationObject(operation);
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "supabase-sms",
      version: VERSION,
      description:
        "Made by `deno task reference` from the schemas the functions parse with (`_shared/sms/contract/*.ts`). Every answer carries `x-request-id`. What the codes mean: docs/reference/errors.md.",
    },
    servers: [{
      url: "https://{project}.supabase.co/functions/v1",
      variables: { project: { default: "YOUR_PROJECT" } },
    }],
    paths,
    components: { securitySchemes: Object.fromEntries(Object.values(SECURITY)) },
  });
}

const SECURITY = {
  user: ["userToken", { type: "http", scheme: "bearer", description: "A signed-in user's access token." }],
  secret: ["secretKey", { type: "apiKey", in: "header", name: "apikey", description: "A secret key." }],
  worker: ["workerKey", {
    type: "apiKey",
    in: "header",
    name: "apikey",
    description: "The secret key named `worker`; where there is none, the default one.",
  }],
  twilio: ["twilioSignature", {
    type: "apiKey",
    in: "header",
    name: "X-Twilio-Signature",
    description: "HMAC-SHA1 of the public URL and the form, with the account's auth token.",
  }],
} as const;

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { method, path, summary, description, callers, parameters, body } = operation;
  return {
    operationId: method + path.replace(/[^a-zA-Z0-9]+/g, "_").replace(/_$/, ""),
    summary,
    ...(description === undefined ? {} : { description }),
    security: callers.map((caller) => caller === "anyone" ? {} : { [SECURITY[caller][0]]: [] }),
    ...(parameters ? { requestParams: parameters } : {}),
    ...(body
      ? {
        requestBody: {
          required: true,
          content: { [body.contentType ?? "application/json"]: { schema: body.schema } },
        },
      }
      : {}),
    responses: { ...answersOf(operation), ...refusalsOf(operation) },
  };
}

function answersOf({ answers }: Operation): ZodOpenApiOperationObject["responses"] {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, contentType }]) => {
      const type = contentType ?? (schema ? "application/json" : undefined);
      return [status, { description, ...(type ? { content: { [type]: schema ? { schema } : {} } } : {}) }];
    }),
  );
}

/** The contract refuses these as INVALID_REQUEST, before the verb sees them. */
const REFUSED_BEFORE = [
  "NO_RECIPIENTS",
  "TOO_MANY_RECIPIENTS",
  "INVALID_NAME",
  "INVALID_PAGE_SIZE",
  "INVALID_STATUS",
  "INVALID_ANSWERER",
  "INVALID_BUCKET",
];

function refusalsOf(operation: Operation): ZodOpenApiOperationObject["responses"] {
  const codes: Record<string, Set<string>> = {};
  for (
    const [status, code] of [...ownErrors(operation), ...verbRefusals(operation), ...commonErrors(operation)]
  ) {
    (codes[status] ??= new Set()).add(code);
  }
  return Object.fromEntries(
    Object.entries(codes).map(([status, all]) => [status, {
      description: [...all].map((code) => `\`${code}\``).join(", "),
      content: { "application/json": { schema: ErrorBody } },
    }]),
  );
}

type Code = readonly [status: string, code: string];

function ownErrors({ path, errors = [] }: Operation): Code[] {
  const functionName = path.split("/")[1] ?? "";
  return errors.map((code) => [statusOf(functionName, code), code]);
}

/** With the secret key a request may name a user whom nobody knows. */
function verbRefusals({ verbs = [], callers }: Operation): Code[] {
  const called: readonly Verb[] = callers.includes("secret") ? [...verbs, "sms_call_for"] : verbs;
  return called.flatMap((verb) => Object.keys(VERBS[verb].refused))
    .filter((outcome) => !REFUSED_BEFORE.includes(outcome))
    .flatMap((outcome): Code[] => {
      const error = outcomeError({ outcome });
      return error === null ? [] : [[String(error.status), error.code]];
    });
}

function commonErrors({ path, body, parameters, callers }: Operation): Code[] {
  const isForm = callers.includes("twilio");
  const asksForKey = callers.some((caller) => caller !== "anyone" && caller !== "twilio");
  const groups: (Errors | false | undefined)[] = [
    body !== undefined && !isForm && COMMON["a JSON body"],
    isForm && COMMON["a form of Twilio"],
    parameters?.query && !isForm && COMMON["a query"],
    path.includes("{") && COMMON["a path"],
    asksForKey && COMMON["a user's token or a secret key"],
    COMMON["every call"],
  ];
  return groups.flatMap((group) =>
    Object.entries(group || {}).flatMap(([status, codes]) =>
      Object.keys(codes).map((code): Code => [status, code])
    )
  );
}

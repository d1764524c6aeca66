import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject } from "zod-openapi";
import { ErrorBody } from "../../supabase/functions/_shared/sms/contract/common.ts";

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
  /** The codes it refuses with, by status, besides those that every call has (`COMMON` and so on). */
  readonly refusals?: Refusals;
}

export interface Answer {
  readonly description: string;
  /** Of a JSON body; without one there is none, or it is not JSON. */
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

type Refusals = Readonly<Record<number, readonly string[]>>;

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
      version: "1",
      description:
        "Made by `deno task openapi` from the schemas the functions parse with (`_shared/sms/contract/*.ts`). Every answer carries `x-request-id`. What the codes mean: docs/errors.md.",
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

const COMMON: Refusals = {
  405: ["METHOD_NOT_ALLOWED"],
  500: ["INTERNAL"],
  503: ["UNAVAILABLE", "NOT_CONFIGURED"],
};
const OF_BODIES: Refusals = {
  400: ["INVALID_JSON", "INVALID_REQUEST"],
  413: ["BODY_TOO_LARGE"],
  415: ["UNSUPPORTED_MEDIA_TYPE"],
};
const OF_QUERIES: Refusals = { 400: ["INVALID_REQUEST"] };
const OF_KEYS: Refusals = {
  401: ["MISSING_CREDENTIALS", "INVALID_JWT", "INVALID_API_KEY", "INVALID_CREDENTIALS"],
};

function refusalsOf(
  { refusals, body, parameters, callers }: Operation,
): ZodOpenApiOperationObject["responses"] {
  const asksForKey = callers.some((caller) => caller !== "anyone" && caller !== "twilio");
  const isJson = body !== undefined && body.contentType === undefined;
  const codes: Record<string, Set<string>> = {};
  for (
    const some of [
      refusals,
      isJson ? OF_BODIES : undefined,
      parameters?.query ? OF_QUERIES : undefined,
      asksForKey ? OF_KEYS : undefined,
      COMMON,
    ]
  ) {
    for (const [status, more] of Object.entries(some ?? {})) {
      for (const code of more) (codes[status] ??= new Set()).add(code);
    }
  }
  return Object.fromEntries(
    Object.entries(codes).map(([status, all]) => [status, {
      description: [...all].map((code) => `\`${code}\``).join(", "),
      content: { "application/json": { schema: ErrorBody } },
    }]),
  );
}

/** Requests to the functions: each call of the API, the old routes, and bytes. */
import * as fc from "fast-check";
import { OldSendRequest, OldStatsQuery } from "../../supabase/functions/sms-api/contract.ts";
import type { Operation } from "../../tools/openapi/document.ts";
import { operations } from "../../tools/openapi/operations.ts";
import { z } from "zod";
import { fromSchema, queryFrom } from "./from_schema.ts";
import type { HttpRequest, Who } from "./request.ts";
import { mixed, oddJson, oddText, type Pools, valueFor } from "./values.ts";

const OLD: Operation[] = [
  ...["/api/v1/sms", "/api/v1/twilio/sms"].flatMap((prefix): Operation[] => [
    old("post", `${prefix}/send`, { body: { schema: OldSendRequest } }),
    old("get", `${prefix}/conversation/{id}`, {}),
    old("get", `${prefix}/stats`, { parameters: { query: OldStatsQuery } }),
  ]),
  old("get", "/api/v1/sms/numbers", {}),
  old("get", "/api/v1/sms/webhook/health", {}),
  old("post", "/api/v1/sms/test", {}),
  old("get", "/api/v1/sms/{id}", {}),
];

function old(method: Operation["method"], path: string, more: Partial<Operation>): Operation {
  return { method, path: `/sms-api${path}`, summary: "", callers: ["user"], answers: {}, ...more };
}

/** Everything but what Twilio signs, and the worker's POST, which would run all day. */
const CALLED = [...operations, ...OLD].filter(({ callers, path, method }) =>
  callers[0] !== "twilio" && !(path === "/sms-worker" && method === "post")
);

const whoEver: fc.Arbitrary<Who> = fc.oneof(
  { arbitrary: fc.constantFrom<Who>("a", "b"), weight: 10 },
  { arbitrary: fc.constant<Who>("secret key for a"), weight: 3 },
  {
    arbitrary: fc.constantFrom<Who>(
      "nobody",
      "publishable key",
      "wrong secret key",
      "worker key",
      "expired token of v",
      "token of another project for v",
      "unsigned token for v",
      "altered token of a",
      "garbage",
    ),
    weight: 4,
  },
);

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    "x-request-id",
    "idempotency-key",
    "accept",
    "origin",
    "x-forwarded-host",
    "x-forwarded-for",
    "x-twilio-signature",
    "x-sms-woken-by",
    "range",
    "if-none-match",
    "content-encoding",
    "accept-profile",
    "prefer",
  ),
  fc.oneof(
    fc.constantFrom(
      "once",
      "*/*",
      "gzip",
      "bytes=0-",
      "localhost",
      "a".repeat(300),
      "+14155550101",
      "sms_private",
    ),
    fc.string({ unit: "grapheme-ascii", maxLength: 40 }).map((text) => text.replace(/[^\x21-\x7e]/g, "x")),
  ),
  { maxKeys: 2 },
);

const headersWith = (type: string) =>
  fc.oneof(
    { arbitrary: fc.constant<Record<string, string>>({}), weight: 6 },
    { arbitrary: oddHeaders, weight: 2 },
    {
      arbitrary: fc.constantFrom(
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "multipart/form-data",
      )
        .map((other) => ({ "content-type": other })),
      weight: 1,
    },
  ).map((headers) => ({ ...(type === "" ? {} : { "content-type": type }), ...headers }));

/** A call of the API, built from its contract. */
export function contractRequest(pools: Pools): fc.Arbitrary<HttpRequest> {
  return fc.constantFrom(...CALLED).chain((operation) => callOf(operation, pools));
}

function callOf(operation: Operation, pools: Pools): fc.Arbitrary<HttpRequest> {
  const [, name = "", ...segments] = operation.path.split("/");
  const path = fc.tuple(...segments.map((segment) => segmentOf(name, segment, operation.method, pools)))
    .map((parts) => parts.map((part) => `/${part}`).join(""));
  const query = operation.parameters?.query;
  const schema = operation.body?.schema;
  const body = schema === undefined
    ? fc.oneof({ arbitrary: fc.constant(null), weight: 12 }, { arbitrary: oddText, weight: 1 })
    : mixed(
      (/\/send$|^\/sms-send/.test(operation.path) ? sendable(schema, pools) : fromSchema(schema, pools))
        .map((value) => JSON.stringify(value) ?? ""),
      brokenJson,
      15,
    );
  const bodiless = operation.method === "get";
  return fc.record({
    kind: fc.constant("http" as const),
    function: fc.constant(name),
    method: mixed(
      fc.constant(operation.method.toUpperCase()),
      fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"),
      25,
    ),
    path: fc.tuple(path, queryFrom(query instanceof z.ZodType ? query : undefined, pools)).map((both) =>
      both.join("")
    ),
    who: whoEver,
    headers: headersWith(bodiless ? "" : "application/json"),
    body: bodiless ? fc.constant(null) : body,
    isBytes: fc.constant(false),
  });
}

/** Most fields of a text exclude each other, so half of the texts are good ones with one field of any kind more. */
function sendable(schema: z.ZodType, pools: Pools): fc.Arbitrary<unknown> {
  const to = fc.constantFrom(...pools.phones);
  const good = fc.record({
    to: fc.oneof({ arbitrary: to, weight: 3 }, {
      arbitrary: fc.array(to, { minLength: 1, maxLength: 4 }),
      weight: 1,
    }),
    body: fc.oneof(
      fc.constant(`Hello ${pools.words}`),
      fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }),
    ),
  });
  const any = fromSchema(schema, pools);
  const more = any.map((value) =>
    typeof value === "object" && value !== null ? Object.entries(value).slice(0, 1) : []
  );
  return fc.oneof(
    { arbitrary: good, weight: 2 },
    {
      arbitrary: fc.tuple(good, more).map(([text, [one]]) => one ? { ...text, [one[0]]: one[1] } : text),
      weight: 2,
    },
    { arbitrary: any, weight: 3 },
  );
}

const brokenJson = fc.oneof(
  oddJson.map((value) => JSON.stringify(value) ?? ""),
  oddText,
  fc.constantFrom(
    '{"to": "+1',
    "[1,",
    '{"a":1}{"a":2}',
    '{"to":1,"to":2}',
    "\ufeff{}",
    '{"__proto__":{"a":1}}',
  ),
);

/** A fixed part of a path, or one of its own: ids of everybody, numbers in many spellings, text. */
function segmentOf(name: string, segment: string, method: string, pools: Pools): fc.Arbitrary<string> {
  const field = /^\{(\w+)\}$/.exec(segment)?.[1];
  if (field === undefined) return mixed(fc.constant(segment), oddSegment, 40);
  const written = (text: string) => encodeURIComponent(text.toWellFormed());
  const some = () => {
    if (field === "id" && name === "sms-numbers") return valueFor("phone_number_id", pools);
    // Who disconnects an account that the forms are signed for would end the fuzz of forms.
    if (field === "account_sid" && method === "delete") return fc.constantFrom(...pools.accounts.slice(2));
    if (field === "id" || field === "message") {
      return fc.oneof(
        fc.constantFrom(...(field === "id" ? pools.conversations : pools.messages)),
        fc.tuple(fc.constantFrom("phone-", "conv_", ""), fc.constantFrom(...pools.phones, ...pools.numbers))
          .map((both) => both.join("")),
      );
    }
    if (field === "n") return fc.constantFrom("0", "1", "9", "00", "-1");
    return valueFor(field, pools) ?? fc.string();
  };
  return mixed((some() ?? fc.string()).map((value) => written(String(value))), oddSegment, 10);
}

const oddSegment = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.slice(0, 500).toWellFormed())),
  fc.constantFrom("%", "%ff", "%00", "%2f", "..", "phone-", "conv_%2B", "phone-%20"),
);

/** Bytes to anywhere, as anybody. */
export function rawRequest(): fc.Arbitrary<HttpRequest> {
  const names = [...new Set(CALLED.map(({ path }) => path.split("/")[1] ?? "")), "sms-webhook", "sms-status"];
  return fc.record({
    kind: fc.constant("http" as const),
    function: fc.constantFrom(...names),
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"),
    path: fc.oneof(
      fc.constant(""),
      oddSegment.map((one) => `/${one}`),
      oddSegment.map((one) => `/${one}?${one}=${one}&${one}`),
    ),
    who: whoEver,
    headers: fc.tuple(
      fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/plain", ""),
      oddHeaders,
    ).map(([type, more]) => ({ ...(type === "" ? {} : { "content-type": type }), ...more })),
    body: fc.oneof(
      fc.constant(null),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => String.fromCharCode(...bytes)),
      fc.integer({ min: 60_000, max: 70_000 }).map((length) => "\u0000".repeat(length)),
      fc.integer({ min: 1, max: 1_100 }).map((count) => "a=1&".repeat(count)),
    ),
    isBytes: fc.constant(true),
  }).map((request) =>
    // The worker would run.
    request.function === "sms-worker" && request.who === "worker key"
      ? { ...request, who: "nobody" as const }
      : request
  );
}

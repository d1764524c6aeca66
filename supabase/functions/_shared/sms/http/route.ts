import type { z } from "zod";
import { badRequest } from "./errors.ts";

/**
 * The segments of the path behind the function's name, decoded: `/sms-conversation/phone-%2B1555` → `["phone-+1555"]`. The
 * platform calls a function with `/<name>/…`; other servers may keep `/functions/v1` before it.
 * @throws AppError INVALID_PATH when it is not decodable
 */
export function pathAfter(request: Request, functionName: string): string[] {
  const segments = new URL(request.url).pathname.split("/").filter((segment) => segment !== "");
  const start = segments.indexOf(functionName) + 1;
  try {
    return segments.slice(start).map(decodeURIComponent);
  } catch {
    throw badRequest("INVALID_PATH", "The path is not percent-encoded UTF-8.");
  }
}

/**
 * Parses the query string; a name that comes twice is refused, as is one the schema does not know.
 * @throws AppError INVALID_REQUEST (with the field concerned)
 */
export function parseQuery<T>(request: Request, schema: z.ZodType<T>): T {
  const query: Record<string, string> = {};
  for (const [name, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(query, name)) throw badRequest("INVALID_REQUEST", `${name}: given more than once`);
    query[name] = value;
  }
  return parseInput(query, schema);
}

/** @throws AppError INVALID_REQUEST, naming the first field that is wrong and why */
export function parseInput<T>(input: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw badRequest(
    "INVALID_REQUEST",
    `${issue?.path.join(".") || "request"}: ${issue?.message ?? "not valid"}`,
  );
}

import type { Context, Handler } from "./endpoint.ts";
import { methodNotAllowed, notFound } from "./errors.ts";
import { pathAfter } from "./route.ts";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** The names that a pattern gives to its segments: `id` of `/:id/repair`. */
type Names<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : Pattern extends `${string}:${infer Name}` ? Name
  : never;

type Answer<Name extends string> = (
  request: Request,
  context: Context,
  path: Readonly<Record<Name, string>>,
) => Promise<Response>;

type Answers<Name extends string> = Readonly<Partial<Record<Method, Answer<Name>>>>;

/**
 * Makes one handler out of one for each path and method. The first pattern that fits answers; `:name` is any one segment.
 *
 * @example routes("sms-numbers", { "/": { GET: list }, "/unassigned": { GET: unassigned }, "/:id": { GET: show } })
 * @throws AppError NOT_FOUND for a path without a pattern, METHOD_NOT_ALLOWED for another method, INVALID_PATH
 */
export function routes<Pattern extends string>(
  functionName: string,
  table: { readonly [Each in Pattern]: Answers<Names<Each>> },
): Handler;
export function routes(functionName: string, table: Readonly<Record<string, Answers<string>>>): Handler {
  return async (request, context) => {
    const segments = pathAfter(request, functionName);
    for (const [pattern, answers] of Object.entries(table)) {
      const path = matchPath(pattern, segments);
      if (path === null) continue;
      const answer = new Map(Object.entries(answers)).get(request.method);
      if (answer === undefined) throw methodNotAllowed(Object.keys(answers));
      return await answer(request, context, path);
    }
    throw nothingHere();
  };
}

/** The named segments of a path that fits a pattern; null for one that does not. */
export function matchPath(pattern: string, segments: readonly string[]): Record<string, string> | null {
  const expected = pattern.split("/").filter((part) => part !== "");
  if (expected.length !== segments.length) return null;
  const named: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) named[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return named;
}

export const nothingHere = () => notFound("NOT_FOUND", "There is nothing at this path.");

import { pathAfter } from "../_shared/route.ts";
import { failure, inOldShape } from "./answers.ts";

type Fetch = (request: Request) => Promise<Response>;

/** One of the old server's routes. In its path `*` is any one segment. */
export interface OldRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly fetch: Fetch;
}

/** Answers the old server's routes, failures in its shape. */
export function oldRoutes(routes: readonly OldRoute[]): Fetch {
  return async (request) => {
    const segments = segmentsOf(request);
    const here = routes.filter((route) => isAt(route, segments));
    const route = request.method === "OPTIONS"
      ? here[0]
      : here.find(({ method }) => method === request.method);
    if (route) return await inOldShape(await route.fetch(request));
    await request.body?.cancel();
    if (here.length === 0) return failure(404, "There is no such route.", { error: "NOT_FOUND" });
    const allow = here.map(({ method }) => method).join(", ");
    return failure(405, `Use ${allow}.`, { error: "METHOD_NOT_ALLOWED", headers: { allow } });
  };
}

/** What cannot be decoded is at no route. */
function segmentsOf(request: Request): string[] {
  try {
    return pathAfter(request, "api");
  } catch {
    return [];
  }
}

function isAt({ path }: OldRoute, segments: readonly string[]): boolean {
  const expected = path.slice(1).split("/");
  return expected.length === segments.length &&
    expected.every((part, index) => part === "*" || part === segments[index]);
}

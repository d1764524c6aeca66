import { pathAfter } from "../_shared/sms/http/route.ts";
import { inOldShape } from "./answers.ts";

type Fetch = (request: Request) => Promise<Response>;

/** One of the old server's routes. In its path `*` is any one segment. */
export interface OldRoute {
  readonly path: string;
  readonly fetch: Fetch;
}

/** Answers the old server's routes, failures in its shape; `elsewhere` answers what is at none of them. */
export function oldRoutes(routes: readonly OldRoute[], elsewhere: Fetch): Fetch {
  return async (request) => {
    const segments = segmentsOf(request);
    const { fetch } = routes.find((route) => isAt(route, segments)) ?? { fetch: elsewhere };
    return await inOldShape(await fetch(request));
  };
}

/** What cannot be decoded is at no route. */
function segmentsOf(request: Request): string[] {
  try {
    return pathAfter(request, "sms-api");
  } catch {
    return [];
  }
}

function isAt({ path }: OldRoute, segments: readonly string[]): boolean {
  const expected = path.slice(1).split("/");
  return expected.length === segments.length &&
    expected.every((part, index) => part === "*" || part === segments[index]);
}

import { pathAfter } from "../_shared/sms/http/route.ts";
import { matchPath } from "../_shared/sms/http/routes.ts";
import { inOldShape } from "./answers.ts";

type Fetch = (request: Request) => Promise<Response>;

/** One of the old server's routes. In its path `:name` is any one segment. */
export interface OldRoute {
  readonly path: string;
  readonly fetch: Fetch;
}

/** Answers the old server's routes, failures in its shape; `notFound` answers every other path. */
export function oldRoutes(routes: readonly OldRoute[], notFound: Fetch): Fetch {
  return async (request) => {
    const segments = segmentsOf(request);
    const { fetch } = routes.find(({ path }) => matchPath(path, segments) !== null) ?? { fetch: notFound };
    return await inOldShape(await fetch(request), request);
  };
}

/** A path that cannot be decoded is at no route. */
function segmentsOf(request: Request): string[] {
  try {
    return pathAfter(request, "sms-api");
  } catch {
    return [];
  }
}

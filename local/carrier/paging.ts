/**
 * Pages as api.twilio.com gives them: 50 a page unless asked, 1,000 at most, and a `next_page_uri` that continues
 * after the last entry even when newer ones have come in the meantime. https://www.twilio.com/docs/usage/twilios-response
 */

interface Named {
  sid: string;
}

/** A page of `all` under `key`; `render` is called for what is on the page only. */
export function pageOf<T extends Named>(
  url: URL,
  { key, all, render }: { key: string; all: readonly T[]; render: (item: T) => unknown },
): Response {
  const pageSize = Math.min(positive(url.searchParams.get("PageSize")) ?? 50, 1000);
  const page = Number(url.searchParams.get("Page") ?? "0") || 0;
  const token = url.searchParams.get("PageToken");
  const after = token === null ? -1 : all.findIndex((item) => `PA${item.sid}` === token);
  const start = token === null ? page * pageSize : after + 1;
  const shown = all.slice(start, start + pageSize);
  const last = shown.at(-1);
  const hasMore = start + pageSize < all.length && last !== undefined;
  const first = withParameters(url, { Page: "0", PageSize: String(pageSize), PageToken: null });
  return Response.json({
    end: start + Math.max(shown.length - 1, 0),
    first_page_uri: first,
    next_page_uri: hasMore
      ? withParameters(url, {
        Page: String(page + 1),
        PageSize: String(pageSize),
        PageToken: `PA${last.sid}`,
      })
      : null,
    page,
    page_size: pageSize,
    previous_page_uri: null,
    [key]: shown.map(render),
    start,
    uri: url.pathname + url.search,
  });
}

/**
 * Pages as the newer hosts (trunking, messaging) give them: a `meta` with whole URLs, which name the host whatever
 * the request was sent to. https://www.twilio.com/docs/usage/twilios-response
 */
export function metaPageOf<T extends Named>(
  url: URL,
  { host, key, all, render }: {
    host: string;
    key: string;
    all: readonly T[];
    render: (item: T) => unknown;
  },
): Response {
  const pageSize = Math.min(positive(url.searchParams.get("PageSize")) ?? 50, 1000);
  const page = Number(url.searchParams.get("Page") ?? "0") || 0;
  const shown = all.slice(page * pageSize, (page + 1) * pageSize);
  const last = shown.at(-1);
  const at = (number: number, token: string | null) => {
    const parameters = { PageSize: String(pageSize), Page: String(number), PageToken: token };
    return `https://${host}${withParameters(url, parameters)}`;
  };
  const hasMore = (page + 1) * pageSize < all.length && last !== undefined;
  return Response.json({
    meta: {
      first_page_url: at(0, null),
      key,
      next_page_url: hasMore ? at(page + 1, `PA${last.sid}`) : null,
      page,
      page_size: pageSize,
      previous_page_url: page === 0 ? null : at(page - 1, null),
      url: at(page, null),
    },
    [key]: shown.map(render),
  });
}

function withParameters(url: URL, parameters: Record<string, string | null>): string {
  const search = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) search.delete(name);
    else search.set(name, value);
  }
  return `${url.pathname}?${search}`;
}

function positive(given: string | null): number | null {
  const value = Number(given ?? "");
  return Number.isInteger(value) && value > 0 ? value : null;
}

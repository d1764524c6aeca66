import type { Query, QueryClient } from "@tanstack/react-query";
import { SmsError } from "../../../client/mod.ts";
import { growingPauses, pauseOrOnline } from "../lib/pause.ts";

// How what is shown is changed beside the readings of the query itself.

export interface Reading<Data, Head> {
  /** The first page, as it is now. */
  readonly read: () => Promise<Head>;
  readonly merge: (shown: Data | undefined, head: Head) => Data;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** The queries that are being read anew, and whether something was told meanwhile. */
const underWay = new WeakMap<Query, { again: boolean }>();

/**
 * Reads the first page of a query anew, until that has succeeded. One reading at a time: of two the older could arrive
 * last. What is told during one may have happened behind its back: then one more follows, however often it is told.
 */
export async function refresh<Data, Head>(
  queries: QueryClient,
  query: Query,
  reading: Reading<Data, Head>,
): Promise<void> {
  const current = underWay.get(query);
  if (current) return void (current.again = true);
  const turn = { again: true };
  underWay.set(query, turn);
  while (turn.again) {
    turn.again = false;
    await readUntilDone(queries, query, reading);
  }
  underWay.delete(query);
}

async function readUntilDone<Data, Head>(
  queries: QueryClient,
  query: Query,
  { read, merge, pause = pauseOrOnline }: Reading<Data, Head>,
): Promise<void> {
  for (const milliseconds of growingPauses()) {
    try {
      await pageUnderWay(query);
      const head = await read();
      await pageUnderWay(query);
      return changeShown<Data>(queries, query, (shown) => merge(shown, head));
    } catch (error) {
      if (query.isActive() && !isPassing(error)) return;
      if (query.isActive()) await pause(milliseconds);
      // Known to be old, and nobody looks: it is read when it is opened again.
      if (!query.isActive()) return queries.getQueryCache().remove(query);
    }
  }
}

const isPassing = (error: unknown) => error instanceof SmsError && error.isPassing;

/** Changes at once what is shown, and keeps it changed. */
export function changeLoaded<Data>(queries: QueryClient, query: Query, by: (shown: Data) => Data): void {
  const change = () => changeShown<Data>(queries, query, (shown) => shown && by(shown));
  change();
  if (query.state.fetchStatus !== "idle") void pageUnderWay(query).then(change);
}

/** Unless it is forgotten by now. */
function changeShown<Data>(
  queries: QueryClient,
  query: Query,
  by: (shown: Data | undefined) => Data | undefined,
): void {
  if (queries.getQueryCache().get(query.queryHash) === query) {
    queries.setQueryData<Data>(query.queryKey, by);
  }
}

/**
 * Until no page is under way: it will be put to those that were there when it was asked for, and what is changed
 * meanwhile is lost.
 */
async function pageUnderWay(query: Query): Promise<void> {
  // A query that was removed is "fetching" for ever, with the promise that it had.
  let page: Query["promise"];
  while (query.state.fetchStatus !== "idle" && query.promise !== page) {
    page = query.promise;
    await page?.catch(() => null);
  }
}

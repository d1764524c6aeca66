import type { TestDatabase } from "../../local/database.ts";
import { testDatabase } from "../support/postgres.ts";
import { addTenant, type Tenant } from "./support.ts";

/** A fresh, migrated database, and its pool and addresses by themselves: `async ({ sql }) => …`. */
type Context = TestDatabase & { database: TestDatabase };

type TestBody<Given> = (given: Given, t: Deno.TestContext) => Promise<void> | void;

/** A test with a database of its own that has no tenant yet. */
export function emptyDbTest(name: string, body: TestBody<Context>): void {
  Deno.test(name, async (t) => {
    await using database = await testDatabase();
    await body({ ...database, database }, t);
  });
}

/** A test with a database of its own and one tenant in it. */
export function dbTest(name: string, body: TestBody<Context & { tenant: Tenant }>): void {
  emptyDbTest(name, async (given, t) => {
    await body({ ...given, tenant: await addTenant(given.sql) }, t);
  });
}

import { type ServerAddress, type TestDatabase, TestDatabases } from "../../local/database.ts";
import { startPostgres } from "../../local/postgres.ts";

/**
 * The Postgres server of this test run: the one in TEST_POSTGRES_URL (`tests/run.ts` starts one for all files), else
 * an ephemeral one. It is started when a test file imports this, outside of any test, so that it is no test's leak,
 * and it ends with this process (see local/guard.ts).
 */
export const testServer: ServerAddress = await startServer();

const databases = await TestDatabases.open(testServer);

/** A fresh, migrated database of its own. Use as `await using database = await testDatabase()`. */
export async function testDatabase(): Promise<TestDatabase> {
  return await databases.create();
}

async function startServer(): Promise<ServerAddress> {
  const given = Deno.env.get("TEST_POSTGRES_URL");
  if (given) return addressOf(given);
  return await startPostgres({ ephemeral: true, data: "in memory" });
}

function addressOf(adminUrl: string): ServerAddress {
  const url = (database: string, role?: string) => {
    const copy = new URL(adminUrl);
    copy.pathname = `/${database}`;
    if (role) copy.username = role;
    return copy.href;
  };
  return { adminUrl, url, password: decodeURIComponent(new URL(adminUrl).password) };
}

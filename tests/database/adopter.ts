import { bootstrap } from "../../local/bootstrap.ts";
import { connect } from "../../local/database.ts";
import type { Sql } from "postgres";
import { testServer } from "../support/postgres.ts";

/** A project as its owner has it before ours is added, with one thing of its own. */
export async function project(own: string): Promise<AsyncDisposable & { sql: Sql }> {
  const server = testServer;
  const name = `adopter_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = connect(server.adminUrl, 1);
  await admin.unsafe(`create database ${name} template template0`);
  const sql = connect(server.url(name), 1);
  await bootstrap(sql, server.password);
  await sql.unsafe(`set role postgres; ${own}; reset role`);
  const drop = async () => {
    await sql.end({ timeout: 1 });
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  };
  return { sql, [Symbol.asyncDispose]: drop };
}

import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { connect } from "../../local/database.ts";
import { run } from "../../local/files.ts";
import { freePort } from "../../local/ports.ts";
import { startPostgres } from "../../local/postgres.ts";
import { isRoot, projectRoot, UsageError } from "../../local/project.ts";

async function version(url: string): Promise<string> {
  const sql = connect(url, 1);
  try {
    const [row] = await sql<{ server_version: string }[]>`show server_version`;
    return row?.server_version ?? "";
  } finally {
    await sql.end();
  }
}

Deno.test("two ephemeral servers run side by side and leave nothing", async () => {
  const [one, two] = await Promise.all([
    startPostgres({ ephemeral: true }),
    startPostgres({ ephemeral: true }),
  ]);
  match(await version(one.adminUrl), /^17\./);
  match(await version(two.adminUrl), /^17\./);
  const folders = [one, two].map((server) => dirname(server.logFile));
  await Promise.all([one.stop(), two.stop()]);
  for (const folder of folders) await rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test({
  name: "as root, neither binaries nor data are in the clone, which may be under a private home",
  // Only root needs it: everyone else runs Postgres as themselves.
  ignore: !isRoot,
  async fn() {
    await using server = await startPostgres({ ephemeral: true });
    const folder = dirname(server.logFile);
    ok(folder.startsWith("/var/tmp/") && !folder.startsWith(projectRoot));
    const nobody = Number(await run("id", ["-u", "nobody"]));
    strictEqual((await Deno.stat(join(folder, "cluster"))).uid, nobody);
    strictEqual(((await Deno.stat(join(folder, "password"))).mode ?? 0) & 0o077, 0);
    const command = await run("ps", ["-A", "-o", "user=,args="]);
    match(command, new RegExp(`^nobody +/var/tmp/\\S+/bin/postgres -D ${folder}/`, "m"));
  },
});

Deno.test("a kept server survives a pid file that now names somebody else's process", async () => {
  const name = `test-${crypto.randomUUID()}`;
  const first = await startPostgres({ ephemeral: false, name });
  const folder = dirname(first.logFile);
  try {
    const sql = connect(first.adminUrl, 1);
    await sql`create table kept as select 42 as answer`;
    await sql.end();
    await first.stop();
    await Deno.writeTextFile(join(folder, "cluster/postmaster.pid"), `${Deno.pid}\n${folder}/cluster\n`);
    await using second = await startPostgres({ ephemeral: false, name });
    const again = connect(second.adminUrl, 1);
    strictEqual((await again`select answer from kept`)[0]?.answer, 42);
    await again.end();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a taken port is named before anything starts", async () => {
  const port = freePort();
  using _listener = Deno.listen({ hostname: "127.0.0.1", port });
  await rejects(startPostgres({ ephemeral: true, port }), (error) => {
    return error instanceof UsageError && error.message.startsWith(`Port ${port} is already taken: `) &&
      error.message.includes("use --port");
  });
});

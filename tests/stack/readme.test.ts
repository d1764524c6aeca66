import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { startStack } from "../../local/stack.ts";
import { testServer } from "../support/postgres.ts";

/** The block of docs/moving.md about the old routes, with the values that a reader would put in. */
async function oldRoutesBlock(values: Record<string, string>): Promise<string> {
  const readme = await Deno.readTextFile(join(projectRoot, "docs/moving.md"));
  const block = /## The old routes, by hand[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1];
  assert(block, "docs/moving.md has the block");
  return Object.entries(values).reduce((script, [name, value]) => {
    const line = new RegExp(`^((?:export )?${name}=)\\S+`, "m");
    assert.match(script, line, `docs/moving.md has ${name}`);
    return script.replace(line, `$1${value}`);
  }, block);
}

Deno.test("the old document's two curl examples work as docs/moving.md shows them, and unsigned they are refused", async () => {
  await using stack = await startStack({ server: testServer, unpaced: true });
  const { ready, carrier } = stack;
  assert(carrier);
  const script = await oldRoutesBlock({
    API: ready.apiUrl,
    KEY: ready.publishableKey,
    ACCOUNT: ready.carrier.accountSid,
    TWILIO_AUTH_TOKEN: carrier.authToken,
  });
  const child = await new Deno.Command("bash", {
    args: ["-euc", script],
    cwd: projectRoot,
    stdin: "null",
  }).output();
  const told = new TextDecoder().decode(child.stdout);
  assert(child.success, new TextDecoder().decode(child.stderr));
  assert.deepEqual([...told.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status), [
    "403",
    "200",
    "401",
    "200",
  ]);
  assert.match(told, /<Response\/>/);
  assert.match(told, /"success":true,"message":"SMS sent successfully"/);

  const sent = carrier.ledger.outbound({ to: "+14155550103" }).map((message) => message.body);
  assert.deepEqual(sent, ["Test message"]);
  // The text by hand is answered like any other.
  await carrier.ledger.waitFor((ledger) => ledger.outbound({ to: "+14155550102" }).length === 1);
  const [inbound] = await stack
    .sql`select count(*)::int from public.sms_messages where direction = 'inbound'`;
  assert.equal(inbound?.count, 1, "the unsigned text was not stored");
});

/** `deno task reencrypt` against a whole stack: the key changes, and no text is refused for it. */
import { strict as assert } from "node:assert";
import { projectRoot } from "../../local/project.ts";
import { bash, printed } from "../support/pages/printed.ts";
import { createVault } from "../../supabase/functions/_shared/sms/twilio/vault.ts";
import { statusOfPost, textForm } from "./forms.ts";
import { CREDENTIALS_KEY, stackForFile } from "./support.ts";
import { connectTenant, saveToken } from "./tenants.ts";

const NEW_KEY = btoa("n".repeat(32));
// The functions have both keys, as the page on rotating it says, before anything is sealed anew.
const stack = await stackForFile({
  worker: false,
  functionEnv: { SMS_CREDENTIALS_KEY: `${NEW_KEY},${CREDENTIALS_KEY}` },
});
const tenants = [await connectTenant(stack), await connectTenant(stack)];

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

async function reencrypt(keys: string): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "reencrypt"],
    cwd: projectRoot,
    clearEnv: true,
    env: {
      ...inherited("PATH", "HOME", "DENO_DIR", "TMPDIR", "NO_PROXY", "no_proxy"),
      SUPABASE_URL: stack.ready.apiUrl,
      SUPABASE_SECRET_KEY: stack.ready.secretKey,
      SMS_CREDENTIALS_KEY: keys,
      NO_COLOR: "1",
    },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

function inherited(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function secretsIn({ stdout, stderr }: Run): string[] {
  const secrets = [
    ...tenants.map((tenant) => tenant.authToken),
    stack.ready.secretKey,
    NEW_KEY,
    CREDENTIALS_KEY,
  ];
  return secrets.filter((secret) => `${stdout}${stderr}`.includes(secret));
}

/** The tokens of a tenant, opened with the new key alone. */
async function opened(accountSid: string): Promise<(string | null)[]> {
  const vault = createVault([new TextEncoder().encode(atob(NEW_KEY))]);
  const [row] = await stack.sql`select t.current_token, t.previous_token from sms_private.twilio_credentials t
    join public.sms_accounts a on a.id = t.account_id where a.account_sid = ${accountSid}`;
  return await Promise.all(
    [row?.current_token, row?.previous_token].map((sealed) => sealed ? vault.open(sealed, accountSid) : null),
  );
}

Deno.test("every token is sealed with the new key, and texts are taken before and after", async () => {
  const [first, second] = tenants;
  assert(first && second);
  await saveToken(stack, { id: second.id, accountSid: second.accountSid }, "the next token");
  const take = () => statusOfPost(stack, { form: textForm(first), token: first.authToken });
  assert.equal(await take(), 200);
  const run = await reencrypt(`${NEW_KEY},${CREDENTIALS_KEY}`);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /2 sealed anew, 0 were sealed with the first key already/);
  assert.deepEqual(secretsIn(run), []);
  assert.deepEqual(await opened(first.accountSid), [first.authToken, null]);
  assert.deepEqual(await opened(second.accountSid), ["the next token", second.authToken]);
  await stack.functions.kill("sms-webhook");
  assert.equal(await take(), 200);

  const again = await reencrypt(NEW_KEY);
  assert.equal(again.code, 0, "the old key is not needed any more");
  assert.match(again.stdout, /0 sealed anew, 2 were/);

  const asPrinted = (await printed("docs/credentials.md", "SUPABASE_URL=")).as({
    "https://YOUR_PROJECT.supabase.co": stack.ready.apiUrl,
    "sb_secret_…": stack.ready.secretKey,
    "NEW,OLD": `${NEW_KEY},${CREDENTIALS_KEY}`,
  });
  assert.match(await bash(asPrinted), /0 sealed anew/, "docs/credentials.md: then the old key can go");
});

Deno.test("a token that cannot be opened fails the run and names its account, never a token", async () => {
  const [first, second] = tenants;
  assert(first && second);
  await saveToken(stack, { id: first.id, accountSid: first.accountSid }, "sealed with the old key");
  const run = await reencrypt(NEW_KEY);
  assert.equal(run.code, 1);
  assert(run.stderr.includes(first.accountSid) && !run.stderr.includes(second.accountSid), run.stderr);
  assert.deepEqual(secretsIn(run), []);
});

Deno.test("without a key, or with one that is none, the run fails and names the setting", async () => {
  for (const keys of ["", "no key"]) {
    const run = await reencrypt(keys);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /SMS_CREDENTIALS_KEY is not (set|valid)/);
  }
});

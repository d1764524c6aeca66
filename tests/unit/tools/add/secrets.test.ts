import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { installedFiles, readRelease } from "../../../../tools/add/release.ts";

/** Where a clone of somebody who tries things has secrets. */
const WITH_SECRETS = [
  ".env",
  ".env.local",
  "supabase/.env",
  "supabase/functions/.env",
  "supabase/functions/sms-send/.env",
  "supabase/functions/_shared/sms/.env.production",
  "supabase/functions/sms-send/node_modules/x/token.ts",
  "client/.env",
];

Deno.test("what add and release take from a clone has none of its secrets", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files: Record<string, string> = {
      "import_map.json": '{ "imports": {} }',
      "supabase/functions/_shared/sms/version.ts": 'export const VERSION = "1.0.0";\n',
      "supabase/functions/sms-send/index.ts": "export default {};\n",
      ...Object.fromEntries(WITH_SECRETS.map((path) => [path, "KEY=markedsecret"])),
    };
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    const release = await readRelease(folder);
    assert(release.files.has("supabase/functions/sms-send/index.ts"));
    for (const all of [release.files, installedFiles(release, [])]) {
      assert.deepEqual(
        [...all].filter(([, text]) => text.includes("markedsecret")).map(([path]) => path),
        [],
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

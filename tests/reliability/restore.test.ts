import { strict as assert } from "node:assert";
import { some } from "../support/long.ts";
import { type BackupWay, runRestoredStorm } from "./storm/restore.ts";

// `deno task storm --restore files` (or rows) runs larger ones; the last figures are in docs/results/.
const WAYS: Record<BackupWay, string> = {
  files: "a copy of the stopped server's files",
  rows: "a copy of every table by COPY",
};
for (const [way, what] of some(Object.entries(WAYS) as [BackupWay, string][], 1)) {
  Deno.test(`restoring ${what} doubles nothing and loses nothing that Twilio knows`, async () => {
    const tally = await runRestoredStorm({ messages: 120, seed: 4, way });
    assert.deepEqual(tally.complaints, [], `deno task storm --restore ${way} --messages 120 --seed 4`);
    assert.equal(
      tally.stored,
      tally.received,
      "every text of a contact is there, also those since the backup",
    );
    // There was something that could have gone out twice.
    assert(tally.sent_since_backup > 0 && tally.due_in_backup > 0, JSON.stringify(tally));
  });
}

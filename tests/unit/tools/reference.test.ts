import { strict as assert } from "node:assert";
import { VERBS } from "../../../supabase/functions/_shared/sms/contract/verbs.ts";
import type { Verb } from "../../../supabase/functions/_shared/sms/database/rpc.ts";
import { outcomeError } from "../../../supabase/functions/_shared/sms/http/outcomes.ts";
import { operations } from "../../../tools/openapi/operations.ts";
import { errorsPage, verbsPage } from "../../../tools/reference/pages.ts";
import { functionNames } from "../../ok/import_graph.ts";
import { verbsCalledBy } from "../../reliability/verbs_in_source.ts";

const isVerb = (name: string): name is Verb => name in VERBS;
const canRefuse = (verb: Verb) =>
  Object.keys(VERBS[verb].refused).some((outcome) => outcomeError({ outcome }));

for (const name of (await functionNames()).filter((name) => name !== "sms-api")) {
  Deno.test(`the HTTP description names each verb of ${name} that can refuse`, async () => {
    const described = operations.filter(({ path }) => path.split("/")[1] === name).flatMap(({ verbs }) =>
      verbs ?? []
    );
    const called = (await verbsCalledBy(name)).filter(isVerb);
    const internal = name === "sms-worker" || name === "sms-send"
      // Their refusals are recorded or waited for, not answered.
      ? ["sms_receive_message", "sms_get_delivery"]
      : [];
    assert.deepEqual(
      called.filter((verb) => canRefuse(verb) && !described.includes(verb) && !internal.includes(verb)),
      [],
    );
    assert.deepEqual(described.filter((verb) => !called.includes(verb)), []);
  });
}

Deno.test("the pages name every verb and every outcome", () => {
  const verbs = verbsPage();
  const errors = errorsPage([]);
  for (const [verb, { done, refused }] of Object.entries(VERBS)) {
    const row = verbs.split("\n").find((line) => line.startsWith(`| \`${verb}\` |`));
    assert(row, verb);
    for (const outcome of Object.keys({ ...done, ...refused })) {
      assert(row.includes(`\`${outcome}\``), `${verb} ${outcome}`);
    }
    for (const outcome of Object.keys(refused)) {
      const error = outcomeError({ outcome });
      if (error) assert(errors.includes(`| ${error.status} | \`${error.code}\` |`), outcome);
    }
  }
});

import assert from "node:assert/strict";
import { draftOf, newDraft, rowOf } from "../../../web/src/settings/assistants/draft.ts";
import { endOfModel } from "../../../web/src/settings/assistants/ending.ts";

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const known = (ending: Record<string, number>) => ({
  default_model: "small",
  models: ["large"],
  ending: Object.entries(ending).map(([model, days]) => ({ model, shutdown_date: inDays(days) })),
});

Deno.test("endOfModel() speaks of the model that answers, and of who can choose another", () => {
  assert.equal(endOfModel(undefined, null), null);
  assert.equal(endOfModel(known({ large: 20 }), null), null);
  assert.match(
    endOfModel(known({ large: 20 }), "large") ?? "",
    /^large will be shut down .*Choose another model\.$/,
  );
  assert.match(endOfModel(known({ small: 20 }), null) ?? "", /^small will be .*Ask the operator/);
  assert.match(endOfModel(known({ small: 20 }), "") ?? "", /^small will be/);
  // A model that is not allowed: the default answers in its place.
  assert.match(endOfModel(known({ small: 20, gone: 3 }), "gone") ?? "", /^small will be .*Ask the operator/);
  assert.match(endOfModel(known({ large: -2 }), "large") ?? "", /^large was shut down/);
});

Deno.test("what depends on the model is saved as it is chosen", () => {
  const draft = {
    ...newDraft,
    name: "Ada",
    prompt: "Answer.",
    verbosity: "high",
    reasoning_effort: "low",
  } as const;
  const row = rowOf({ ...draft, reads_images: true });
  assert.deepEqual([row.verbosity, row.reasoning_effort, row.reads_images], ["high", "low", true]);
  const { verbosity, reasoning_effort, reads_images } = draftOf(
    {
      ...row,
      id: "1",
      user_id: "1",
      created_at: "",
      updated_at: "",
    } as Parameters<typeof draftOf>[0],
  );
  assert.deepEqual([verbosity, reasoning_effort, reads_images], ["high", "low", true]);
});

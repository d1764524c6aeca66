/** Every server of tests/support/model_servers.ts, asked by the product's own client. */
import assert from "node:assert/strict";
import { type Model, startModel } from "../../../../local/model/mod.ts";
import type { ModelMemory } from "../../../../supabase/functions/_shared/sms/model/memory.ts";
import { createReplyModel } from "../../../../supabase/functions/_shared/sms/model/openai.ts";
import type { ModelRequest } from "../../../../supabase/functions/_shared/sms/model/shapes.ts";
import { MODEL_SERVERS } from "../../../support/model_servers.ts";
import { settingsWith } from "../support.ts";

const request: ModelRequest = {
  model: null,
  temperature: 0.2,
  reasoningEffort: "none",
  verbosity: "low",
  maxSegments: 3,
  messages: [
    { role: "system", content: "You answer texts.\n\n---\n- Be short." },
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello!" },
    { role: "user", content: "Are you open?" },
  ],
  safetyIdentifier: "hash",
  cacheKey: "assistant",
  timeoutMs: 20_000,
};
const good = {
  reply: 'Until {five}, "daily".',
  intent: "question",
  end_conversation: false,
  opt_out: false,
  handoff: false,
};

const clientOf = (server: Model, model: string) =>
  createReplyModel(
    settingsWith({
      OPENAI_API_KEY: "sk-test",
      SMS_OPENAI_BASE_URL: `${server.url}/v1`,
      SMS_OPENAI_MODEL: model,
    }).openai,
  );

/** A memory that several processes share. */
function sharedMemory() {
  const known = new Map<string, Set<string>>();
  const memory: ModelMemory = {
    recall: () =>
      Promise.resolve({
        models: [...known].map(([model, quirks]) => ({
          model,
          quirks: [...quirks],
          shutdown_date: null,
          ends_soon: false,
        })),
        listing_due: false,
      }),
    remember: (model, quirks) => {
      known.set(model, new Set([...known.get(model) ?? [], ...quirks]));
      return Promise.resolve();
    },
    list: () => Promise.resolve(),
  };
  return { known, memory };
}

for (const { name, model, strictness, learned } of MODEL_SERVERS) {
  Deno.test(`${name}: gives an answer, and no other process learns it anew`, async () => {
    await using server = await startModel();
    server.behaveAs(strictness);
    server.answerAll(good);
    const { known, memory } = sharedMemory();
    const first = clientOf(server, model);
    assert.deepEqual(await first.reply(request, memory), good);
    assert.deepEqual([...known.get(model) ?? []].sort(), learned);

    const calls = server.requests.length + server.refused;
    assert.deepEqual(await first.reply(request, memory), good);
    assert.equal(server.requests.length + server.refused, calls + 1, "this process asks once");
    assert.deepEqual(await clientOf(server, model).reply(request, memory), good);
    // What a server does not say is only guessed, so each process guesses for itself.
    const asks = strictness?.silent ? 3 : 1;
    assert.equal(server.requests.length + server.refused, calls + 1 + asks, "another process");
  });
}

#!/bin/sh
# openai 7.57.0 with zod 4.6.7.
#
# A model's answer that must fit a schema ends in the middle, at the token limit. `chat.completions.parse` throws
# LengthFinishReasonError. `responses.parse` throws nothing: `output_parsed` is null, as for a refusal, and only `status` tells. If
# the answer is whole and has another shape, both throw zod's or JavaScript's own error, which is not an OpenAIError: code that
# catches the SDK's errors lets it through.
#
# Seen on 2026-11-30 (chat.completions.parse, responses.parse):
#   cut off: LengthFinishReasonError (OpenAIError), null incomplete
#   filtered: ContentFilterFinishReasonError (OpenAIError), null incomplete
#   other shape: ZodError (not OpenAIError), ZodError (not OpenAIError)
#   empty: SyntaxError (not OpenAIError), SyntaxError (not OpenAIError)
#
# For us: chat.completions is used, both cut-off errors have codes of their own, and whatever is no error of the SDK counts as an
# unreadable answer (supabase/functions/_shared/sms/model/errors.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund openai@7.57.0 zod@4.6.7
cat > try.mjs <<'JS'
import OpenAI, { OpenAIError } from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

const Reply = z.object({ text: z.string() });
const client = (answer) => new OpenAI({ apiKey: "none", maxRetries: 0, fetch: () => Promise.resolve(Response.json(answer)) });

async function outcome(call) {
  try {
    return await call();
  } catch (error) {
    return `${error.constructor.name} (${error instanceof OpenAIError ? "" : "not "}OpenAIError)`;
  }
}

async function both(name, content, finishReason, reason) {
  const message = { role: "assistant", content, refusal: null };
  const chat = client({ id: "c", object: "chat.completion", choices: [{ index: 0, finish_reason: finishReason, message }] });
  const status = reason === null ? "completed" : "incomplete";
  const part = { type: "output_text", text: content, annotations: [] };
  const responses = client({
    id: "r",
    object: "response",
    status,
    incomplete_details: reason && { reason },
    output: [{ type: "message", id: "m", role: "assistant", status, content: [part] }],
  });
  const old = await outcome(async () => {
    const response_format = zodResponseFormat(Reply, "reply");
    const completion = await chat.chat.completions.parse({ model: "m", messages: [], response_format });
    return JSON.stringify(completion.choices[0].message.parsed);
  });
  const now = await outcome(async () => {
    const response = await responses.responses.parse({ model: "m", input: "Hi", text: { format: zodTextFormat(Reply, "reply") } });
    return `${JSON.stringify(response.output_parsed)} ${response.status}`;
  });
  console.log(`${name}: ${old}, ${now}`);
}

await both("whole", '{"text":"Until five."}', "stop", null);
await both("cut off", '{"text":"We are open unt', "length", "max_output_tokens");
await both("filtered", '{"text":"We are', "content_filter", "content_filter");
await both("other shape", '{"words":"Until five."}', "stop", null);
await both("empty", "", "stop", null);
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
whole: {"text":"Until five."}, {"text":"Until five."} completed
cut off: LengthFinishReasonError (OpenAIError), null incomplete
filtered: ContentFilterFinishReasonError (OpenAIError), null incomplete
other shape: ZodError (not OpenAIError), ZodError (not OpenAIError)
empty: SyntaxError (not OpenAIError), SyntaxError (not OpenAIError)
LINES
echo "AS SEEN: one throws, the other does not"

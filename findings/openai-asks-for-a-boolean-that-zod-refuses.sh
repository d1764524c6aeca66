#!/bin/sh
# openai 7.57.0 with zod 4.6.7.
#
# zodResponseFormat makes the JSON schema that the model must obey, and the same zod schema reads the answer. Where zod turns one
# type into another, the model is told the type that comes out, and zod expects the one that goes in: `z.stringbool()` asks for true
# or false and takes only strings, a string piped into a number asks for a number. So each answer that obeys is refused, after it
# was paid for. zod can write the other schema (`z.toJSONSchema(schema, { io: "input" })`). A `.transform()` is an error at once.
#
# Seen on 2026-11-30 (what the model is asked for, an answer that obeys, what comes back; then zod's schema of the input):
#   stringbool: boolean, {"done":true} ZodError; input string
#   pipe: number, {"done":5} ZodError; input string
#   boolean: boolean, {"done":true} {"done":true}; input boolean
#   transform: Transforms cannot be represented in JSON Schema
#
# For us: a reply would be lost each time; our schema has plain strings, words of a list and booleans (SmsReply in
# supabase/functions/_shared/sms/model/openai.ts).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "type": "module", "private": true }' > package.json
npm install --silent --no-audit --no-fund openai@7.57.0 zod@4.6.7
cat > try.mjs <<'JS'
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

/** What the helper makes of this answer of a model. */
function read(response_format, content) {
  const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content, refusal: null } };
  const answer = { id: "1", object: "chat.completion", created: 0, model: "any", choices: [choice] };
  const client = new OpenAI({ apiKey: "not-a-real-key", fetch: () => Promise.resolve(Response.json(answer)) });
  return client.chat.completions.parse({ model: "any", messages: [], response_format }).then(
    ({ choices }) => JSON.stringify(choices[0].message.parsed),
    (error) => error.constructor.name,
  );
}

for (const [name, type, answer] of [
  ["stringbool", z.stringbool(), '{"done":true}'],
  ["pipe", z.string().pipe(z.coerce.number()), '{"done":5}'],
  ["boolean", z.boolean(), '{"done":true}'],
]) {
  const schema = z.object({ done: type });
  const format = zodResponseFormat(schema, "answer");
  const asked = format.json_schema.schema.properties.done.type;
  const input = z.toJSONSchema(schema, { io: "input" }).properties.done.type;
  console.log(`${name}: ${asked}, ${answer} ${await read(format, answer)}; input ${input}`);
}
try {
  zodResponseFormat(z.object({ done: z.string().transform((text) => text.length) }), "answer");
} catch (error) {
  console.log("transform:", error.message);
}
JS
node try.mjs > seen.txt
cat seen.txt
while read -r line; do
  grep -qxF -- "$line" seen.txt || { echo "CHANGED: not $line"; exit 1; }
done <<'LINES'
stringbool: boolean, {"done":true} ZodError; input string
pipe: number, {"done":5} ZodError; input string
boolean: boolean, {"done":true} {"done":true}; input boolean
transform: Transforms cannot be represented in JSON Schema
LINES
echo "AS SEEN: an answer that obeys is refused"

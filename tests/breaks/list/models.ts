import type { Break } from "../break.ts";

const model = "supabase/functions/_shared/sms/model";
const unit = "tests/unit/sms/model";

export const modelBreaks: Break[] = [
  {
    name: "a refusal without names is taken for the end",
    in: `${model}/openai.ts`,
    find: "if (least.length > 0 && !isTooLarge) return",
    replace: "if (least.length < 0 && !isTooLarge) return",
    caughtBy: [`${unit}/servers.test.ts`],
  },
  {
    name: "one odd image teaches that the model takes none",
    in: `${model}/quirks.ts`,
    find: 'NO_IMAGES.test(said) && !THIS_IMAGE.test(said) ? "images" : thisTime("images")',
    replace: '"images"',
    caughtBy: [`${unit}/learning.test.ts`],
  },
  {
    name: "a guess from a refusal without names is told to all isolates",
    in: `${model}/openai.ts`,
    find: "!isForNow(quirk) && !isThisTime(quirk)",
    replace: "!isThisTime(quirk)",
    caughtBy: [`${unit}/learning.test.ts`, `${unit}/servers.test.ts`],
  },
  {
    name: "what is learned stays in the process",
    in: `${model}/openai.ts`,
    find: "await memory?.remember(",
    replace: "if (quirks.size < 0) await memory?.remember(",
    caughtBy: [`${unit}/servers.test.ts`],
  },
  {
    name: "the draft in the thoughts is sent",
    in: `${model}/answer.ts`,
    find: 'let start = text.lastIndexOf("{");',
    replace: 'let start = text.indexOf("{", text.indexOf("reply") - 3);',
    caughtBy: [`${unit}/servers.test.ts`],
  },
  {
    name: "an error that comes with 200 is an answer that cannot be read",
    in: `${model}/answer.ts`,
    find: "if (!choice || (read.data?.error ?? null) !== null) throw noAnswer(read.data?.error);",
    replace: 'if (!choice) return "unreadable";',
    caughtBy: [`${unit}/openai.test.ts`],
  },
  {
    name: "what the filter reads in the contact's words is the operator's fault",
    in: `${model}/errors.ts`,
    find: 'const FILTERED = new Set(["content_filter", ',
    replace: "const FILTERED = new Set([",
    caughtBy: [`${unit}/openai.test.ts`],
  },
  {
    name: "an account without credit is tried again and again",
    in: `${model}/errors.ts`,
    find: '  "MODEL_NO_CREDIT",\n',
    replace: "",
    caughtBy: [`${unit}/openai.test.ts`],
  },
  {
    name: "the time stands in the middle of the prompt",
    in: `${model}/prompt.ts`,
    find: "    attachmentRule(seen),\n",
    replace: "    `It is now ${localTime(now, {})}.`,\n    attachmentRule(seen),\n",
    caughtBy: [`${unit}/reply.test.ts`],
  },
  {
    name: "the model is told the runtime's clock",
    in: `${model}/prompt.ts`,
    find: 'typeof minutes_east === "number"',
    replace: "false",
    caughtBy: [`${unit}/reply.test.ts`],
  },
  {
    name: "two messages of one side stay two",
    in: `${model}/prompt.ts`,
    find: "if (previous?.role !== message.role) all.push(message);",
    replace: "if (previous !== undefined || all.length === 0) all.push(message);",
    caughtBy: [`${unit}/reply.test.ts`],
  },
  {
    name: "Markdown reaches telephones",
    in: `${model}/reply.ts`,
    find: "plainWords(cleanText(answer.reply))",
    replace: "cleanText(answer.reply)",
    caughtBy: [`${unit}/reply.test.ts`],
  },
  {
    name: "an answer without words is no failed try",
    in: "sms_private.finish_reply",
    find: "coalesce(result ->> 'reply', '') !~ '\\S'",
    replace: "false",
    caughtBy: ["tests/database/wordless_replies.test.ts"],
  },
  {
    name: "what was learned of a model is never forgotten",
    in: "public.sms_recall_models",
    find: "interval '7 days'",
    replace: "interval '7 years'",
    caughtBy: ["tests/database/models.test.ts"],
  },
];

import type { Break } from "../break.ts";

const shared = "supabase/functions/_shared/sms";

export const hardToAbuseBreaks: Break[] = [
  {
    name: "what an error quotes is found by a pattern that starts again at each mark",
    in: `${shared}/log.ts`,
    find: "const message = withoutQuotation(error.message)",
    replace: "const message = error.message.replace(/[\"'`“‘].*[\"'`”’]/s, '\"…\"')",
    caughtBy: ["tests/unit/sms/patterns.test.ts"],
  },
  {
    name: "strangers are logged one by one",
    in: `${shared}/http/endpoint.ts`,
    find: "if (refused === null) return response;",
    replace: "",
    caughtBy: ["tests/unit/functions/endpoint.test.ts"],
  },
  {
    name: "a stranger who cannot be checked is an error of ours",
    in: `${shared}/http/endpoint.ts`,
    find: "if (response.status >= 500 && !isStranger) log.error(line);",
    replace: "if (response.status >= 500) log.error(line);",
    caughtBy: ["tests/unit/functions/endpoint.test.ts"],
  },
  {
    name: "a status may take another message's SID",
    in: "supabase/schemas/40_pipeline/50_status.sql",
    find: "  if message.message_sid is null and exists (",
    replace: "  if false and exists (",
    caughtBy: ["tests/database/record_status.test.ts"],
  },
  {
    name: "a sender's address is stored however long it is",
    in: "supabase/schemas/40_pipeline/10_receive.sql",
    find: "left(sms_receive_message.from_number, 128), text_body, attachments, 'received', segments,",
    replace: "sms_receive_message.from_number, text_body, attachments, 'received', segments,",
    caughtBy: ["tests/database/receive_message.test.ts"],
  },
  {
    name: "the worker's key may go over http",
    in: "supabase/schemas/70_platform/schedule.sql",
    find: "  if functions_url !~ '^https://",
    replace: "  if functions_url !~ '^https?://",
    caughtBy: ["tests/database/schedule.test.ts"],
  },
  {
    name: "the page's host lets other sites show it in a frame",
    in: "local/web.ts",
    find: '  "content-security-policy": "frame-ancestors \'none\'",\n',
    replace: '  "content-security-policy": "frame-ancestors *",\n',
    caughtBy: ["tests/unit/local/web.test.ts"],
  },
];

import type { Break } from "../break.ts";

const shared = "supabase/functions/_shared/sms";
const refused = "tests/unit/sms/http/refused_caller.test.ts";
const wakes = "tests/database/wakes.test.ts";

export const doctorBreaks: Break[] = [
  {
    name: "a legacy token is an invalid one",
    in: `${shared}/http/refused_caller.ts`,
    find: "if (status === 401 && legacy !== null)",
    replace: "if (status === 403 && legacy !== null)",
    caughtBy: [refused],
  },
  {
    name: "who has not signed in is told of a key",
    in: `${shared}/http/refused_caller.ts`,
    find: "if (!isSecretKey(key) && !isSecretKey(bearer))",
    replace: "if (key === null && !isSecretKey(bearer))",
    caughtBy: [refused],
  },
  {
    name: "a number is configured although its address leads elsewhere",
    in: "supabase/functions/sms-numbers/set_up.ts",
    find: "if (!address.ours) throw",
    replace: "if (address === null) throw",
    caughtBy: ["tests/functions/numbers_address.test.ts"],
  },
  {
    name: "any answer with our header is ours",
    in: "supabase/functions/sms-numbers/our_address.ts",
    find: "answer.version !== null && answer.status === 405",
    replace: "answer.version !== null",
    caughtBy: ["tests/functions/numbers_address.test.ts"],
  },
  {
    name: "an old worker brings a lost key back",
    in: "public.sms_record_wake",
    find: "when excluded.started_at >= wake.started_at then excluded.key_ids",
    replace: "when true then excluded.key_ids",
    caughtBy: [wakes],
  },
  {
    name: "a wake is written each time",
    in: "public.sms_record_wake",
    find: "known.woken_at > clock_timestamp() - interval '1 minute'",
    replace: "known.woken_at > clock_timestamp()",
    caughtBy: [wakes],
  },
  {
    name: "health fails where Vault does not open",
    in: "sms_private.schedule_state",
    find: "exception when others then",
    replace: "exception when division_by_zero then",
    caughtBy: [wakes],
  },
];

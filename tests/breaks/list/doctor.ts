import type { Break } from "../break.ts";

const shared = "supabase/functions/_shared/sms";
const refused = "tests/unit/sms/http/refused_caller.test.ts";
const doctor = "tests/functions/doctor.test.ts";
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
    name: "an older answer of our own address is drift",
    in: "supabase/functions/sms-numbers/look_at.ts",
    find: "if (!address.known) return",
    replace: "if (address === null) return",
    caughtBy: ["tests/functions/numbers_address.test.ts"],
  },
  {
    name: "any answer with our header is ours",
    in: `${shared}/twilio/our_address.ts`,
    find: "if (version === null || status !== 405)",
    replace: "if (version === null)",
    caughtBy: ["tests/functions/numbers_address.test.ts"],
  },
  {
    name: "another project's supabase-sms is taken for ours",
    in: `${shared}/twilio/our_address.ts`,
    find: "if (await provesThisProject(proof, challenge, secretKeys))",
    replace: "if (proof !== challenge)",
    caughtBy: ["tests/unit/functions/our_address.test.ts"],
  },
  {
    name: "a proof is the same whatever was asked",
    in: `${shared}/http/project_proof.ts`,
    find: "PURPOSE + challenge",
    replace: "PURPOSE",
    caughtBy: ["tests/unit/sms/http/project_proof.test.ts"],
  },
  {
    name: "the doctor does not name a trial account",
    in: "tools/doctor/checks/inside.ts",
    find: "trial === true",
    replace: "trial === null",
    caughtBy: [doctor],
  },
  {
    name: "a campaign that is not verified counts as registered",
    in: "supabase/functions/sms-numbers/registration.ts",
    find: 'if (statuses.includes("VERIFIED"))',
    replace: "if (statuses.length > 0)",
    caughtBy: ["tests/unit/functions/registration.test.ts"],
  },
  {
    name: "the doctor knows migrations by the names of files alone",
    in: "tools/doctor/checks/database.ts",
    find: "!ours.every((name) => applied.ours.has(name))",
    replace: "ours.length > 0",
    caughtBy: ["tests/database/doctor.test.ts"],
  },
  {
    name: "the doctor may write into the database",
    in: "tools/doctor/subject.ts",
    find: "default_transaction_read_only: true,",
    replace: "default_transaction_read_only: false,",
    caughtBy: ["tests/database/doctor.test.ts"],
  },
  {
    name: "the doctor does not show lost keys of opt-outs",
    in: "tools/doctor/checks/inside.ts",
    find: "return lost_keys.length === 0 ?",
    replace: "return lost_keys.length >= 0 ?",
    caughtBy: [doctor],
  },
  {
    name: "a schedule is made that nobody wanted",
    in: "tools/schedule.ts",
    find: "!isWanted(",
    replace: "isWanted === undefined && !isWanted(",
    caughtBy: ["tests/unit/tools/schedule.test.ts"],
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

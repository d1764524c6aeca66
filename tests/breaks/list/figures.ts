import type { Break } from "../break.ts";

const interleavings = "tests/database/stats_interleavings.test.ts";
const stats = "tests/database/stats.test.ts";
const archive = "tests/database/archive.test.ts";
const archiveLocks = "tests/database/archive_locks.test.ts";
const archiveStays = "tests/database/archive_stays.test.ts";

export const figureBreaks: Break[] = [
  {
    name: "figures: a change does not lock the row that is there",
    in: "sms_private.count_message",
    find: `meanwhile, it inserts.
    on conflict (message_id, user_id, bucket) do update set status = c.status where false`,
    replace: `meanwhile, it inserts.
    on conflict (message_id, user_id, bucket) do nothing`,
    caughtBy: [interleavings],
  },
  {
    name: "figures: a fold locks nothing before it looks",
    in: "sms_private.fold_changes",
    find: " for update skip locked",
    replace: "",
    caughtBy: [interleavings],
  },
  {
    name: "figures: a fold waits for changes",
    in: "sms_private.fold_changes",
    find: " for update skip locked",
    replace: " for update",
    caughtBy: [interleavings],
  },
  {
    name: "figures: a fold looks with one snapshot",
    in: "sms_private.fold_stats",
    find: "current_setting('transaction_isolation') <> 'read committed'",
    replace: "false",
    caughtBy: [interleavings],
  },
  {
    name: "figures: a text that moved counts in both places",
    in: "supabase/schemas/50_people/figures_count.sql",
    find: "date_bin('15 minutes', m.created_at, '2000-01-01 00:00:00+00') = c.bucket",
    replace: "true",
    caughtBy: [interleavings, stats],
  },
  {
    name: "figures: a text that moved is not noted where it came",
    in: "sms_private.count_message",
    find: "(new.id, new.user_id, new_bucket) is distinct from (old.id, old.user_id, old_bucket)",
    replace: "false",
    caughtBy: [interleavings, stats],
  },
  {
    name: "figures: the deletion of a text is not noted",
    in: "supabase/schemas/60_triggers.sql",
    find: "create trigger count_message after insert or update or delete on",
    replace: "create trigger count_message after insert or update on",
    caughtBy: [interleavings, stats],
  },
  {
    name: "archive: a fold takes what archived messages counted for from the sums",
    in: "sms_private.keep_figures",
    find: "delete from sms_private.stat_changes c where c.ctid = any (noted);",
    replace: "",
    caughtBy: [archive],
  },
  {
    name: "archive: a recount forgets what was archived",
    in: "sms_private.recount_stats",
    find: "from sms_private.archived_figures f)",
    replace: "from sms_private.archived_figures f where false)",
    caughtBy: [archive],
  },
  {
    name: "archive: a batch waits for a message that is locked",
    in: "sms_private.archive_messages",
    find: "for update skip locked",
    replace: "for update",
    caughtBy: [archiveLocks],
  },
  {
    name: "archive: a message that is not folded goes",
    in: "sms_private.stays_because",
    find: "then 'unfolded'",
    replace: "then null",
    caughtBy: [archive, archiveStays],
  },
  {
    name: "archive: the evidence of consent goes",
    in: "sms_private.stays_because",
    find: "then 'consent'",
    replace: "then null",
    caughtBy: [archiveStays],
  },
];

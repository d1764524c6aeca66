/** What only the operator may see, with the secret key. */
import { z } from "zod";
import { listed, type Look, type Problem, Skip } from "../check.ts";
import type { Health, Subject } from "../subject.ts";

const REPAIR = "POST /functions/v1/sms-numbers/ID/repair";
const OPERATIONS = "docs/operations.md#what-was-set-aside";
/** A wake is noted once a minute, and a schedule may be slow for a moment. */
const LONGEST_WITHOUT_WAKE_MS = 5 * 60_000;
const LONGEST_DUE_SECONDS = 300;

/** The worker's key opens health; the default key does where there is no such key. */
export const workerKey: Look = async (subject) => {
  const { workerKey, secretKey } = subject.options;
  const key = workerKey ?? secretKey;
  if (key === null) throw new Skip("neither --worker-key nor --secret-key was given");
  const { status, body } = await subject.ask("/functions/v1/sms-worker", { headers: { apikey: key } });
  if (status === 200) return [];
  if (workerKey === null && status === 401) {
    throw new Skip("the project has a secret key named worker: give it with --worker-key");
  }
  const said =
    z.object({ message: z.string() }).catch({ message: `It answered ${status}.` }).parse(body).message;
  return [{
    what: `sms-worker does not take this key. ${said}`,
    mend:
      "Take the key from Dashboard > Project Settings > API Keys; then call sms_schedule_worker() again with it.",
  }];
};

/** The very call, with the address that was given. The key is not written out: it would stay in a terminal's history. */
function scheduleCall({ options: { url } }: Subject): string {
  const at = url ?? "https://YOUR_PROJECT.supabase.co";
  return [
    `deno task schedule --url ${at} (it asks; the keys as for the doctor)`,
    `or, as the database's owner: select public.sms_schedule_worker('${at}/functions/v1', 'the secret key named worker');`,
  ].join("\n");
}
const BY_ANOTHER = "Any scheduler that POSTs to /functions/v1/sms-worker every ten seconds";

/** What is wrong, and what else than to schedule it anew mends that. */
const SCHEDULE_STATES: Readonly<Record<string, readonly [what: string, mend?: string]>> = {
  missing: ["Nothing wakes the worker: there is no schedule."],
  no_address: ["The schedule has no address or key in Vault, or Vault does not open."],
  paused: ["The schedule's job in pg_cron is switched off."],
  stalled: [
    "pg_cron has not run the schedule for five minutes.",
    "Look whether pg_cron runs: select * from cron.job_run_details",
  ],
  failing: ["The schedule's last run failed"],
  unavailable: ["The database cannot wake the worker", BY_ANOTHER],
  unknown: ["The schedule cannot be looked at", "Look as the database's owner: select * from cron.job"],
};

export const schedule: Look = async (subject) => {
  const { schedule } = await subject.health();
  const woken = schedule.last_woken_at ? Date.parse(schedule.last_woken_at) : null;
  const isRecent = woken !== null && Date.now() - woken < LONGEST_WITHOUT_WAKE_MS;
  if (isRecent && ["running", "unavailable"].includes(schedule.state)) return [];
  const [what, mend = scheduleCall(subject)] = SCHEDULE_STATES[schedule.state] ?? [];
  if (what !== undefined) {
    const more = schedule.last_error ?? schedule.missing?.join(", ") ?? null;
    return [{ what: more === null ? what : `${what.replace(/\.$/, "")}: ${more}.`, mend }];
  }
  const since = woken === null
    ? "has never woken the worker"
    : `has not woken the worker since ${schedule.last_woken_at}`;
  return [{
    what: `The schedule runs, and ${since}: its address (${schedule.url ?? "none"}) or its key is wrong.`,
    mend: scheduleCall(subject),
  }];
};

export const address: Look = async (subject) => {
  const { address } = await subject.look();
  return address.ours ? [] : [{
    what: address.message ?? `${address.sms_url} is not ours.`,
    mend: address.found === "older_version"
      ? "npx -y supabase@3.1.0 functions deploy --use-api sms-webhook"
      : "npx -y supabase@3.1.0 secrets set SMS_PUBLIC_URL=https://YOUR_PROJECT.supabase.co",
  }];
};

export const accounts: Look = async (subject) => {
  const { accounts } = await subject.look();
  const trials = accounts.filter(({ trial }) => trial === true).map(({ account_sid }) => ({
    what:
      `Twilio account ${account_sid} is a trial: its texts reach only numbers that were verified in the Twilio console, and each ` +
      'begins with "Sent from your Twilio trial account - ".',
    mend:
      "Upgrade it: https://www.twilio.com/docs/usage/trials. Until then, verify your own telephone and text that.",
  }));
  const refused = accounts.filter(({ outcome, credentials_unreadable }) =>
    outcome === "refused" && !credentials_unreadable
  )
    .map(({ account_sid, shared, message }) => ({
      what: `Twilio account ${account_sid}: ${message}`,
      mend: shared
        ? "npx -y supabase@3.1.0 secrets set TWILIO_ACCOUNT_SID=… TWILIO_AUTH_TOKEN=…"
        : "Its user connects it again (POST /functions/v1/sms-accounts, or the inbox).",
    }));
  return [...refused, ...trials];
};

export const credentials: Look = async (subject) => {
  const { accounts } = await subject.inspected();
  const sids = accounts.filter(({ credentials_unreadable }) => credentials_unreadable).map((
    { account_sid },
  ) => account_sid);
  return sids.length === 0 ? [] : [{
    what:
      `What is stored of ${
        listed(sids)
      } was sealed with a key that SMS_CREDENTIALS_KEY does not have any more: nothing is sent ` +
      "from their numbers, and no text is accepted.",
    mend:
      "Put the old key behind the new one, with a comma between them: secrets set SMS_CREDENTIALS_KEY=NEW,OLD; then deno task reencrypt",
  }];
};

export const numbers: Look = async (subject) => {
  const { numbers, numbers_in_all } = await subject.look();
  if (numbers_in_all === 0) {
    return [{ what: "No number is set up: no text can come or go.", mend: "docs/start.md, step 4" }];
  }
  const { numbers: rows } = await subject.inspected();
  return numbers.flatMap(({ id, number, webhook_status, outcome, message }): Problem[] => {
    const mend = REPAIR.replace("ID", id);
    if (outcome === "drifted") return [{ what: `${number}: ${message}`, mend }];
    if (webhook_status === "configured" || outcome === "unchecked") return [];
    const why = rows.find((row) => row.id === id)?.webhook_error;
    return [{ what: `${number} is ${webhook_status}${why ? `: ${why}` : "."}`, mend }];
  });
};

const REGISTER: Readonly<Record<string, string>> = {
  "10dlc":
    "Register brand and campaign (Twilio console > Messaging > Regulatory compliance), put the number into the campaign's Messaging " +
    'Service, and let that "Defer to sender\'s webhook": https://www.twilio.com/docs/messaging/compliance/a2p-10dlc',
  "toll-free":
    "Have it verified: https://www.twilio.com/docs/messaging/compliance/toll-free/console-onboarding",
};
const STATES: Readonly<Record<string, string>> = {
  in_review: "Wait for it; Twilio tells the account's owner. Texts to other countries go.",
  refused: "The Twilio console says why, and lets you send it in again.",
};

export const registration: Look = async (subject) => {
  const { numbers } = await subject.look();
  return numbers.flatMap(({ number, registration }): Problem[] => {
    if (!registration || registration.message === null) return [];
    const mend = STATES[registration.state] ?? REGISTER[registration.of] ?? "";
    return [{ what: `${number}: ${registration.message}`, mend }];
  });
};

/** Without them nobody can tell who opted out, so nobody new is texted. */
export const optOutKeys: Look = async (subject) => {
  const { lost_keys } = await subject.health();
  if (lost_keys === undefined) throw new Skip("health does not say: the database is of an older version");
  return lost_keys.length === 0 ? [] : [{
    what: `${lost_keys.length === 1 ? "The key" : "The keys"} of kept opt-outs ${
      listed(lost_keys)
    } cannot be read: numbers that have such opt-outs text no new contact.`,
    mend: [
      "As the database's owner, with the copy that you kept (docs/privacy.md):",
      ...lost_keys.map((id) => `select sms_private.restore_suppression_key(${id}, '…');`),
    ].join("\n"),
  }];
};

/** A day that is to come is no fault: who reads the report knows it in time. */
export const consent: Look = async (subject) => {
  const { consent_required_from: from } = await subject.health();
  if (from === undefined) throw new Skip("health does not say: the database is of an older version");
  if (from === null) throw new Skip("broadcasts need no consent: consent_required_from is null");
  if (Date.parse(from) > Date.now()) {
    throw new Skip(
      `from ${from.slice(0, 10)} on, broadcasts go only to contacts who agreed: docs/rules/consent.md; ` +
        "sms_list_contacts_without_consent lists those of a tenant whom they would not reach",
    );
  }
  return [];
};

const Model = z.object({ model: z.object({ outcome: z.string(), message: z.string().nullable() }) });

export const model: Look = async (subject) => {
  const problems: Problem[] = [];
  const key = subject.options.workerKey ?? subject.secretKey();
  const { status, body } = await subject.ask("/functions/v1/sms-worker?ask=model", {
    headers: { apikey: key },
  });
  const found = Model.safeParse(body);
  if (found.success && found.data.model.message !== null) {
    problems.push({
      what: found.data.model.message,
      mend: found.data.model.outcome === "model_unknown"
        ? "npx -y supabase@3.1.0 secrets set SMS_OPENAI_MODEL=…"
        : "npx -y supabase@3.1.0 secrets set OPENAI_API_KEY=sk-…",
    });
  }
  const { models_ending, model_without_credit } = await subject.health();
  problems.push(...models_ending.map(({ model, shutdown_date }) => ({
    what: `The model ${model} is shut down on ${shutdown_date ?? "a day soon"}.`,
    mend: "npx -y supabase@3.1.0 secrets set SMS_OPENAI_MODEL=…, or choose another in the assistant",
  })));
  if (model_without_credit !== null) {
    problems.push({
      what:
        `The model's provider wants to be paid: ${model_without_credit.replies} replies were given up in the last day.`,
      mend: "Pay the provider.",
    });
  }
  if (!found.success && problems.length === 0) {
    throw new Skip(
      `sms-worker did not say (${status}); give --worker-key where the project has a key of that name`,
    );
  }
  return problems;
};

export const liveUpdates: Look = async (subject) => {
  const { live_updates } = await subject.inspected();
  if (live_updates === "unavailable") {
    throw new Skip("the project has no Realtime: the inbox asks every few seconds");
  }
  return live_updates === "set_up" ? [] : [{
    what: "Live updates are not set up: the inbox asks every few seconds.",
    mend: "select sms_private.set_up_live_updates();",
  }];
};

/** Each figure of health that wants a person, with its words. */
const FIGURES: readonly ((health: Health, subject: Subject) => Problem | null)[] = [
  ({ oldest_due_seconds: seconds }) =>
    seconds <= LONGEST_DUE_SECONDS ? null : {
      what: `The oldest job has been due for ${
        Math.round(seconds / 60)
      } minutes: the worker does not keep up, or does not run.`,
      mend: "docs/operations.md#health: is it woken, is Twilio or the model slow?",
    },
  ({ set_aside, set_aside_reasons }) =>
    set_aside === 0 ? null : {
      what: `${set_aside} ${set_aside === 1 ? "job was" : "jobs were"} set aside: ${
        listed(Object.entries(set_aside_reasons).map(([reason, count]) => `${reason} (${count})`))
      }.`,
      mend: OPERATIONS,
    },
  ({ deliveries_unconfirmed: count, oldest_unconfirmed_seconds: seconds }) =>
    count === 0 || seconds <= 3_600 ? null : {
      what: `${count} texts may or may not be at Twilio, for ${Math.round(seconds / 60)} minutes by now.`,
      mend: "Look into Twilio's log for them: docs/operations.md#health",
    },
  ({ webhooks_refused: [refused] }) =>
    refused === undefined
      ? null
      : { what: `${refused.account_sid}: ${refused.message}`, mend: "docs/credentials.md" },
];

export const queue: Look = async (subject) => {
  const health = await subject.health();
  return FIGURES.flatMap((figure) => figure(health, subject) ?? []);
};

import { workerKeyName, workerWaker } from "../_shared/background.ts";
import { realClock } from "../_shared/clock.ts";
import { createVault } from "../_shared/credentials.ts";
import { createDelivery } from "../_shared/deliveries.ts";
import { endpoint } from "../_shared/endpoint.ts";
import { leaseLimits } from "../_shared/lease.ts";
import { createReplyModel } from "../_shared/openai.ts";
import { composeReply } from "../_shared/replies.ts";
import { createCarrier } from "../_shared/twilio.ts";
import { createTwilioAccounts, NO_STRANGERS } from "../_shared/twilio_accounts.ts";
import { createTwilioMessages } from "../_shared/twilio_messages.ts";
import { createAskTwilio } from "../_shared/twilio_questions.ts";
import { createChore } from "./chores.ts";
import { createWorker } from "./drain.ts";
import { work } from "./handler.ts";
import { recoverTexts } from "./listings.ts";
import { lookUpTexts } from "./lookups.ts";
import { settleTexts } from "./settlements.ts";

const name = "sms-worker";

export default {
  fetch: endpoint({
    name,
    methods: ["POST", "GET"],
    callers: "servers",
    // Longer than waiting for a connection and a statement together: the claim of a worker that has hung up is made all
    // the same, and then its texts wait for look-ups. https://github.com/PostgREST/postgrest/issues/699
    databaseTimeoutMs: 20_000,
    auth: (settings) => workerKeyName(settings) === "worker" ? "secret:worker" : "secret",
  }, (settings, log) => {
    const limits = leaseLimits(settings.leaseSeconds);
    const model = createReplyModel(settings.openai);
    const accounts = createTwilioAccounts({
      twilio: settings.twilio,
      vault: createVault(settings.credentialsKeys),
      log,
      strangersASecond: NO_STRANGERS,
    });
    const twilio = { apiBaseUrl: settings.twilio.apiBaseUrl, timeoutMs: limits.httpTimeoutMs };
    const carrier = createCarrier({ ...twilio, publicUrl: settings.publicUrls[0] });
    const messages = createTwilioMessages(twilio);
    const ask = createAskTwilio(accounts);
    const worker = createWorker({
      compose: (job) => composeReply({ model, timeoutMs: limits.modelTimeoutMs }, job),
      deliver: createDelivery({ accounts, carrier, log }),
      chores: [
        createChore(lookUpTexts({ messages, ask }), settings.leaseSeconds),
        createChore(recoverTexts({ messages, ask, clock: realClock, log }), settings.leaseSeconds),
        createChore(settleTexts({ messages, ask }), settings.leaseSeconds),
      ],
      wakeSuccessor: workerWaker(settings, log),
      clock: realClock,
      log,
      leaseSeconds: settings.leaseSeconds,
      limits,
      isolateEndsAt: settings.isolateSeconds === null ? Infinity : settings.isolateSeconds * 1_000,
    });
    return work({ worker });
  }),
};

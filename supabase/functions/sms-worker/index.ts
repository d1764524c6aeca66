import { workerKeyName, workerWaker } from "../_shared/sms/worker/wake.ts";
import { realClock } from "../_shared/sms/worker/clock.ts";
import { createVault } from "../_shared/sms/twilio/vault.ts";
import { createDelivery } from "../_shared/sms/sending/deliver.ts";
import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { leaseLimits } from "../_shared/sms/worker/lease.ts";
import { createReplyModel } from "../_shared/sms/model/openai.ts";
import { composeReply } from "../_shared/sms/model/reply.ts";
import { createCarrier } from "../_shared/sms/twilio/send.ts";
import { createTwilioAccounts, NO_STRANGERS } from "../_shared/sms/twilio/tokens.ts";
import { createTwilioMessages } from "./questions/messages.ts";
import { createAskTwilio } from "./questions/ask.ts";
import { createChore } from "./questions/chore.ts";
import { createWorker } from "./drain.ts";
import { work } from "./handler.ts";
import { recoverTexts } from "./questions/recover.ts";
import { lookUpTexts } from "./questions/look_up.ts";
import { settleTexts } from "./questions/settle.ts";

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

import { workerKeyName, workerWaker } from "../_shared/sms/worker/wake.ts";
import { realClock } from "../_shared/sms/worker/clock.ts";
import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { databaseMemory } from "../_shared/sms/model/memory.ts";
import { createReplyModel } from "../_shared/sms/model/openai.ts";
import { decideOptOut } from "../_shared/sms/model/decide.ts";
import { composeReply } from "../_shared/sms/model/reply.ts";
import { deliveryWiring } from "../_shared/sms/sending/wiring.ts";
import { createImages } from "../_shared/sms/model/images.ts";
import { createTwilioMedia } from "../_shared/sms/twilio/media.ts";
import { createTwilioMessages } from "./questions/messages.ts";
import { createAskTwilio } from "./questions/ask.ts";
import { createQuestions } from "./questions/questions.ts";
import { createDoubts } from "./doubts.ts";
import { createEvents } from "./events/events.ts";
import { meteredDecisions, meteredModel } from "./metered.ts";
import { keyId } from "../_shared/sms/twilio/vault.ts";
import { ourAddress } from "../_shared/sms/twilio/our_address.ts";
import { smsWebhookUrl } from "../_shared/sms/twilio/urls.ts";
import { checkModel } from "./model_check.ts";
import { createWakes } from "./wakes.ts";
import { createWorker } from "./worker.ts";
import { work } from "./handler.ts";
import { recoverMessages } from "./questions/recover.ts";
import { lookUpMessages } from "./questions/look_up.ts";
import { proveMessages } from "./questions/prove.ts";
import { settleMessages } from "./questions/settle.ts";

const name = "sms-worker";

export default {
  fetch: endpoint({
    name,
    methods: ["POST", "GET"],
    callers: "servers",
    // Longer than PostgREST waits for a connection and a statement together. PostgREST still makes the claim of a worker that
    // has given up waiting, and then those messages would have to be looked up. https://github.com/PostgREST/postgrest/issues/699
    databaseTimeoutMs: 20_000,
    // Claims, results and what one message needs, side by side.
    databaseConnections: 4,
    auth: (settings) => workerKeyName(settings) === "worker" ? "secret:worker" : "secret",
  }, (settings, log) => {
    const { accounts, deliver, limits } = deliveryWiring(settings, log);
    const model = createReplyModel(settings.openai);
    const messages = createTwilioMessages({
      apiBaseUrl: settings.twilio.apiBaseUrl,
      timeoutMs: limits.httpTimeoutMs,
    });
    const withImages = createImages(
      createTwilioMedia({
        accounts,
        apiBaseUrl: settings.twilio.apiBaseUrl,
        answerTimeoutMs: 3_000,
        wholeTimeoutMs: 6_000,
        maxBytes: 3 * 1024 * 1024,
      }),
      log,
    );
    const ask = createAskTwilio(accounts);
    const worker = createWorker({
      compose: (job, { client, cpu }) =>
        composeReply({
          model: meteredModel(model, cpu),
          timeoutMs: limits.modelTimeoutMs,
          memory: databaseMemory(client, { openai: settings.openai, log }),
          withImages: (job, use) => withImages(client, job, use),
        }, job),
      deliver,
      questions: [
        createQuestions(lookUpMessages({ messages, ask }), settings.leaseSeconds),
        createQuestions(recoverMessages({ messages, ask, clock: realClock, log }), settings.leaseSeconds),
        createQuestions(settleMessages({ messages, ask }), settings.leaseSeconds),
        createQuestions(proveMessages({ messages, ask }), settings.leaseSeconds),
        createDoubts({
          leaseSeconds: settings.leaseSeconds,
          decide: (job, { client, cpu }) =>
            decideOptOut({
              model: meteredDecisions(model, cpu),
              timeoutMs: limits.modelTimeoutMs,
              memory: databaseMemory(client, { openai: settings.openai, log }),
            }, job),
        }),
      ],
      events: createEvents({
        clock: realClock,
        leaseSeconds: settings.leaseSeconds,
        timeoutMs: Math.min(10_000, limits.httpTimeoutMs),
        allowLoopback: settings.eventsAllowLoopback,
      }),
      wakeSuccessor: workerWaker(settings, log),
      clock: realClock,
      log,
      leaseSeconds: settings.leaseSeconds,
      limits,
      isolateEndsAt: settings.isolateSeconds === null ? Infinity : settings.isolateSeconds * 1_000,
    });
    // The platform says so when little is left of an isolate's CPU time, memory or life:
    // https://supabase.com/docs/guides/functions/background-tasks
    addEventListener("beforeunload", () => worker.makeWay());
    return work({
      worker,
      noteWake: createWakes({ keyIds: () => Promise.all(settings.credentialsKeys.map(keyId)), log }),
      smsUrl: smsWebhookUrl(settings.publicUrls[0]),
      askOurAddress: ourAddress(settings),
      checkModel: () => checkModel(settings.openai),
    });
  }),
};

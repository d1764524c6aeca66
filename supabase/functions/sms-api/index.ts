import { workerWaker } from "../_shared/sms/worker/wake.ts";
import { endpoint, type Handler } from "../_shared/sms/http/endpoint.ts";
import type { Settings } from "../_shared/sms/settings.ts";
import type { Logger } from "../_shared/sms/log.ts";
import { sendDependencies } from "../_shared/sms/sending/dependencies.ts";
import { twilioSignatures } from "../_shared/sms/twilio/signature_wiring.ts";
import { reportStatus } from "../sms-status/handler.ts";
import { receiveInbound } from "../sms-webhook/handler.ts";
import { gone, healthy, noSuchRoute } from "./answers.ts";
import { oldConversation, oldNumbers } from "./reads.ts";
import { type OldRoute, oldRoutes } from "./router.ts";
import { oldSend } from "./send.ts";
import { oldStats } from "./stats.ts";

type Build = (settings: Settings, log: Logger) => Handler;

const reading = (build: Build) =>
  endpoint({ name: "sms-api", methods: ["GET"], callers: "browsers", auth: "user" }, build);

const open = (method: "GET" | "POST", build: Build) =>
  endpoint({ name: "sms-api", methods: [method], callers: "servers", auth: "none" }, build);

/** Twilio signed the address it posts to, so each of the two has a handler of its own. */
const webhook = (path: string) =>
  open("POST", (settings, log) =>
    receiveInbound({
      functionName: path,
      ...twilioSignatures(settings, log),
      wake: workerWaker(settings, log),
    }));

const statusCallback = (path: string) =>
  open("POST", (settings, log) =>
    reportStatus({
      functionName: path,
      ...twilioSignatures(settings, log),
    }));

const send = endpoint({
  name: "sms-api",
  methods: ["POST"],
  callers: "browsers",
  auth: "user",
  // As sms-send: longer than the database itself lets a user's statement run.
  databaseTimeoutMs: 20_000,
}, (settings, log) => oldSend(sendDependencies(settings, log)));
const conversation = reading(() => oldConversation);
const stats = reading(() => oldStats);
const numbers = reading(() => oldNumbers);

/** The routes of the system that was replaced: docs/old-system.md. */
const routes: OldRoute[] = [
  ...(["/api/v1/sms", "/api/v1/twilio/sms"] as const).flatMap((prefix): OldRoute[] => [
    { path: `${prefix}/send`, fetch: send },
    { path: `${prefix}/conversation/:id`, fetch: conversation },
    { path: `${prefix}/stats`, fetch: stats },
    { path: `${prefix}/webhook`, fetch: webhook(`sms-api${prefix}/webhook`) },
    {
      path: `${prefix}/status-callback`,
      fetch: statusCallback(`sms-api${prefix}/status-callback`),
    },
  ]),
  { path: "/api/v1/sms/numbers", fetch: numbers },
  { path: "/api/v1/sms/webhook/health", fetch: open("GET", () => healthy) },
  { path: "/api/v1/sms/test", fetch: open("POST", () => gone) },
];

const notFound = endpoint({
  name: "sms-api",
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  callers: "browsers",
  auth: "none",
}, () => noSuchRoute);

export default { fetch: oldRoutes(routes, notFound) };

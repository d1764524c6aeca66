import type { ServerAddress } from "../../../local/database.ts";
import type { Check } from "../check.ts";
import * as database from "./database.ts";
import * as files from "./files.ts";
import * as inside from "./inside.ts";
import * as live from "./live.ts";

/**
 * Every check, in the order in which a project is set up: what comes later often follows from what is wrong before.
 *
 * @param server where a database to compare with is made; by default one of its own is started
 */
export const checksOn = (server?: ServerAddress): readonly Check[] => [
  { name: "project", title: "The folder is a Supabase project", look: files.project },
  { name: "function-files", title: "Our functions are in it", look: files.functionFiles },
  { name: "foreign-files", title: "Nothing else is in our folders", look: files.foreignFiles },
  {
    name: "function-blocks",
    title: "Each function has its block and import map",
    look: files.functionBlocks,
  },
  { name: "versions", title: "The files are those of one version", look: files.versions },
  { name: "settings", title: "The settings can be read", look: files.settings },
  {
    name: "public-address",
    title: "Twilio can reach the address in the settings",
    look: files.publicAddress,
  },
  { name: "role", title: "The role may install", look: database.role },
  { name: "names", title: "Our names are free, or ours", look: database.namesFree },
  { name: "migrations", title: "All our migrations are applied", look: database.migrations },
  { name: "extensions", title: "The extensions are there", look: database.extensions },
  {
    name: "catalogue",
    title: "Grants, policies and functions are as shipped",
    look: database.catalogue(server),
  },
  { name: "scheduler", title: "The database can wake the worker", look: database.scheduler },
  { name: "signing-keys", title: "The project has JWT signing keys", look: live.signingKeys },
  { name: "functions", title: "Each function answers", look: live.functions },
  { name: "verify-jwt", title: "The platform lets Twilio through", look: live.verifyJwt },
  { name: "deployed-version", title: "What is deployed is the files' version", look: live.deployedVersion },
  { name: "configured", title: "No setting is missing", look: live.configured },
  { name: "clocks", title: "The clocks agree", look: live.clocks },
  { name: "worker-key", title: "The worker takes its key", look: inside.workerKey },
  { name: "schedule", title: "The schedule wakes the worker", look: inside.schedule },
  { name: "address", title: "Twilio's address leads to us", look: inside.address },
  { name: "credentials", title: "What is stored of Twilio accounts can be read", look: inside.credentials },
  { name: "accounts", title: "Twilio takes each account", look: inside.accounts },
  { name: "numbers", title: "Each number is set up at Twilio", look: inside.numbers },
  {
    name: "registration",
    title: "US carriers take each number's texts",
    look: inside.registration,
  },
  { name: "opt-out-keys", title: "Kept opt-outs can be read", look: inside.optOutKeys },
  { name: "consent", title: "Broadcasts go to who agreed", look: inside.consent },
  { name: "model", title: "The model answers, and will", look: inside.model },
  { name: "live-updates", title: "Live updates are set up", look: inside.liveUpdates },
  { name: "queue", title: "Nothing waits for a person", look: inside.queue },
];

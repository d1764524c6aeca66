import {
  createGet,
  readOpenAiKey,
  readTwilioAccount,
} from "../supabase/functions/_shared/sms/setting_values.ts";
import { type Carrier, startCarrier } from "./carrier/mod.ts";
import type { FailPoints } from "./fail_points.ts";
import type { ProjectKeys } from "./keys.ts";
import { type Model, startModel } from "./model/mod.ts";

/** The carrier and the model of a stack: look-alikes, unless the environment names the real ones. */
export interface Services extends AsyncDisposable {
  /** Null where another Twilio (-compatible) server is used. */
  carrier: Carrier | null;
  /** Null where another OpenAI (-compatible) server is used. */
  model: Model | null;
  address: {
    /** `authToken` is null for real Twilio: it is nobody's business what the terminal shows. */
    carrier: { url: string; accountSid: string; authToken: string | null };
    model: { url: string };
  };
  /** What functions get to know about them. */
  env: Record<string, string>;
}

export interface ServicesOptions {
  /** The settings of the person who starts the stack: real credentials win. */
  environment: Record<string, string | undefined>;
  carrierUrl?: string | undefined;
  modelUrl?: string | undefined;
  keys: ProjectKeys;
  failPoints: FailPoints;
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const [carrier, model] = await Promise.all([startCarrierFor(options), startModelFor(options)]);
  return {
    carrier: carrier.lookAlike,
    model: model.lookAlike,
    address: { carrier: carrier.address, model: model.address },
    env: { ...carrier.env, ...model.env },
    async [Symbol.asyncDispose]() {
      await Promise.all([carrier.lookAlike?.stop(), model.lookAlike?.stop()]);
    },
  };
}

/** Twilio itself, by an account of the developer's: neither the look-alike nor an emulator. */
export function usesRealTwilio(
  environment: Record<string, string | undefined>,
  carrierUrl: string | undefined,
): boolean {
  const given = readTwilioAccount(createGet((name) => environment[name]));
  const asks = given.authTokens.length > 0 || Boolean(environment.SMS_TWILIO_API_KEY);
  return Boolean(given.accountSid) && asks &&
    !(carrierUrl ?? environment.SMS_TWILIO_API_BASE_URL);
}

async function startCarrierFor({ environment, carrierUrl, keys, failPoints }: ServicesOptions) {
  const given = readTwilioAccount(createGet((name) => environment[name]));
  const givenToken = given.authTokens.join(",");
  const accountSid = given.accountSid ?? keys.carrier.accountSid;
  const authToken = givenToken || keys.carrier.authToken;
  const env: Record<string, string> = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken };
  const { SMS_TWILIO_API_KEY: apiKey } = environment;
  const otherUrl = carrierUrl ?? environment.SMS_TWILIO_API_BASE_URL;
  if (otherUrl) {
    const address = { url: otherUrl, accountSid, authToken };
    if (apiKey) env.SMS_TWILIO_API_KEY = apiKey;
    return { lookAlike: null, address, env: { ...env, SMS_TWILIO_API_BASE_URL: otherUrl } };
  }
  if (usesRealTwilio(environment, carrierUrl)) {
    if (apiKey) env.SMS_TWILIO_API_KEY = apiKey;
    if (!givenToken) delete env.TWILIO_AUTH_TOKEN;
    return { lookAlike: null, address: { url: "https://api.twilio.com", accountSid, authToken: null }, env };
  }
  const carrier = await startCarrier({ accountSid, authToken });
  carrier.beforeCreate(() => stopHere(failPoints, "carrier", "create", "before"));
  carrier.afterCreate(() => stopHere(failPoints, "carrier", "create", "after"));
  carrier.onCall(({ kind }, moment) => stopHere(failPoints, "carrier", kind, moment));
  return {
    lookAlike: carrier,
    address: { url: carrier.url, accountSid, authToken },
    env: { ...env, SMS_TWILIO_API_BASE_URL: carrier.url },
  };
}

async function startModelFor({ environment, modelUrl, failPoints }: ServicesOptions) {
  const key = readOpenAiKey(createGet((name) => environment[name]));
  const otherUrl = modelUrl ?? environment.SMS_OPENAI_BASE_URL;
  if (otherUrl || key) {
    const env: Record<string, string> = { OPENAI_API_KEY: key ?? "none-needed" };
    if (otherUrl) env.SMS_OPENAI_BASE_URL = otherUrl;
    return { lookAlike: null, address: { url: otherUrl ?? "https://api.openai.com/v1" }, env };
  }
  const model = await startModel();
  model.hooks.beforeAnswer = () => stopHere(failPoints, "model", "complete", "before");
  model.hooks.afterAnswer = () => stopHere(failPoints, "model", "complete", "after");
  return {
    lookAlike: model,
    address: { url: model.url },
    env: { OPENAI_API_KEY: "local-demo-model", SMS_OPENAI_BASE_URL: `${model.url}/v1` },
  };
}

/** Waits, or throws where the caller was killed: then the look-alike must not act for it. */
async function stopHere(
  failPoints: FailPoints,
  on: "carrier" | "model",
  name: string,
  moment: "before" | "after",
): Promise<void> {
  if (await failPoints.consult(on, name, moment) !== "go on") throw new Error("The caller was killed here");
}

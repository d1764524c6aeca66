import { z } from "zod";
import type { Settings } from "../_shared/sms/settings.ts";

/** Whether the model's server would take a reply: what health says of it when asked. */
export interface ModelFinding {
  readonly server: string;
  readonly model: string;
  readonly outcome: "ok" | "not_configured" | "key_refused" | "model_unknown" | "no_answer";
  /** For people; null where nothing is wrong. */
  readonly message: string | null;
}

const TIMEOUT_MS = 8_000;
const Listed = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Asks the server for its models: that costs nothing, and no words are sent. A server without a list, or with an empty one, counts as well.
 * https://developers.openai.com/api/reference/resources/models/methods/list
 */
export async function checkModel(
  { apiKey, baseUrl, model }: Settings["openai"],
  get: typeof fetch = fetch,
): Promise<ModelFinding> {
  const base = (baseUrl ?? "https://api.openai.com/v1").replace(/\/+$/, "");
  const found = { server: new URL(base).host, model };
  if (apiKey === null) {
    return {
      ...found,
      outcome: "not_configured",
      message: "OPENAI_API_KEY is not set: no text is answered.",
    };
  }
  try {
    const response = await get(`${base}/models`, {
      headers: { authorization: `Bearer ${apiKey}` },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel();
      const message = `${found.server} refuses OPENAI_API_KEY (${response.status}): no text is answered.`;
      return { ...found, outcome: "key_refused", message };
    }
    if (response.status >= 500 || response.status === 429) {
      await response.body?.cancel();
      return { ...found, outcome: "no_answer", message: `${found.server} answered ${response.status}.` };
    }
    // Reading may fail as well: a list that does not come to its end is no answer.
    const listed = Listed.safeParse(parsed(await response.text()));
    const isKnown = !listed.success || listed.data.data.length === 0 ||
      listed.data.data.some(({ id }) => id === model);
    return isKnown ? { ...found, outcome: "ok", message: null } : {
      ...found,
      outcome: "model_unknown",
      message: `${found.server} has no model ${model}, or not for this key.`,
    };
  } catch {
    return {
      ...found,
      outcome: "no_answer",
      message: `${found.server} could not be reached from the functions.`,
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

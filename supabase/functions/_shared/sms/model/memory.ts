import { describeError, type Logger } from "../log.ts";
import type { Settings } from "../settings.ts";
import type { RpcClient } from "../database/rpc.ts";
import { type ListedModel, type Recalled, recallModels, recordModels } from "../database/verbs/models.ts";
import type { Quirk } from "./quirks.ts";

/** What other isolates have learned about a server's models, and who shall know what this one learns. */
export interface ModelMemory {
  recall(): Promise<Recalled>;
  remember(model: string, quirks: readonly Quirk[]): Promise<void>;
  /** Keeps what the server says of its models. */
  list(models: readonly ListedModel[]): Promise<void>;
}

/** The memory in the database. Its failures are only logged: without it each isolate learns anew. */
export function databaseMemory(
  client: RpcClient,
  { openai, log }: { openai: Settings["openai"]; log: Logger },
): ModelMemory {
  const server = serverName(openai.baseUrl);
  const tried = async <T>(outcome: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      log.warn({ outcome, error: describeError(error) });
      return otherwise;
    }
  };
  return {
    recall: () =>
      tried(
        "MODELS_NOT_RECALLED",
        { models: [], listing_due: false },
        () =>
          recallModels(client, { server, default_model: openai.model, allowed_models: [...openai.models] }),
      ),
    remember: (model, quirks) =>
      tried(
        "MODELS_NOT_RECORDED",
        undefined,
        () => recordModels(client, { server, models: [{ model, quirks: [...quirks] }], listed: false }),
      ),
    list: (models) =>
      tried(
        "MODELS_NOT_RECORDED",
        undefined,
        () => recordModels(client, { server, models: [...models], listed: true }),
      ),
  };
}

/** Host and path of the model's server: neither a key nor a query may be stored. */
export function serverName(baseUrl: string | null): string {
  const { host, pathname } = new URL(baseUrl ?? "https://api.openai.com/v1");
  return `${host}${pathname.replace(/\/+$/, "")}`.slice(0, 300);
}

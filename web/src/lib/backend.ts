import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { createContext, useContext } from "react";
import type { Database } from "../../../supabase/functions/_shared/sms/database/types.ts";
import type { Config } from "./config.ts";

export type Client = SupabaseClient<Database>;

/** The Supabase project that the page works for. */
export interface Backend {
  readonly config: Config;
  readonly client: Client;
}

export function connect(config: Config): Backend {
  const client = createClient<Database>(config.supabaseUrl, config.publishableKey, {
    // The hash belongs to the router.
    auth: { flowType: "pkce", detectSessionInUrl: false },
  });
  return { config, client };
}

const BackendContext = createContext<Backend | null>(null);

/** An app that has a client of its own gives it here, and can use the pages and parts without the rest. */
export const BackendProvider = BackendContext.Provider;

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error("No BackendProvider around this component");
  return backend;
}

import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { sendDependencies } from "../_shared/sms/sending/dependencies.ts";
import { send } from "./handler.ts";

export default {
  fetch: endpoint({
    name: "sms-send",
    methods: ["POST"],
    callers: "browsers",
    auth: ["user", "secret"],
    // Longer than the 8 s after which Postgres ends a user's statement: then we know that nothing was stored.
    // https://supabase.com/docs/guides/database/postgres/timeouts
    databaseTimeoutMs: 20_000,
  }, (settings, log) => send(sendDependencies(settings, log))),
};

import { endpoint } from "../_shared/endpoint.ts";
import { sendDependencies } from "../_shared/send_dependencies.ts";
import { send } from "./handler.ts";

export default {
  fetch: endpoint({
    name: "sms-send",
    methods: ["POST"],
    callers: "browsers",
    auth: () => ["user", "secret"],
  }, (settings, log) => send(sendDependencies(settings, log))),
};

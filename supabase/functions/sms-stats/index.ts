import { endpoint } from "../_shared/sms/http/endpoint.ts";
import { showStats } from "./handler.ts";

const name = "sms-stats";

export default {
  fetch: endpoint(
    { name, methods: ["GET"], callers: "browsers", auth: ["user", "secret"] },
    () => showStats(name),
  ),
};

/**
 * The floor of `ack`: what any function costs here that is called, makes one call of the database by the connection that the
 * webhook has, and answers. It runs as a function of the stack (`root.ts`).
 */
import { endpoint } from "../../supabase/functions/_shared/sms/http/endpoint.ts";

export default {
  fetch: endpoint(
    { name: "bench-floor", methods: ["POST"], callers: "servers", auth: () => "none" },
    () => async (request, { supabaseAdmin }) => {
      await request.text();
      const { error } = await supabaseAdmin.rpc("bench_nothing", {});
      if (error) throw new Error(error.message);
      return new Response("<Response/>", { headers: { "content-type": "text/xml; charset=utf-8" } });
    },
  ),
};

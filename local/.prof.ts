import { startStack } from "./stack.ts";
const stack = await startStack({ ephemeral: true, unpaced: true, worker: false });
const { createClient } = await import("@supabase/supabase-js");
const c = createClient(stack.ready.apiUrl, stack.ready.secretKey);
await stack.sql.unsafe(
  "create function public.noop() returns int language sql as 'select 1'; grant execute on function public.noop() to service_role",
);
await stack.reloadSchema();
console.log(await c.rpc("noop"));
for (const N of [200, 1000]) {
  const t = performance.now();
  const cpu = Deno.cpuUsage ? Deno.cpuUsage() : null;
  await Promise.all(Array.from({ length: N }, () => c.rpc("noop")));
  console.log(N, Math.round(performance.now() - t));
}
const t = performance.now();
for (let i = 0; i < 100; i++) await c.rpc("noop");
console.log("serial each", (performance.now() - t) / 100);
await stack.stop();

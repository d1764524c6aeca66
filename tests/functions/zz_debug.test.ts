import { answer, demoClient, jobsOf, messageTo, phone, stackForFile, wake } from "./support.ts";
const stack = await stackForFile({ functionsRoot: "/tmp/ft/functions", functionEnv: { LEASE_SECONDS: "5" } });
const person = await demoClient(stack);
Deno.test("drop", async () => {
  stack.functions.onLog((l) => console.log(l.function, l.text));
  for (const warm of [false, true]) {
    const contact = phone();
    if (warm) {
      const c = phone();
      await person.rpc("create_message", { to_number: c, body: "warm" });
      await wake(stack);
      await new Promise((r) => setTimeout(r, 1500));
      console.log("warm", stack.carrier.ledger.outbound({ to: c }).length);
    }
    stack.carrier.faults.set({ dropNext: 1, onlyTo: contact, autoDeliver: false });
    await person.rpc("create_message", { to_number: contact, body: "x" });
    await wake(stack);
    await new Promise((r) => setTimeout(r, 4000));
    const m = await messageTo(stack.sql, contact);
    console.log(
      warm,
      m.status,
      m.message_sid,
      stack.carrier.ledger.outbound({ to: contact }).map((m) => [m.sid, m.status]),
      await jobsOf(stack.sql, contact),
    );
  }
});

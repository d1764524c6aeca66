import { startStack } from "./stack.ts";
const worker = Deno.args[0] === "worker";
let t = performance.now();
const stack = await startStack({ ephemeral: true, unpaced: true, worker });
console.log("stack", Math.round(performance.now() - t));
const to = stack.ready.number!;
t = performance.now();
const first = await stack.carrier!.text({ from: "+14155550100", to, body: "hello" });
console.log("first", Math.round(performance.now() - t), JSON.stringify(first).slice(0, 300));
t = performance.now();
const N = 1000;
const all = await Promise.all(
  Array.from(
    { length: N },
    (_, i) =>
      stack.carrier!.text({ from: `+1415556${String(i).padStart(4, "0")}`, to, body: `question ${i}` }),
  ),
);
console.log("texts", Math.round(performance.now() - t));
console.log(await stack.sql`select direction, status, count(*) from sms_messages group by 1, 2`);
if (worker) {
  const deadline = Date.now() + 60000;
  while (Date.now() < deadline) {
    const [r] = await stack
      .sql`select count(*)::int n from sms_messages where direction='outbound' and message_sid is not null`;
    if (r!.n >= N) break;
    await new Promise((r) => setTimeout(r, 500));
    console.log(Math.round(performance.now() - t), r!.n);
  }
  console.log("done", Math.round(performance.now() - t));
}
for (const l of stack.functions.logs().slice(-3)) console.log(l.text.slice(0, 300));
console.log(
  (await Deno.readTextFile(stack.postgresLog)).split("\n").filter((l) => /ERROR|FATAL|deadlock/.test(l))
    .slice(0, 5),
);
t = performance.now();
await stack.stop();
console.log("stop", Math.round(performance.now() - t));

import { strict as assert } from "node:assert";
import { freePort } from "../../local/ports.ts";
import { agree } from "../database/sending.ts";
import { send } from "./sending.ts";
import { becomes, demoClient, phone, sentTo, stackForFile } from "./support.ts";

/**
 * Passes bytes on between the functions and the API. Asked to, it ends a connection instead of passing on the answer
 * to a question that was acted on, as a proxy does that is restarted: Deno 2.9 then asks again, by itself.
 */
function startCutter(apiPort: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cutter = {
    url: `http://127.0.0.1:${listener.addr.port}`,
    /** The path whose next answer is cut off. */
    cutNext: "",
    /** Paths that were asked for, in order. */
    asked: [] as string[],
    stop: () => listener.close(),
  };

  const serve = async (client: Deno.Conn) => {
    const api = await Deno.connect({ hostname: "127.0.0.1", port: apiPort });
    let cut = false;
    const ask = async () => {
      const toApi = api.writable.getWriter();
      for await (const bytes of client.readable) {
        const path = /^POST (\S+) HTTP/.exec(new TextDecoder().decode(bytes))?.[1];
        if (path !== undefined) cutter.asked.push(path);
        if (path !== undefined && path === cutter.cutNext) {
          cutter.cutNext = "";
          cut = true;
        }
        await toApi.write(bytes);
      }
      await toApi.close();
    };
    const answer = async () => {
      const toClient = client.writable.getWriter();
      for await (const bytes of api.readable) {
        if (cut) break;
        await toClient.write(bytes);
      }
      await toClient.close();
    };
    await Promise.allSettled([ask(), answer()]);
  };
  const accept = async () => {
    for await (const client of listener) void serve(client);
  };
  accept().catch(() => {/* the listener is closed */});
  return cutter;
}

const port = freePort();
const cutter = startCutter(port);
Deno.test.afterAll(() => cutter.stop());
const stack = await stackForFile({ port, functionEnv: { SUPABASE_URL: cutter.url } });
const person = await demoClient(stack);

for (const verb of ["sms_create_message", "sms_create_broadcast"]) {
  Deno.test(`a ${verb} that the runtime sends twice stores and sends one text, without an idempotency key`, async () => {
    const path = `/rest/v1/rpc/${verb}`;
    const request = (contact: string) => ({
      to: verb === "sms_create_message" ? contact : [contact],
      body: "Hello",
    });
    // A connection that was used before, and is free again: on a fresh one nothing is sent again.
    const [earlier, contact] = [phone(), phone()];
    await agree(stack.sql, stack, [earlier, contact]);
    await send(person, request(earlier));
    await becomes(stack, earlier, "delivered");
    cutter.asked = [];
    cutter.cutNext = path;
    const { status } = await send(person, request(contact));
    assert.equal(cutter.cutNext, "", "the answer was cut off");
    assert.equal(cutter.asked.filter((asked) => asked === path).length, 2, "Deno asked again by itself");
    assert.equal(status, verb === "sms_create_message" ? 201 : 202);
    await becomes(stack, contact, "delivered");
    assert.deepEqual(sentTo(stack, contact), ["Hello"]);
  });
}

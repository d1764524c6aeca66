/** What local/carrier/README.md prints, against an application that answers a text as the product does. */
import { strict as assert } from "node:assert";
import { startCarrier } from "../../../local/carrier/mod.ts";
import { evaluate, printed } from "../../support/pages/printed.ts";
import { clientOf, startApplication } from "./support.ts";

Deno.test("the look-alike's page delivers a text, and waits for its answer in the ledger", async () => {
  const application = await startApplication();
  const snippet = await printed("local/carrier/README.md", "const carrier = await startCarrier");
  const outbound: string[] = [];
  const starting = (...options: Parameters<typeof startCarrier>) =>
    startCarrier(...options).then((carrier) => {
      application.answer = async ({ form }) => {
        const [to, from] = [form.get("From") ?? "", form.get("To") ?? ""];
        await clientOf(carrier).messages.create({ to, from, body: "We open at five." });
        outbound.push(...carrier.ledger.outbound({ to }).map(({ body }) => body));
        return new Response("<Response/>", { headers: { "content-type": "text/xml" } });
      };
      return carrier;
    });
  const { attempts } = await evaluate(snippet.as(), {
    startCarrier: starting,
    functionsUrl: application.url,
  });
  assert.deepEqual(outbound, ["We open at five."]);
  assert.deepEqual(application.received.map(({ path, form }) => [path, form.get("Body")]), [
    ["/sms-webhook", "Are you open?"],
  ]);
  assert.equal(attempts[0].status, 200);
  await application.close();
});

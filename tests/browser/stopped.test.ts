/** What the operator switched off is said on every page, until it is on again. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { operator } from "../functions/tenants.ts";
import { assertAccessible } from "./axe.ts";
import { inboxForFile, SIZES } from "./support.ts";

const inbox = await inboxForFile({ worker: false });

for (const theme of ["light", "dark"] as const) {
  inbox(`every page says in ${theme} colours that sending or the assistants are switched off`, async (on) => {
    const admin = operator(on.stack);
    const switchTo = async (verb: "sms_switch_off" | "sms_switch_on", what: string) => {
      const { data, error } = await admin.rpc(verb, {
        what,
        reason: verb === "sms_switch_off" ? "Costs run away" : undefined,
      });
      assert.equal(error, null);
      assert.match(data.outcome, /^switched_o/);
    };
    const page = await on.open({ theme });
    const banner = page.getByRole("status").filter({ hasText: "switched off" });
    const words: Record<string, RegExp> = {
      sending: /^Sending is switched off since .+, for everybody\. What you write waits, .+ still arrive\.$/,
      answering: /^The assistants are switched off since .+ What you write is sent\.$/,
      all: /^Sending is switched off since .+ no assistant answers them\.$/,
    };
    await page.getByRole("heading", { name: "Conversations" }).or(
      page.getByRole("region", { name: "Conversations" }),
    ).first()
      .waitFor();
    assert.equal(await banner.count(), 0, "nothing is off");
    for (const [what, said] of Object.entries(words)) {
      await switchTo("sms_switch_off", what);
      for (
        const [path, size] of [["inbox", "desktop"], ["inbox", "phone"], ["settings", "narrow"], [
          "dashboard",
          "phone",
        ]] as const
      ) {
        await page.setViewportSize(SIZES[size]);
        await page.goto(`${on.stack.webUrl}/#/${path}`);
        await page.reload();
        await banner.waitFor();
        assert.match((await banner.innerText()).replace(/\s+/g, " "), said, `${what} on ${path}`);
        assert(!(await page.content()).includes("Costs run away"), "the reason is the operator's");
        assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
        const pictures = Deno.env.get("PICTURES");
        if (pictures) {
          await page.screenshot({ path: join(pictures, `stopped-${what}-${path}-${size}-${theme}.png`) });
        }
      }
      await assertAccessible(page);
      await switchTo("sms_switch_on", what);
    }
    await page.reload();
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    await banner.waitFor({ state: "detached" });
  });
}

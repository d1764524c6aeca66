import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { assertAccessible } from "./axe.ts";
import { addDemoConversations } from "./demo_conversations.ts";
import { inboxForFile, screenshot } from "./support.ts";

const inbox = await inboxForFile({ worker: false });
let conversations: Map<string, string> | undefined;

/** Whom the pictures show, and what has to be there before they are taken. */
const THREADS = {
  Radia: ["Radia Perlman", "in network"],
  Donald: ["Donald Knuth", "switched off"],
  Sara: ["שרה לוי", "תודה"],
  Maximiliane: ["Maximiliane von Oberhausen-Wittgensteinbachtal", "onerror"],
} as const;

async function nothingSticksOut(page: Page): Promise<void> {
  assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
}

for (
  const [size, theme] of [
    ["desktop", "light"],
    ["desktop", "dark"],
    ["phone", "light"],
    ["phone", "dark"],
    ["narrow", "light"],
  ] as const
) {
  inbox(
    `list and threads fit a ${size} screen in ${theme} colours, and axe finds nothing serious`,
    async (on) => {
      const { stack } = on;
      conversations ??= await addDemoConversations(stack.sql, stack.userId);
      const page = await on.open({ size, theme });
      await page.getByRole("region", { name: "Conversations" }).getByText("Grace Hopper").waitFor();
      await screenshot(page, `list-${size}-${theme}`);
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByRole("combobox", { name: "Intent" }).waitFor();
      await assertAccessible(page);
      await nothingSticksOut(page);
      await screenshot(page, `filters-${size}-${theme}`);
      await page.getByRole("button", { name: "Filters" }).click();
      for (const [name, [contact, shown]] of Object.entries(THREADS)) {
        await page.goto(`${stack.webUrl}/#/inbox/${conversations.get(contact)}`);
        await page.getByRole("region", { name: `Messages with ${contact}` }).getByText(shown).first()
          .waitFor();
        await nothingSticksOut(page);
        await screenshot(page, `thread-${name}-${size}-${theme}`);
      }
      await assertAccessible(page);
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "End conversation" }).click();
      await page.getByRole("dialog", { name: "End this conversation?" }).waitFor();
      await assertAccessible(page);
      await screenshot(page, `dialog-${size}-${theme}`);
    },
  );
}

for (const theme of ["light", "dark"] as const) {
  inbox(`the sign-in is accessible in ${theme} colours`, async ({ open }) => {
    const page = await open({ user: null, size: "phone", theme });
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Sign in as the demo user" }).waitFor();
    await assertAccessible(page);
  });
}

/** The phone simulator as a newcomer uses it: text, watch the answer come, break things, and see nothing get lost. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { answer, phone, sentTo } from "../functions/support.ts";
import { assertAccessible } from "./axe.ts";
import { addDemoConversations } from "./demo_conversations.ts";
import { rowOf, thread } from "./inbox_support.ts";
import {
  delivered,
  figure,
  flip,
  openTab,
  pane,
  takePhone,
  textFromPhone,
  texts,
  textsBy,
} from "./simulator_support.ts";
import { inboxForFile, type InboxStack, type OpenOptions, screenshot } from "./support.ts";

const inbox = await inboxForFile({ functionEnv: { SMS_LEASE_SECONDS: "4" }, tickMs: 300 });

/** The page with the phone open, and a phone that has not texted yet. */
async function withPhone(
  on: { open(options?: OpenOptions): Promise<Page> },
  options: OpenOptions = {},
): Promise<{ page: Page; contact: string }> {
  const page = await on.open({ simulator: "as found", ...options });
  if (options.size === "phone") await page.getByRole("button", { name: "Phone simulator" }).click();
  const contact = phone();
  await takePhone(page, contact);
  return { page, contact };
}

async function nothingLost(page: Page): Promise<void> {
  assert.equal(await figure(page, "Lost"), "0");
  assert.equal(await figure(page, "Doubled"), "0");
}

async function storedTexts(stack: InboxStack, contact: string): Promise<number> {
  const [row] = await stack.sql`select count(*)::int from public.sms_messages
    where from_number = ${contact} and direction = 'inbound'`;
  return row?.count;
}

inbox(
  "one click signs in, and a text from the phone is answered on the phone and in the inbox",
  async ({ open, stack }) => {
    const page = await open({ user: null, simulator: "as found" });
    await page.getByRole("button", { name: "Sign in as the demo user" }).click();
    const contact = "+14155550101";
    await pane(page).getByRole("button", { name: "Are you open on Sunday?" }).click();
    await textsBy(page, "phone").getByText("Stored").waitFor();
    await delivered(page).waitFor();
    await rowOf(page, contact).click();
    const [reply = ""] = sentTo(stack, contact);
    await thread(page).getByText("Are you open on Sunday?").waitFor();
    await thread(page).getByText(reply).waitFor();
    await thread(page).getByText("Delivered").waitFor();
    await textsBy(page, "number").locator("summary").click();
    await textsBy(page, "number").getByText("webhook “delivered”").waitFor();
    assert.equal(await figure(page, "Texted"), await figure(page, "Stored"));
    await nothingLost(page);
  },
);

inbox("duplicated webhooks leave one text and one answer", async (on) => {
  const { page, contact } = await withPhone(on);
  await flip(page, "Duplicate webhooks");
  await pane(page).getByText("Webhooks ×3").waitFor();
  on.stack.model.answerNext(answer("Once is enough."));
  await textFromPhone(page, "Three times?");
  await textsBy(page, "phone").getByText("Stored once, came 3 times").waitFor();
  await delivered(page).waitFor();
  await rowOf(page, contact).click();
  await thread(page).getByText("Once is enough.").waitFor();
  await pane(page).getByRole("button", { name: "All off" }).click();
  await pane(page).getByText("Webhooks ×3").waitFor({ state: "detached" });
  assert.deepEqual(sentTo(on.stack, contact), ["Once is enough."]);
  assert.equal(await storedTexts(on.stack, contact), 1);
  assert.equal(await thread(page).getByRole("article").count(), 2);
  await nothingLost(page);
});

inbox("while the carrier is down the answer waits in sight, and leaves once", async (on) => {
  const { page, contact } = await withPhone(on);
  await flip(page, "Carrier down");
  on.stack.model.answerNext(answer("Here I am."));
  await textFromPhone(page, "Anybody there?");
  await texts(page).getByText("A text waits for the carrier").waitFor();
  await rowOf(page, contact).click();
  await thread(page).getByText("Here I am.").waitFor();
  await thread(page).getByText("Sending").waitFor();
  assert.deepEqual(sentTo(on.stack, contact), []);
  await screenshot(page, "simulator-carrier-down-desktop-light");
  await flip(page, "Carrier down");
  await delivered(page).waitFor();
  await thread(page).getByText("Delivered").waitFor();
  assert.deepEqual(sentTo(on.stack, contact), ["Here I am."]);
  await nothingLost(page);
});

inbox("a worker killed in the middle of an answer answers once", async (on) => {
  const { page, contact } = await withPhone(on);
  await openTab(page, "Faults");
  await pane(page).getByRole("button", { name: "In its next answer" }).click();
  await pane(page).getByText("Worker will be killed").waitFor();
  await openTab(page, "Phone");
  await textFromPhone(page, "Are you alive?");
  await pane(page).getByText("Worker will be killed").waitFor({ state: "detached" });
  await delivered(page).waitFor();
  assert.equal(sentTo(on.stack, contact).length, 1);
  assert.equal(await storedTexts(on.stack, contact), 1);
  await nothingLost(page);
});

inbox("STOP is answered by the carrier, and shown as opted out on both sides", async (on) => {
  const { page, contact } = await withPhone(on);
  on.stack.model.answerNext(answer("Hello!"));
  await textFromPhone(page, "Hello");
  await delivered(page).waitFor();
  await pane(page).getByRole("button", { name: "STOP" }).click();
  await textsBy(page, "carrier").getByText("You have successfully been unsubscribed").waitFor();
  await pane(page).getByText("Opted out").waitFor();
  await rowOf(page, contact).click();
  await page.getByText("They opted out, so nothing can be sent to them.").waitFor();
  await pane(page).getByRole("button", { name: "START" }).click();
  await pane(page).getByText("Opted out").waitFor({ state: "detached" });
  await page.getByText("They opted out, so nothing can be sent to them.").waitFor({ state: "detached" });
  assert.deepEqual(sentTo(on.stack, contact), ["Hello!"]);
});

inbox("three texts in a row and a picture arrive, and what fails never shows as arrived", async (on) => {
  const { page, contact } = await withPhone(on);
  await on.stack.sql`update public.sms_assistants set reply_delay_ms = 1500`;
  await pane(page).getByRole("button", { name: "Three at once" }).click();
  await delivered(page).waitFor();
  await on.stack.sql`update public.sms_assistants set reply_delay_ms = 0`;
  assert.equal(sentTo(on.stack, contact).length, 1);
  await pane(page).getByRole("button", { name: "Text a picture" }).click();
  await textsBy(page, "phone").getByRole("img", { name: "A sunset, drawn" }).waitFor();
  await pane(page).getByRole("combobox", { name: "Phone" }).click();
  await page.getByRole("option", { name: /^Kim/ }).click();
  await textFromPhone(page, "Is my phone off?");
  await pane(page).getByRole("button", { name: "Thank you!" }).click();
  await textsBy(page, "number").getByText("Never arrived: error 30003").first().click();
  await textsBy(page, "number").getByText("webhook “undelivered”").waitFor();
  await screenshot(page, "simulator-switched-off-desktop-light");
});

inbox("the phone is worked by keyboard alone, on a phone too", async (on) => {
  const page = await on.open({ size: "phone", simulator: "as found" });
  assert.equal(await pane(page).count(), 0, "it covers no page unasked");
  const button = page.getByRole("button", { name: "Phone simulator" });
  await button.focus();
  await page.keyboard.press("Enter");
  await pane(page).getByRole("tab", { name: "Phone" }).focus();
  await page.keyboard.press("ArrowRight");
  const carrier = pane(page).getByRole("switch", { name: "Carrier down" });
  await carrier.focus();
  await page.keyboard.press("Space");
  await pane(page).getByRole("status").getByText("Carrier down").waitFor();
  await carrier.focus();
  await page.keyboard.press("Space");
  await pane(page).getByRole("status").getByText("Carrier down").waitFor({ state: "detached" });
  await pane(page).getByRole("tab", { name: "Faults" }).focus();
  await page.keyboard.press("ArrowLeft");
  await pane(page).getByRole("textbox", { name: "Text to send" }).focus();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await textsBy(page, "phone").getByText("By keyboard").waitFor();
  await page.keyboard.press("Escape");
  await pane(page).waitFor({ state: "detached" });
  await button.and(page.locator(":focus")).waitFor();
});

inbox("what the carrier refuses is said, and a wrong number is not added", async (on) => {
  const page = await on.open({ simulator: "as found" });
  await pane(page).getByRole("button", { name: "Add a phone" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a phone" });
  await dialog.getByLabel("Number").fill("0171 555");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").getByText("Write it with the country code").waitFor();
  await page.keyboard.press("Escape");
  await page.route("**/_simulator/texts", (route) => route.abort());
  await textFromPhone(page, "Hello?");
  await pane(page).getByRole("alert").getByText("The local stack does not answer.").waitFor();
});

/** What is shown now, in both themes. */
async function looksRight(page: Page, name: string): Promise<void> {
  assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page);
    await screenshot(page, `${name}-${colorScheme}`);
  }
}

let filled = false;

for (const size of ["desktop", "phone"] as const) {
  inbox(`the simulator fits a ${size} screen in both themes, and axe finds nothing serious`, async (on) => {
    const { stack } = on;
    if (!filled) await addDemoConversations(stack.sql, stack.userId);
    filled = true;
    const { page, contact } = await withPhone(on, { size });
    stack.model.answerNext(answer("Good morning! Yes, on Saturdays we are open from 9 am to 1 pm."));
    await textFromPhone(page, "Good morning, are you open on Saturday?");
    await delivered(page).waitFor();
    await pane(page).getByRole("button", { name: "Text a picture" }).click();
    await delivered(page).nth(1).waitFor();
    await pane(page).getByRole("button", { name: "STOP" }).click();
    await textsBy(page, "carrier").waitFor();
    if (size === "desktop") {
      await rowOf(page, contact).click();
      await thread(page).getByText("STOP").waitFor();
      await thread(page).getByRole("button", { name: "View Attachment 1" }).waitFor();
    }
    await looksRight(page, `simulator-${size}`);
    await openTab(page, "Faults");
    await pane(page).getByRole("switch", { name: "Duplicate webhooks" }).click();
    await pane(page).getByRole("button", { name: "Under the next text" }).click();
    await pane(page).getByRole("status").getByText("Webhook will be killed").waitFor();
    await looksRight(page, `simulator-faults-${size}`);
    await pane(page).getByRole("button", { name: "All off" }).click();
    await pane(page).getByRole("tab", { name: "Faults", exact: true }).waitFor();
  });
}

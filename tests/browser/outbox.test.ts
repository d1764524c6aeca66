/** What a person writes is sent once, whatever happens to the page, the connection and the answer. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { phone, sentTo, settled, until } from "../functions/support.ts";
import { ownTexts, rowOf, silence, text, thread, write } from "./inbox_support.ts";
import { type Inbox, inboxForFile } from "./support.ts";

const inbox = await inboxForFile();
const SEND = /\/functions\/v1\/sms-send$/;

async function openConversation({ open, stack }: Inbox, contact: string): Promise<Page> {
  await silence(stack);
  await text(stack, contact, "Hello");
  const page = await open();
  await rowOf(page, contact).click();
  await thread(page).getByText("Hello").waitFor();
  return page;
}

/** Until there is an answer for everything. */
async function nothingWaits(page: Page): Promise<void> {
  await until("nothing is kept to be sent", async () => {
    const names: string[] = await page.evaluate("Object.keys(localStorage)");
    return !names.some((name) => name.startsWith("sms.outbox"));
  });
}

inbox("a text that found no connection survives a reload and is sent once", async (on) => {
  const contact = phone();
  const page = await openConversation(on, contact);
  await page.route(SEND, (route) => route.abort());
  await write(page, "Are you still there?");
  await ownTexts(page).getByText("Sending").waitFor();
  await page.reload();
  await ownTexts(page).getByText("Are you still there?").waitFor();
  await page.unroute(SEND);
  await ownTexts(page).getByText("Delivered").waitFor();
  assert.equal(await ownTexts(page).count(), 1);
  assert.deepEqual(sentTo(on.stack, contact), ["Are you still there?"]);
});

inbox("a text whose answer was lost is repeated with its key, and sent once", async (on) => {
  const contact = phone();
  const page = await openConversation(on, contact);
  const keys: (string | null)[] = [];
  await page.route(SEND, async (route) => {
    if (route.request().method() !== "POST") return await route.continue();
    keys.push(await route.request().headerValue("idempotency-key"));
    if (keys.length > 1) return await route.continue();
    await route.fetch();
    await route.abort();
  });
  await write(page, "Only once, please");
  await ownTexts(page).getByText("Delivered").waitFor();
  await until("it is asked for again", () => keys.length > 1);
  await nothingWaits(page);
  assert.equal(keys.length, 2);
  assert.equal(new Set(keys).size, 1, "the same key");
  assert.equal(await ownTexts(page).count(), 1);
  assert.deepEqual(sentTo(on.stack, contact), ["Only once, please"]);
});

inbox("a text that is refused says why, and waits for a person, in every tab", async (on) => {
  const contact = phone();
  const page = await openConversation(on, contact);
  await page.route(SEND, (route) =>
    route.request().method() === "POST"
      ? route.fulfill({
        status: 422,
        headers: { "access-control-allow-origin": "*" },
        json: { code: "COUNTRY_NOT_ALLOWED", message: "You may not text that country." },
      })
      : route.continue());
  await write(page, "Bonjour");
  await ownTexts(page).getByText("You may not text that country.").waitFor();
  await page.reload();
  await ownTexts(page).getByText("Not sent").waitFor();
  const otherTab = await page.context().newPage();
  await otherTab.goto(page.url());
  await ownTexts(otherTab).getByText("Not sent").waitFor();
  await page.unroute(SEND);
  await ownTexts(page).getByRole("button", { name: "Try again" }).click();
  await ownTexts(page).getByText("Delivered").waitFor();
  await ownTexts(otherTab).getByText("Delivered").waitFor();
  assert.equal(await ownTexts(otherTab).count(), 1, "what the first tab sent is not kept by the second");
  assert.deepEqual(sentTo(on.stack, contact), ["Bonjour"]);
});

inbox("texts of one conversation leave in the order in which they were written", async (on) => {
  const contact = phone();
  const page = await openConversation(on, contact);
  const bodies = ["One", "Two", "Three"];
  for (const body of bodies) await write(page, body);
  await nothingWaits(page);
  await ownTexts(page).nth(2).getByText("Delivered").waitFor();
  assert.deepEqual(sentTo(on.stack, contact), bodies);
  assert.equal(await ownTexts(page).count(), 3);
});

inbox(
  "a text is sent also while another page is open, and stands in its thread when one comes back",
  async (on) => {
    const contact = phone();
    const page = await openConversation(on, contact);
    await page.route(SEND, (route) => route.abort());
    await write(page, "Behind your back");
    await ownTexts(page).getByText("Sending").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.unroute(SEND);
    await nothingWaits(page);
    await text(on.stack, contact, "And behind yours");
    await settled(on.stack, contact);
    await until("it is delivered", async () => {
      const [sent] = await on.stack
        .sql`select status from public.sms_messages where body = 'Behind your back'`;
      return sent?.status === "delivered";
    });
    // The second question begins when the first has been answered, and nobody in the inbox heard of it.
    for (let times = 0; times < 2; times++) await page.waitForRequest(/\/rest\/v1\/sms_conversations\?/);
    await page.goBack();
    await ownTexts(page).getByText("Behind your back").waitFor();
    await thread(page).getByText("And behind yours").waitFor();
    assert.deepEqual(sentTo(on.stack, contact), ["Behind your back"]);
  },
);

inbox("whoever signs out with texts that were not sent is asked first", async (on) => {
  const page = await openConversation(on, phone());
  await page.route(SEND, (route) => route.abort());
  for (const body of ["One", "Two"]) await write(page, body);
  await ownTexts(page).getByText("Two").waitFor();
  const signOut = page.getByRole("navigation", { name: "Pages" }).getByRole("button", { name: /^Sign out/ });
  await signOut.click();
  const dialog = page.getByRole("dialog", { name: "2 texts were not sent yet" });
  await dialog.getByRole("button", { name: "Stay" }).click();
  await page.getByText("No conversation is open").waitFor();
  await signOut.click();
  await dialog.getByRole("button", { name: "Sign out and discard" }).click();
  await page.getByLabel("E-mail").waitFor();
  await nothingWaits(page);
});

inbox(
  "the composer counts characters, segments and encoding, and sends nothing that is too long",
  async (on) => {
    const contact = phone();
    const page = await openConversation(on, contact);
    const composer = page.getByRole("textbox", { name: "Message" });
    await composer.fill("Hello there");
    await page.getByText("11 characters · 1 segment · GSM-7").waitFor();
    await composer.fill("Hello there 🙂");
    await page.getByText("14 characters · 1 segment · Unicode (UCS-2)").waitFor();
    await composer.fill("x".repeat(161));
    await page.getByText("161 characters · 2 segments · GSM-7").waitFor();
    await composer.fill("x".repeat(1601));
    await page.getByText("1 characters too long: 1600 at most.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Send" }).isDisabled(), true);
    await page.keyboard.press("Enter");
    assert.equal(await ownTexts(page).count(), 0);
  },
);

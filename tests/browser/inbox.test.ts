import { strict as assert } from "node:assert";
import { answer, phone, sentTo } from "../functions/support.ts";
import { displayNumber } from "../../web/src/lib/phone.ts";
import { inboxForFile, type InboxStack } from "./support.ts";
import type { Page } from "playwright-core";

const inbox = await inboxForFile();

/** A text from a phone to the demo tenant's number. */
async function text(stack: InboxStack, from: string, body: string): Promise<void> {
  const received = await stack.carrier.text({ from, to: stack.number, body });
  assert(received.ok);
}

function conversationWith(page: Page, contact: string) {
  return page.getByRole("region", { name: "Conversations" }).getByRole("link", {
    name: displayNumber(contact),
  });
}

function messages(page: Page) {
  return page.getByRole("region", { name: /^Messages with/ });
}

inbox(
  "a text and the assistant's reply appear without a reload, and are marked read",
  async ({ open, stack }) => {
    const contact = phone();
    stack.model.answerNext(answer("We open at eight."));
    const page = await open();
    await page.getByText("No conversations yet").waitFor();
    await text(stack, contact, "When do you open?");
    const row = conversationWith(page, contact);
    await row.getByText("unread").waitFor();
    await row.click();
    await messages(page).getByText("When do you open?").waitFor();
    await messages(page).getByText("We open at eight.").waitFor();
    await messages(page).getByText("Delivered").waitFor();
    await row.getByText("unread").waitFor({ state: "detached" });
    const [conversation] = await stack.sql`select last_seq, read_seq from public.conversations c
    join public.contacts k on k.id = c.contact_id where k.number = ${contact}`;
    assert.equal(conversation?.read_seq, conversation?.last_seq);
  },
);

inbox("a person takes over, answers, and hands back", async ({ open, stack }) => {
  const contact = phone();
  stack.model.answerNext(answer("Our prices are online."));
  await text(stack, contact, "What does it cost?");
  const page = await open();
  await conversationWith(page, contact).click();
  await messages(page).getByText("Our prices are online.").waitFor();
  await page.getByRole("button", { name: "Take over" }).click();
  await page.getByText("You answer, until you hand back.").waitFor();
  await text(stack, contact, "I would like to speak to somebody");
  await messages(page).getByText("I would like to speak to somebody").waitFor();
  await page.getByRole("textbox", { name: "Message" }).fill("This is Mia. How can I help?");
  await page.keyboard.press("Enter");
  await messages(page).getByText("This is Mia. How can I help?").waitFor();
  await messages(page).locator('[data-sender="person"]').getByText("Delivered").waitFor();
  assert.deepEqual(sentTo(stack, contact), ["Our prices are online.", "This is Mia. How can I help?"]);
  await page.getByRole("button", { name: "Hand back" }).click();
  await page.getByText("The assistant answers.").waitFor();
});

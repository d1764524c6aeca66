/** What the inbox's tests do and look at: texts from phones, the list, the thread, the composer. */
import { strict as assert } from "node:assert";
import type { Locator, Page } from "playwright-core";
import { displayNumber } from "../../web/src/lib/phone.ts";
import type { InboxStack } from "./support.ts";

/** A text from a phone to the demo tenant's number. */
export async function text(
  stack: InboxStack,
  from: string,
  body: string,
  media?: { contentType: string; content: Uint8Array<ArrayBuffer> }[],
) {
  const received = await stack.carrier.text({ from, to: stack.number, body, ...media ? { media } : {} });
  assert(received.ok, "the webhook takes the text");
}

export const list = (page: Page): Locator => page.getByRole("region", { name: "Conversations" });

export const rowOf = (page: Page, contact: string): Locator =>
  list(page).getByRole("link", { name: displayNumber(contact) });

export const thread = (page: Page): Locator => page.getByRole("region", { name: /^Messages with/ });

/** The texts that people of the tenant wrote, sent or not. */
export const ownTexts = (page: Page): Locator => thread(page).locator('[data-sender="person"]');

export async function write(page: Page, body: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(body);
  await page.keyboard.press("Enter");
}

/** Makes the assistant answer nobody, so that only people's texts are counted. */
export async function silence(stack: InboxStack): Promise<void> {
  await stack.sql`update public.sms_assistants set active = false`;
}

/** What the simulator's tests do and look at: the pane, its phone, its faults, its tally. */
import type { Locator, Page } from "playwright-core";
import { displayNumber } from "../../web/src/lib/phone.ts";

/** Beside the page it is a complementary landmark, over it a dialog. */
export const pane = (page: Page): Locator =>
  page.getByRole("complementary", { name: "Phone simulator" }).or(
    page.getByRole("dialog", { name: "Phone simulator" }),
  );

export const texts = (page: Page): Locator => pane(page).getByRole("log", { name: "Texts on the phone" });

/** The texts of one writer on the phone. */
export const textsBy = (page: Page, writer: "phone" | "number" | "carrier"): Locator =>
  texts(page).locator(`[data-writer="${writer}"]`);

/** What the phone says about the answers that arrived, and were reported so. */
export const delivered = (page: Page): Locator =>
  textsBy(page, "number").locator("summary").filter({ hasText: /^Delivered ·/ });

/** Takes a phone that nobody else has, as a person would. */
export async function takePhone(page: Page, number: string): Promise<void> {
  await pane(page).getByRole("button", { name: "Add a phone" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a phone" });
  await dialog.getByLabel("Number").fill(displayNumber(number));
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await texts(page).getByText("Text the number").waitFor();
}

export async function textFromPhone(page: Page, body: string): Promise<void> {
  await pane(page).getByRole("textbox", { name: "Text to send" }).fill(body);
  await page.keyboard.press("Enter");
}

export async function openTab(page: Page, name: "Phone" | "Faults"): Promise<void> {
  await pane(page).getByRole("tab", { name: new RegExp(`^${name}`) }).click();
}

/** Turns a fault on or off, and comes back to the phone. */
export async function flip(page: Page, fault: string): Promise<void> {
  await openTab(page, "Faults");
  await pane(page).getByRole("switch", { name: fault }).click();
  await openTab(page, "Phone");
}

/** A figure of the tally. */
export async function figure(page: Page, label: string): Promise<string> {
  const board = pane(page).getByRole("region", { name: /^Tally/ });
  return await board.locator("div", { has: page.getByText(label, { exact: true }) }).last().locator("dd")
    .innerText();
}

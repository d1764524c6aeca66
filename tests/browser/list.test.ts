/** The list of conversations: walked by keyboard, searched, filtered. */
import { strict as assert } from "node:assert";
import { answer, phone, sentTo, until } from "../functions/support.ts";
import { list, text, thread } from "./inbox_support.ts";
import { type Inbox, inboxForFile } from "./support.ts";

const inbox = await inboxForFile();

/** Somebody whom the assistant has answered; the answer is the last text. */
async function answered(
  { stack }: Pick<Inbox, "stack">,
  { name, last }: { name: string; last: string },
): Promise<string> {
  const contact = phone();
  stack.model.answerNext(answer(last));
  await text(stack, contact, "Hello");
  await until("it is answered", () => sentTo(stack, contact).length === 1);
  await stack.sql`update public.sms_contacts set name = ${name} where number = ${contact}`;
  return contact;
}

inbox("the list is walked with the arrow keys, and is one stop for the tabulator", async (inbox) => {
  const names = ["Walked First", "Walked Second", "Walked Third"];
  for (const name of names.toReversed()) await answered(inbox, { name, last: `${name} was answered.` });
  // So that three are shown only when the search has narrowed the list.
  await answered(inbox, { name: "Somebody else", last: "Another answer." });
  const page = await inbox.open();
  await list(page).getByRole("link", { name: "Somebody else" }).waitFor();
  await page.getByRole("searchbox").fill("Walked");
  const links = list(page).getByRole("link");
  await until("three are found", async () => await links.count() === names.length);
  const isFocused = async (name: string) => {
    await until(
      `${name} has the focus`,
      async () => (await page.evaluate("document.activeElement?.textContent") as string).startsWith(name),
    );
  };
  await links.first().focus();
  for (
    const [key, name] of [
      ["ArrowDown", "Walked Second"],
      ["ArrowDown", "Walked Third"],
      ["ArrowDown", "Walked Third"],
      ["ArrowUp", "Walked Second"],
      ["Home", "Walked First"],
      ["End", "Walked Third"],
    ] as const
  ) {
    await page.keyboard.press(key);
    await isFocused(name);
  }
  assert.equal(await list(page).locator('a[tabindex="0"]').count(), 1);
  await page.keyboard.press("Enter");
  await thread(page).getByText("Walked Third was answered.").waitFor();
});

inbox("conversations are found by name, number and last text, and narrowed by filters", async (inbox) => {
  const mia = await answered(inbox, { name: "Mia Sought", last: "Parking is behind the house." });
  const leo = await answered(inbox, { name: "Leo Sought", last: "A crown takes two visits." });
  const page = await inbox.open();
  const search = page.getByRole("searchbox", { name: "Search conversations" });
  for (
    const [typed, name] of [["parking is", "Mia Sought"], ["leo s", "Leo Sought"], [
      mia.slice(-7),
      "Mia Sought",
    ]] as const
  ) {
    await search.fill(typed);
    await until(`only ${name} is found for ${typed}`, async () => {
      const found = await list(page).getByRole("link").allTextContents();
      return found.length === 1 && (found[0] ?? "").startsWith(name);
    });
  }
  await search.fill("Sought");
  await list(page).getByRole("link", { name: "Leo Sought" }).click();
  await page.getByRole("button", { name: "Take over" }).click();
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await page.getByRole("combobox", { name: "Answered by" }).click();
  await page.getByRole("option", { name: "A person answers" }).click();
  await list(page).getByRole("link", { name: "Mia Sought" }).waitFor({ state: "detached" });
  await list(page).getByRole("link", { name: "Leo Sought" }).waitFor();
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Ended" }).click();
  await page.getByText("Nothing fits").waitFor();
  await page.getByRole("button", { name: "Show all conversations" }).click();
  await list(page).getByRole("link", { name: "Mia Sought" }).waitFor();
  assert.equal(await search.inputValue(), "");
  assert.deepEqual(sentTo(inbox.stack, leo).length, 1);
});

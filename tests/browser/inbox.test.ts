/** The inbox as people use it: texts come in, somebody answers, delivery fails, a contact opts out. */
import { strict as assert } from "node:assert";
import { answer, phone, sentTo } from "../functions/support.ts";
import { list, ownTexts, rowOf, text, thread, write } from "./inbox_support.ts";
import { inboxForFile } from "./support.ts";

const inbox = await inboxForFile();

inbox(
  "a text and the assistant's reply appear without a reload, and are marked read",
  async ({ open, stack }) => {
    const contact = phone();
    stack.model.answerNext(answer("We open at eight."));
    const page = await open();
    await page.getByText("No conversations yet").waitFor();
    await text(stack, contact, "When do you open?");
    const row = rowOf(page, contact);
    await row.getByText("unread").waitFor();
    await row.click();
    await thread(page).getByText("When do you open?").waitFor();
    await thread(page).getByText("We open at eight.").waitFor();
    await thread(page).getByText("Delivered").waitFor();
    await row.getByText("unread").waitFor({ state: "detached" });
    const [conversation] = await stack.sql`select last_seq, read_seq from public.sms_conversations c
    join public.sms_contacts k on k.id = c.contact_id where k.number = ${contact}`;
    assert.equal(conversation?.read_seq, conversation?.last_seq);
  },
);

inbox("a person takes over, answers, and hands back", async ({ open, stack }) => {
  const contact = phone();
  stack.model.answerNext(answer("Our prices are online."));
  await text(stack, contact, "What does it cost?");
  const page = await open();
  await rowOf(page, contact).click();
  await thread(page).getByText("Our prices are online.").waitFor();
  await page.getByRole("button", { name: "Take over" }).click();
  await page.getByText("You answer, until you hand back.").waitFor();
  await text(stack, contact, "I would like to speak to somebody");
  await thread(page).getByText("I would like to speak to somebody").waitFor();
  const composer = page.getByRole("textbox", { name: "Message" });
  await composer.fill("This is Mia. How can I help?");
  // Safari's Enter that ends a composition.
  await composer.dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true });
  assert.equal(await composer.inputValue(), "This is Mia. How can I help?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await composer.and(page.locator(":focus")).waitFor();
  await ownTexts(page).getByText("Delivered").waitFor();
  assert.deepEqual(sentTo(stack, contact), ["Our prices are online.", "This is Mia. How can I help?"]);
  await page.getByRole("button", { name: "Hand back" }).click();
  await page.getByText("The assistant answers.").waitFor();
});

inbox("a conversation is ended and reopened, by keyboard alone", async ({ open, stack }) => {
  const contact = phone();
  stack.model.answerNext(answer("Hello!"));
  await text(stack, contact, "Hello");
  const page = await open();
  await rowOf(page, contact).focus();
  await page.keyboard.press("Enter");
  await thread(page).getByText("Hello!").waitFor();
  const more = page.getByRole("button", { name: "More" });
  await more.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "End this conversation?" });
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await more.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "End conversation" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("This conversation has ended.").waitFor();
  await more.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Reopen conversation" }).press("Enter");
  await page.getByText("The assistant answers.").waitFor();
});

inbox("what was not delivered is explained, also when Twilio refuses it at once", async ({ open, stack }) => {
  // The look-alike's numbers: accepted and then 30003, and 21614 at once.
  for (
    const [contact, explanation] of [
      ["+15005530003", "switched off or out of reach"],
      ["+15005550009", "cannot receive texts"],
    ] as const
  ) {
    stack.model.answerNext(answer("Hello!"));
    await text(stack, contact, "Hello");
    const page = await open();
    await rowOf(page, contact).click();
    await thread(page).locator('[data-sender="assistant"]').getByText("Not delivered").waitFor();
    await write(page, "Did you get this?");
    const own = ownTexts(page);
    await own.getByText("Not delivered").waitFor();
    await own.getByText(explanation).waitFor();
    await own.getByRole("button", { name: "Send again" }).waitFor();
    assert.equal(await own.count(), 1, "what the server refused stands there once");
  }
});

inbox(
  "a contact's STOP is shown, and nothing can be written to them until their START",
  async ({ open, stack }) => {
    const contact = phone();
    stack.model.answerNext(answer("Hello!"));
    await text(stack, contact, "Hello");
    const page = await open();
    await rowOf(page, contact).click();
    await thread(page).getByText("Hello!").waitFor();
    await text(stack, contact, "STOP");
    await rowOf(page, contact).getByText("Opted out").waitFor();
    await page.getByText("They opted out").waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Message" }).count(), 0);
    await text(stack, contact, "START");
    await page.getByRole("textbox", { name: "Message" }).waitFor();
  },
);

inbox("a contact is saved as a file, and erased after a question", async ({ open, stack }) => {
  const [contact, other] = [phone(), phone()];
  for (const [number, words] of [[contact, "My knee hurts"], [other, "Are you open?"]] as const) {
    stack.model.answerNext(answer("Hello!"));
    await text(stack, number, words);
  }
  const page = await open();
  await rowOf(page, contact).click();
  await thread(page).getByText("My knee hurts").waitFor();
  const more = page.getByRole("button", { name: "More" });
  const choose = async (name: string) => {
    await more.click();
    await page.getByRole("menuitem", { name }).click();
  };
  const [saved] = await Promise.all([page.waitForEvent("download"), choose("Save as file")]);
  assert.equal(saved.suggestedFilename(), `contact ${contact}.json`);
  assert.match(await Deno.readTextFile(await saved.path()), /My knee hurts/);

  await choose("Erase contact");
  const dialog = page.getByRole("dialog", { name: "Erase this contact for good?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  await choose("Erase contact");
  await dialog.getByRole("button", { name: "Erase for good" }).click();
  await rowOf(page, contact).waitFor({ state: "detached" });
  await rowOf(page, other).waitFor();
  const [left] = await stack
    .sql`select count(*)::int as rows from public.sms_contacts where number = ${contact}`;
  assert.equal(left?.rows, 0);
});

inbox("a second tenant sees nothing of the first, and its address says so", async ({ open, stack }) => {
  const contact = phone();
  stack.model.answerNext(answer("Hello!"));
  await text(stack, contact, "My secret");
  const first = await open();
  await rowOf(first, contact).click();
  await thread(first).getByText("My secret").waitFor();
  const user = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() };
  await stack.createUser(user.email, user.password);
  const second = await open({ user });
  await second.getByText("No conversations yet").waitFor();
  await second.goto(first.url());
  await second.getByText("You have no such conversation.").waitFor();
  assert.equal(await second.getByText("My secret").count(), 0);
});

inbox("whoever signs in after somebody else sees nothing of theirs", async ({ open, stack }) => {
  const contact = phone();
  stack.model.answerNext(answer("Hello!"));
  await text(stack, contact, "Only for the first");
  const page = await open();
  await rowOf(page, contact).waitFor();
  await page.getByRole("button", { name: /^Sign out/ }).click();
  const user = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() };
  await stack.createUser(user.email, user.password);
  await page.getByLabel("E-mail").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("No conversations yet").waitFor();
  assert.equal(await page.getByText("Only for the first").count(), 0);
});

inbox("hostile texts and names stay text", async ({ open, stack }) => {
  const contact = phone();
  const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>` +
    `<a href="javascript:document.title='owned'">click</a> {{constructor}} \u202Etxt.exe`;
  stack.model.answerNext(answer(hostile));
  await text(stack, contact, hostile);
  await stack.sql`update public.sms_contacts set name = ${hostile.slice(0, 200)} where number = ${contact}`;
  const page = await open();
  await list(page).getByRole("link").filter({ hasText: "onerror" }).first().click();
  await thread(page).locator("article").nth(1).waitFor();
  const shown = await thread(page).locator("article p:first-child").first().textContent();
  assert.equal(shown?.startsWith(hostile.slice(0, 60)), true, shown ?? "");
  assert.equal(await page.title(), "Inbox");
  assert.equal(await page.locator('img[src="x"], a[href^="javascript"]').count(), 0);
});

inbox("an attachment is shown, and larger when it is asked for", async ({ open, stack }) => {
  const contact = phone();
  const dot = Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  );
  stack.model.answerNext(answer("Nice!"));
  await text(stack, contact, "Look", [{ contentType: "image/png", content: dot }]);
  const page = await open({ size: "phone" });
  await rowOf(page, contact).click();
  await page.locator("h1:focus").waitFor();
  const picture = thread(page).getByRole("button", { name: "View Attachment 1" });
  await picture.locator("img").evaluate("(image) => image.decode()");
  await picture.click();
  await page.getByRole("dialog").getByRole("img", { name: "Attachment 1" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Back to the list" }).click();
  await rowOf(page, contact).waitFor();
  await list(page).and(page.locator(":focus")).waitFor();
});

inbox("a person who looked says whether a text of unknown outcome was sent", async ({ open, stack }) => {
  const contact = phone();
  stack.model.answerNext(answer("Hello!"));
  await text(stack, contact, "Hello");
  const page = await open();
  await rowOf(page, contact).click();
  await thread(page).getByText("Delivered").waitFor();
  await stack.sql`update public.sms_messages set message_sid = null, status = 'unconfirmed',
    error_code = 'OUTCOME_AMBIGUOUS', error_message = 'Look into the log.' where to_number = ${contact}`;
  await thread(page).getByText("Look into the log.").waitFor();
  await page.getByRole("button", { name: "I looked: it was sent" }).waitFor();
  await page.getByRole("button", { name: "I looked: it was not sent" }).click();
  await thread(page).getByText("Not sent", { exact: true }).waitFor();
  const [row] = await stack
    .sql`select status, error_code from public.sms_messages where to_number = ${contact}`;
  assert.deepEqual([row?.status, row?.error_code], ["canceled", "NOT_SENT"]);
});
